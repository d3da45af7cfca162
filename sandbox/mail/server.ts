import { setTimeout as after } from "node:timers/promises";
import type { FastifyInstance } from "fastify";
import PostalMime from "postal-mime";
import { SMTPServer, type SMTPServerDataStream } from "smtp-server";
import { opaqueId } from "../../kernel/ids.ts";
import type { Fault } from "../faults.ts";
import type { World } from "../world.ts";
import type { Caught } from "./page.ts";

interface Taking {
  readonly port: number;
  readonly take: (one: Caught) => void;
}

/** Larger mails are refused, as mail systems do. */
const largest = 10 * 1_024 * 1_024;

/**
 * Speaks SMTP on a port of localhost. Faults by step: `connect` (`unavailable` says 421, `silent` says nothing, `reset`
 * hangs up, `slow` waits), `recipient` and `data` (`refuse` answers the SMTP code in `code`, 550; `unavailable` 451). `late`
 * at `data` takes the mail and is silent about it for a while: the sender cannot know.
 */
export async function listenForMail(app: FastifyInstance, { faults, clock }: World, { port, take }: Taking): Promise<void> {
  const server = new SMTPServer({
    authOptional: true, disabledCommands: ["AUTH", "STARTTLS"], disableReverseLookup: true, size: largest, closeTimeout: 500, logger: false,
    onConnect: (_, callback) => met(faults.take("mail", "connect"), 421, () => callback(), callback),
    onRcptTo: (_address, _session, callback) => met(faults.take("mail", "recipient"), 550, () => callback(), callback),
    onData(stream, { envelope }, callback) {
      const fault = faults.take("mail", "data");
      void read(stream).then(async raw => {
        if (fault?.kind !== "refuse" && fault?.kind !== "unavailable") take(await caughtOf(raw, envelope.rcptTo.map(({ address }) => address), clock.now()));
        met(fault, 554, () => callback(), callback);
      }, callback);
    },
  });
  server.on("error", () => undefined);
  app.addHook("onClose", () => new Promise<void>(resolve => server.close(() => resolve())));
  await new Promise<void>((resolve, reject) => {
    server.server.once("error", reject);
    server.listen(port, "localhost", () => resolve());
  });
}

/** Goes on, or does what the fault says: `usual` is the code of a refusal that names none. */
function met(fault: Fault | undefined, usual: number, goOn: () => void, refuse: (error: Error) => void): void {
  switch (fault?.kind) {
    case "refuse": return refuse(Object.assign(new Error("the sandbox was told to refuse"), { responseCode: Number(fault.code) || usual }));
    case "unavailable": return refuse(Object.assign(new Error("the sandbox was told to be busy"), { responseCode: usual === 421 ? 421 : 451 }));
    case "silent": return;
    case "reset": return refuse(Object.assign(new Error("closing"), { responseCode: 421 }));
    case "slow":
    case "late": return void after(fault.ms ?? 10_000, undefined, { ref: false }).then(goOn);
    default: return goOn();
  }
}

async function read(stream: SMTPServerDataStream): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

async function caughtOf(raw: Buffer, recipients: readonly string[], at: Date): Promise<Caught> {
  const { subject = "", text = "", html = "", from, messageId = "", headers, attachments } = await PostalMime.parse(raw);
  return {
    id: opaqueId(), at, from: from?.address ?? "", to: recipients, subject, text, html, messageId,
    headers: Object.fromEntries(headers.map(({ key, value }) => [key, value])),
    attachments: attachments.map(({ filename, mimeType, content }) => ({ name: filename ?? "", contentType: mimeType, content: typeof content === "string" ? Buffer.from(content) : Buffer.from(content as ArrayBuffer) })),
  };
}
