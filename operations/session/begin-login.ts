import type { EntityManager } from "@mikro-orm/postgresql";
import type { AuthnRequestMessage, Level, ServiceProvider } from "../../connectors/spid/index.ts";
import { LoginRequest } from "../../entities/login-request.ts";
import { newSecret } from "../../kernel/ids.ts";
import { hashOfSecret } from "./secret.ts";

/** How long somebody may take at the identity provider. */
const loginMinutes = 15;

export interface LoginChoice {
  readonly administrationId: string;
  readonly scheme: "spid" | "cie";
  readonly idp: string;
  readonly level: Level;
  readonly attributeSet: number;
  /** Where to go afterwards: already found on the allow-list. */
  readonly returnTo: string;
  /** The person comes to work for the administration. */
  readonly staff: boolean;
  /** The secret in the browser's own cookie: only this browser may bring the answer. */
  readonly browserSecret: string;
}

/** Starts a sign-in: the request to send, remembered so that one answer to it is accepted, once. Throws a SpidRefusal for a provider that is not trusted. */
export async function beginLogin(em: EntityManager, provider: ServiceProvider, choice: LoginChoice, now: Date): Promise<AuthnRequestMessage> {
  const relayState = newSecret();
  const message = provider.start({ idp: choice.idp, level: choice.level, attributeSet: choice.attributeSet, binding: "POST", relayState, now });
  em.create(LoginRequest, {
    administration: choice.administrationId, requestId: message.requestId, issuedAt: message.issueInstant, provider: choice.idp, scheme: choice.scheme,
    level: choice.level, attributeSet: choice.attributeSet, browserHash: hashOfSecret(choice.browserSecret), relayHash: hashOfSecret(relayState),
    returnTo: choice.returnTo, staff: choice.staff, expiresAt: new Date(now.getTime() + loginMinutes * 60_000),
  });
  await em.flush();
  return message;
}
