import type { EntityManager } from "@mikro-orm/postgresql";
import { Session } from "../../entities/session.ts";
import { idleMinutes } from "./identify.ts";
import { hashOfSecret } from "./secret.ts";

/** The open session of a cookie, to greet its holder and to offer them their provider again; null when there is none. */
export function findSession(em: EntityManager, administration: string, secret: string | undefined, now: Date): Promise<Session | null> {
  if (!secret) return Promise.resolve(null);
  return em.findOne(Session, { secretHash: hashOfSecret(secret), administration, ...openAt(now) });
}

/** What holds of a session as long as it is open. */
export const openAt = (now: Date) => ({ endedAt: null, endsAt: { $gt: now }, seenAt: { $gt: new Date(now.getTime() - idleMinutes * 60_000) } });
