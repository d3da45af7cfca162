import type { EntityManager } from "@mikro-orm/postgresql";
import { CompiledQuery } from "kysely";
import type { RunChange } from "../run-change.ts";

/** Runs a statement as part of the present transaction of `em`. */
export const changeIn = (em: EntityManager): RunChange => async (_name, text, values) => {
  const { rows } = await em.getKysely().executeQuery<Record<string, string | null>>(CompiledQuery.raw(text, [...values]));
  return Object.values(rows[0] ?? {})[0] ?? null;
};
