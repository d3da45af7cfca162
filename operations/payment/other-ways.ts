import type { EntityManager } from "@mikro-orm/postgresql";
import { problem } from "../../entities/problem.ts";
import { alternatives } from "./settle-debt.ts";

/** A position that somebody wants to pay, and where the input names it. */
interface Wanted {
  readonly id: string;
  readonly path: readonly string[];
}

/**
 * Locks positions and the plans that they are part of until the transaction ends, in one order whoever asks: two who begin
 * at once, be it other ways of paying one debt, come one after the other, and neither waits for the other for ever.
 */
export async function lockDebts(em: EntityManager, ids: readonly string[]): Promise<void> {
  const these = JSON.stringify(ids);
  const among = `in (select value::uuid from jsonb_array_elements_text(?::jsonb))`;
  await em.execute(`select "id" from "payment" where "id" ${among} order by "id" for update`, [these]);
  await em.execute(`select "id" from "payment_plan" where "id" in (select o."plan_id" from "payment" p join "payment_option" o on o."id" = p."option_id" where p."id" ${among}) order by "id" for update`, [these]);
}

/**
 * Refuses to begin what another way of paying the same debt shuts out: `PAYMENT_PENDING` while that was begun and its
 * outcome is unknown, `WRONG_STATE` once it was paid.
 */
export async function assertOnlyWay(em: EntityManager, wanted: readonly Wanted[]): Promise<void> {
  const [other] = await em.execute<{ id: string; state: "OUTCOME_UNKNOWN" | "PAID" }[]>(`
    select p."id", a."state" from "payment" p cross join lateral (${alternatives}) s join "payment" a on a."id" = s."id" and a."id" <> p."id" and a."state" in ('OUTCOME_UNKNOWN', 'PAID')
    where p."id" in (select value::uuid from jsonb_array_elements_text(?::jsonb)) order by a."state" desc limit 1`, [JSON.stringify(wanted.map(({ id }) => id))]);
  if (!other) return;
  const { path } = wanted.find(({ id }) => id === other.id)!;
  throw other.state === "PAID" ? problem("WRONG_STATE", { path, details: { from: "EXCLUDED", to: "OUTCOME_UNKNOWN" } }) : problem("PAYMENT_PENDING", { path, reason: "OTHER_WAY" });
}
