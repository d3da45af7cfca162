import type { EntityManager } from "@mikro-orm/postgresql";
import { LoginRequest } from "../../entities/login-request.ts";
import { LoginTransaction } from "../../entities/login-transaction.ts";
import { Session } from "../../entities/session.ts";

/** How long, in hours, what has ended stays to be looked at before it is deleted. */
const lingerHours = 24;

/** Rows deleted in one statement, so that none holds the tables for long. */
const batch = 1_000;

/** How many rows a purge deleted. */
export interface Purged {
  readonly transactions: number;
  readonly requests: number;
  readonly sessions: number;
}

/** Deletes what need not be kept any more: entries of the register past their term, sign-ins and sessions that ended a day ago. */
export async function purgeIdentity(em: EntityManager, now: Date): Promise<Purged> {
  const before = new Date(now.getTime() - lingerHours * 3_600_000);
  return {
    transactions: await inBatches(async () => {
      const due = await em.fork().find(LoginTransaction, { keepUntil: { $lte: now } }, { fields: ["id"], limit: batch });
      return em.fork().nativeDelete(LoginTransaction, { id: due.map(({ id }) => id) });
    }),
    requests: await inBatches(async () => {
      const due = await em.fork().find(LoginRequest, { expiresAt: { $lte: before } }, { fields: ["id"], limit: batch });
      return em.fork().nativeDelete(LoginRequest, { id: due.map(({ id }) => id) });
    }),
    sessions: await inBatches(async () => {
      const due = await em.fork().find(Session, { $or: [{ endsAt: { $lte: before } }, { endedAt: { $lte: before } }] }, { fields: ["id"], limit: batch });
      return em.fork().nativeDelete(Session, { id: due.map(({ id }) => id) });
    }),
  };
}

async function inBatches(deleteSome: () => Promise<number>): Promise<number> {
  let total = 0;
  for (;;) {
    const deleted = await deleteSome();
    total += deleted;
    if (deleted < batch) return total;
  }
}
