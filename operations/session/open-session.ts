import type { EntityManager } from "@mikro-orm/postgresql";
import type { AcceptedLogin } from "../../connectors/spid/index.ts";
import { Citizen } from "../../entities/citizen.ts";
import type { LoginRequest } from "../../entities/login-request.ts";
import { Session } from "../../entities/session.ts";
import { StaffMember } from "../../entities/staff.ts";
import { newId, newSecret } from "../../kernel/ids.ts";
import { readFiscalCode } from "../../rules/fiscal-code.ts";
import { hashOfSecret } from "./secret.ts";

/** The browser in which a session is opened. */
export interface Browser {
  /** Secret of the session that it held until now, if any. */
  readonly previousSecret: string | undefined;
  readonly device: string | null;
}

/** A session that was opened: its secret goes into the browser's cookie and is kept nowhere else. */
export interface OpenedSession {
  readonly secret: string;
  readonly endsAt: Date;
}

/**
 * Opens the session of somebody who signed in, and ends the one that the browser held before: each sign-in has a secret of
 * its own. Null when they came to work and are not staff with a role in an office.
 */
export async function openSession(em: EntityManager, request: LoginRequest, login: AcceptedLogin, { previousSecret, device }: Browser, hours: number, now: Date): Promise<OpenedSession | null> {
  const administration = request.administration.id;
  const fiscalCode = personalCode(login.identity.fiscalCode);
  const staffMember = request.staff ? await staffWith(em, administration, fiscalCode) : null;
  if (request.staff && !staffMember) return null;
  const citizen = await citizenOf(em, administration, fiscalCode, login, now);
  const previous = previousSecret ? await em.findOne(Session, { secretHash: hashOfSecret(previousSecret), administration, endedAt: null }) : null;
  if (previous) previous.endedAt = now;
  // A sign-in at a higher level opens no session at the provider, but the one it has from before still is there to be closed.
  const held = previous && !login.sessionIndex && previous.provider === login.idp && previous.citizen.id === citizen.id ? previous : null;
  const secret = newSecret();
  const endsAt = new Date(now.getTime() + hours * 3_600_000);
  em.create(Session, {
    id: newId(), secretHash: hashOfSecret(secret), administration, citizen, staffMember, assurance: `L${login.level}` as const, device,
    givenName: login.identity.givenName, familyName: login.identity.familyName, createdAt: now, seenAt: now, endsAt, scheme: request.scheme, provider: login.idp,
    nameId: held?.nameId ?? login.nameId.value, nameQualifier: held?.nameQualifier ?? login.nameId.nameQualifier, sessionIndex: held?.sessionIndex ?? login.sessionIndex,
  });
  return { secret, endsAt };
}

/** A fiscal code that a natural person can bear; null for any other, which providers under test send and nobody may be known by. */
function personalCode(text: string | null): string | null {
  const reading = text === null ? null : readFiscalCode(text);
  return reading?.valid && reading.kind !== "BODY" ? reading.code : null;
}

async function staffWith(em: EntityManager, administration: string, fiscalCode: string | null): Promise<StaffMember | null> {
  if (!fiscalCode) return null;
  const member = await em.findOne(StaffMember, { administration, fiscalCode, active: true }, { populate: ["assignments"] });
  return member && member.assignments.length > 0 ? member : null;
}

/**
 * The citizen that signs in, made at the first visit: known by fiscal code, or by the provider's own code of the identity
 * where there is none. Without either, nothing would know them again, and the account is for this one session.
 */
async function citizenOf(em: EntityManager, administration: string, fiscalCode: string | null, { identity }: AcceptedLogin, now: Date): Promise<Citizen> {
  const key = fiscalCode ? { fiscalCode } : { spidCode: identity.spidCode };
  const fresh = { id: newId(), administration, ...key, email: identity.email, phone: identity.mobilePhone, createdAt: now };
  if (!fiscalCode && !identity.spidCode) return em.create(Citizen, fresh);
  await em.upsert(Citizen, fresh, { onConflictFields: ["administration", fiscalCode ? "fiscalCode" : "spidCode"], onConflictAction: "ignore" });
  return em.findOneOrFail(Citizen, { administration, ...key });
}
