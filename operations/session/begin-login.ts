import type { EntityManager } from "@mikro-orm/postgresql";
import type { AuthnRequestMessage, Binding, IdentityProvider, Level, ServiceProvider } from "../../connectors/spid/index.ts";
import { LoginRequest } from "../../entities/login-request.ts";
import { newSecret } from "../../kernel/ids.ts";
import { hashOfSecret } from "./secret.ts";

/** How long somebody may take at the identity provider. */
export const loginMinutes = 15;

export interface LoginChoice {
  readonly administrationId: string;
  readonly scheme: "spid" | "cie";
  /** One of the trusted providers. */
  readonly idp: IdentityProvider;
  readonly level: Level;
  readonly attributeSet: number;
  /** How to send the request, where the provider takes it that way. */
  readonly binding: Binding;
  /** Where to go afterwards: already found on the allow-list. */
  readonly returnTo: string;
  /** The person comes to work for the administration. */
  readonly staff: boolean;
  /** The secret in the browser's own cookie: only this browser may bring the answer. */
  readonly browserSecret: string;
}

/** Starts a sign-in: the request to send, remembered so that one answer to it is accepted, once. */
export async function beginLogin(em: EntityManager, provider: ServiceProvider, choice: LoginChoice, now: Date): Promise<AuthnRequestMessage> {
  const { administrationId: administration, scheme, idp, level, attributeSet, returnTo, staff } = choice;
  const relayState = newSecret();
  const binding = idp.sso[choice.binding] ? choice.binding : choice.binding === "POST" ? "REDIRECT" : "POST";
  const message = provider.start({ idp: idp.entityId, level, attributeSet, binding, relayState, now });
  em.create(LoginRequest, {
    administration, scheme, level, attributeSet, returnTo, staff, provider: idp.entityId,
    requestId: message.requestId, issuedAt: message.issueInstant, message: message.xml,
    browserHash: hashOfSecret(choice.browserSecret), relayHash: hashOfSecret(relayState), expiresAt: new Date(now.getTime() + loginMinutes * 60_000),
  });
  await em.flush();
  return message;
}
