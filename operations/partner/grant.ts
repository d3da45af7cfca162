import type { EntityManager } from "@mikro-orm/postgresql";
import { Agreement, Partner } from "../../entities/partner.ts";
import { dayInRome } from "../../kernel/clock.ts";
import { newId } from "../../kernel/ids.ts";

/** The agreement under which a partner may get a token. */
export interface Grant {
  readonly agreementId: string;
  readonly reference: string;
  readonly jwksUri: string;
}

/** The agreement in force of a client: the one named, or its only one. */
export async function findGrant(em: EntityManager, administration: string, clientId: string, reference: string | undefined, now: Date): Promise<Grant | "NO_CLIENT" | "NO_AGREEMENT"> {
  const partner = await em.findOne(Partner, { administration, clientId, active: true });
  if (!partner) return "NO_CLIENT";
  const today = dayInRome(now);
  const agreements = await em.find(Agreement, {
    partner: partner.id, validFrom: { $lte: today }, $or: [{ validTo: null }, { validTo: { $gte: today } }], ...(reference ? { reference } : {}),
  }, { orderBy: { reference: "asc" }, limit: 2 });
  const [agreement, another] = agreements;
  return agreement && !another ? { agreementId: agreement.id, reference: agreement.reference, jwksUri: partner.jwksUri } : "NO_AGREEMENT";
}

/** Marks an assertion as used. False when it was used before, on whichever instance. */
export async function acceptAssertion(em: EntityManager, administration: string, clientId: string, jti: string, now: Date): Promise<boolean> {
  const rows = await em.execute<unknown[]>(
    `insert into "idempotency_record" ("id", "administration_id", "caller", "key", "mutation", "input_hash", "outcome", "created_at") values (?, ?, ?, ?, 'token', '', '{}', ?) on conflict do nothing returning "id"`,
    [newId(), administration, `assertion:${clientId}`, jti.slice(0, 255), now],
  );
  return rows.length === 1;
}
