import type { EntityManager } from "@mikro-orm/postgresql";
import { SpidRefusal, type AcceptedLogin, type Level, type ServiceProvider } from "../../connectors/spid/index.ts";
import { Citizen } from "../../entities/citizen.ts";
import { LoginRequest } from "../../entities/login-request.ts";
import { Session } from "../../entities/session.ts";
import { StaffMember } from "../../entities/staff.ts";
import { HubError } from "../../kernel/errors.ts";
import { newId, newSecret } from "../../kernel/ids.ts";
import { hashOfSecret } from "./secret.ts";

export interface LoginAnswer {
  readonly administrationId: string;
  readonly scheme: "spid" | "cie";
  readonly samlResponse: string;
  readonly relayState: string;
  readonly browserSecret: string | undefined;
}

/** A session that was opened: its secret goes into the browser's cookie and is kept nowhere else. */
export interface OpenedSession {
  readonly secret: string;
  readonly endsAt: Date;
  readonly returnTo: string;
}

/**
 * Reads an identity provider's answer and opens the session. Throws a SpidRefusal that names the failed check,
 * `LOGIN_UNKNOWN` when the answer belongs to no sign-in that this browser began and has not finished, and `NOT_STAFF`.
 */
export async function completeLogin(em: EntityManager, provider: ServiceProvider, answer: LoginAnswer, sessionHours: number, now: Date): Promise<OpenedSession> {
  const { inResponseTo } = provider.peek(answer.samlResponse);
  const pending = inResponseTo ? await em.findOne(LoginRequest, { requestId: inResponseTo, administration: answer.administrationId, scheme: answer.scheme }) : null;
  const ours = pending && !pending.consumedAt && pending.expiresAt > now && pending.relayHash === hashOfSecret(answer.relayState) && pending.browserHash === hashOfSecret(answer.browserSecret ?? "");
  if (!ours) throw new HubError("LOGIN_UNKNOWN", "no such sign-in in this browser");

  const login = provider.accept(answer.samlResponse, {
    requestId: pending.requestId, issueInstant: pending.issuedAt, idp: pending.provider, level: pending.level as Level, attributeSet: pending.attributeSet,
  }, now);
  return em.transactional(async inner => {
    // Of two answers that come at once, on whichever instance, one finds it unused.
    const used = await inner.nativeUpdate(LoginRequest, { id: pending.id, consumedAt: null }, { consumedAt: now });
    if (used !== 1) throw new SpidRefusal("response.in-response-to");
    const citizen = await citizenOf(inner as EntityManager, answer.administrationId, login, now);
    const staffMember = pending.staff ? await inner.findOne(StaffMember, { administration: answer.administrationId, fiscalCode: login.identity.fiscalCode ?? "", active: true }) : null;
    if (pending.staff && !staffMember) throw new HubError("NOT_STAFF", "nobody of the staff has this fiscal code");
    const secret = newSecret();
    const endsAt = new Date(now.getTime() + sessionHours * 3_600_000);
    inner.create(Session, {
      id: newId(), secretHash: hashOfSecret(secret), administration: answer.administrationId, citizen, staffMember, assurance: `L${login.level}` as const,
      givenName: login.identity.givenName, familyName: login.identity.familyName, createdAt: now, seenAt: now, endsAt,
      provider: login.idp, nameId: login.nameId.value, sessionIndex: login.sessionIndex,
    });
    return { secret, endsAt, returnTo: pending.returnTo };
  });
}

/** The citizen that signs in, known by fiscal code, or by the provider's code where there is none; made at the first visit. */
async function citizenOf(em: EntityManager, administration: string, { identity }: AcceptedLogin, now: Date): Promise<Citizen> {
  const { fiscalCode, spidCode, email, mobilePhone } = identity;
  const key = fiscalCode ? { fiscalCode } : { spidCode };
  const contacts = { email, phone: mobilePhone };
  await em.upsert(Citizen, { id: newId(), administration, ...key, ...contacts, createdAt: now }, { onConflictFields: ["administration", fiscalCode ? "fiscalCode" : "spidCode"], onConflictAction: "ignore" });
  return em.findOneOrFail(Citizen, { administration, ...key });
}
