import { randomInt } from "node:crypto";
import { newSecret } from "../../kernel/ids.ts";
import { anomalies, type Anomaly } from "./anomalies.ts";
import type { AuthnRequest } from "./authn-request.ts";
import type { Identity } from "./identities.ts";
import type { Level } from "./saml.ts";
import type { ServiceProvider } from "./service-providers.ts";

/** One person's way through the provider's pages, from the request to the response. */
export interface Login {
  readonly id: string;
  readonly request: AuthnRequest;
  readonly provider: ServiceProvider;
  readonly relayState: string | undefined;
  readonly startedAt: Date;
  /** What the second step asks for; the page shows it, as the person has no phone. */
  readonly oneTimeCode: string;
  readonly failures: number;
  readonly identity?: Identity;
  readonly secondFactor: boolean;
  /** Italian, what the page says of the last attempt. */
  readonly notice?: string;
}

export type Step = "credentials" | "secondFactor" | "consent";

/** What a submitted page leads to. */
export type Outcome =
  | { readonly kind: "next"; readonly login: Login }
  | { readonly kind: "refused"; readonly anomaly: Anomaly }
  | { readonly kind: "agreed"; readonly identity: Identity };

/** Wrong credentials accepted before the login is given up. */
export const failuresAllowed = 3;
/** How long a person may take for the whole login, in seconds. */
export const loginSeconds = 300;

/** Opens a login; with an identity when a session at level 1 already tells who it is. */
export function openLogin(request: AuthnRequest, provider: ServiceProvider, relayState: string | undefined, now: Date, known?: Identity): Login {
  return {
    id: newSecret(),
    request,
    provider,
    relayState,
    startedAt: now,
    oneTimeCode: randomInt(1_000_000).toString().padStart(6, "0"),
    failures: 0,
    secondFactor: false,
    ...(known && { identity: known }),
  };
}

/** What the person has to do next. */
export function stepOf({ identity, secondFactor, request }: Login): Step {
  if (!identity) return "credentials";
  return request.level > 1 && !secondFactor ? "secondFactor" : "consent";
}

export const isExpired = ({ startedAt }: Login, now: Date): boolean => now.getTime() - startedAt.getTime() > loginSeconds * 1000;

/** Takes what the person submitted on the page of the present step. */
export function advance(login: Login, form: URLSearchParams, identities: readonly Identity[], now: Date): Outcome {
  if (isExpired(login, now)) return { kind: "refused", anomaly: anomalies.timeout };
  if (form.get("action") === "cancel") return { kind: "refused", anomaly: anomalies.cancelled };
  switch (stepOf(login)) {
    case "credentials":
      return withCredentials(login, form, identities);
    case "secondFactor":
      return form.get("code")?.trim() === login.oneTimeCode
        ? { kind: "next", login: forgetNotice({ ...login, secondFactor: true }) }
        : failed(login, "Il codice non è corretto.");
    case "consent":
      return withConsent(login, form);
  }
}

function withCredentials(login: Login, form: URLSearchParams, identities: readonly Identity[]): Outcome {
  const picked = form.get("person");
  const identity = identities.find(({ username, password }) =>
    username === (picked ?? form.get("username")?.trim()) && (picked !== null || password === form.get("password")));
  if (!identity) return failed(login, "Nome utente o password non corretti.");
  const anomaly = objectionTo(identity, login.request.level);
  return anomaly ? { kind: "refused", anomaly } : { kind: "next", login: forgetNotice({ ...login, identity }) };
}

/** Why an identity cannot be used for a request, though its credentials are right. */
function objectionTo({ suspended, professional, highestLevel }: Identity, level: Level): Anomaly | undefined {
  if (suspended) return anomalies.suspended;
  if (professional) return anomalies.otherIdentity;
  return highestLevel < level ? anomalies.level : undefined;
}

function withConsent(login: Login, form: URLSearchParams): Outcome {
  const action = form.get("action");
  if (action === "deny") return { kind: "refused", anomaly: anomalies.consent };
  if (action === "consent" && login.identity) return { kind: "agreed", identity: login.identity };
  return { kind: "next", login };
}

function failed(login: Login, notice: string): Outcome {
  const failures = login.failures + 1;
  if (failures >= failuresAllowed) return { kind: "refused", anomaly: anomalies.credentials };
  return { kind: "next", login: { ...login, failures, notice: `${notice} Tentativi rimasti: ${failuresAllowed - failures}.` } };
}

const forgetNotice = ({ notice: _notice, ...login }: Login): Login => login;
