import type { Clock } from "../../kernel/clock.ts";
import { Unreadable, createHttp } from "../upstream.ts";
import { readCredential, type Credential } from "./credential.ts";
import { failureOfFault } from "./faults.ts";
import type { Message } from "./request.ts";
import { createSecurity } from "./security.ts";
import { openService, type Exchange } from "./service.ts";
import type { RegistrySettings } from "./settings.ts";

/** Sends a message of one operation and gives what came back, unread. */
export type Send = (message: Message, signal: AbortSignal) => Promise<unknown>;

/** The way to the registry for one administration: its address, connections, signatures and credentials. */
export interface Line {
  /** Opens one operation of one service; its contract is read here, once. */
  open(wsdl: string, operation: string, path: string): Promise<Send>;
  readonly credential: Credential;
}

/** Opens the way to the registry. Throws, without showing them, when the credentials cannot be read. */
export async function openLine(settings: RegistrySettings, clock: Clock): Promise<Line> {
  const credential = readCredential(settings.key, settings.certificate);
  const security = await createSecurity(settings, clock);
  const http = createHttp({
    maxAnswerBytes: 16 * 1_048_576,
    tls: { key: settings.key, cert: settings.certificate, ...(settings.authority ? { ca: settings.authority } : {}) },
  });
  return {
    credential,
    async open(wsdl, operation, path) {
      const ask = await openService({ wsdl, operation, endpoint: settings.url.replace(/\/$/, "") + path, http, security });
      return async (message, signal) => {
        const seen: Exchange = {};
        try {
          return await ask(message, seen, signal);
        } catch (error) {
          // A fault is named here, inside the guard around the call, so that a passing one is asked again.
          const fault = failureOfFault(error, { now: clock.now(), theirDate: seen.theirDate, certificate: credential.certificate, production: settings.environment === "PROD" });
          // What the library cannot make out of an envelope is outside the contract; before there was one, the network failed.
          throw fault ?? (seen.answered ? new Unreadable("NOT_IN_CONTRACT") : error);
        }
      };
    },
  };
}
