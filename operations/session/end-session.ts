import type { EntityManager } from "@mikro-orm/postgresql";
import { Session } from "../../entities/session.ts";
import { hashOfSecret } from "./secret.ts";

/** Ends the session of a cookie; gives it, so that the identity provider can be told, or null when there was none. */
export async function endSession(em: EntityManager, secret: string, now: Date): Promise<Session | null> {
  const session = await em.findOne(Session, { secretHash: hashOfSecret(secret), endedAt: null });
  if (!session) return null;
  session.endedAt = now;
  await em.flush();
  return session;
}
