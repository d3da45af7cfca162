import type { MikroORM } from "@mikro-orm/postgresql";
import pg from "pg";
import { Administration } from "../../../entities/administration.ts";
import { newId } from "../../../kernel/ids.ts";
import { systemClock } from "../../../kernel/clock.ts";
import { AccessChain } from "../../../operations/registry/access-chain.ts";
import type { AccessEntry } from "../../../operations/registry/access-link.ts";
import { openOrm } from "../../../server/database/orm.ts";
import { createDatabase, demonstrationTemplate } from "../../helpers/postgres.ts";

/** A database with one administration, and as many writers of its chain of accesses as there would be processes. */
export interface ChainWorld {
  readonly url: string;
  readonly orm: MikroORM;
  readonly administration: string;
  /** A writer of its own, as another process has one. */
  chain(): AccessChain;
  sql(text: string, values?: readonly unknown[]): Promise<Record<string, unknown>[]>;
  close(): Promise<void>;
}

export async function openChainWorld(): Promise<ChainWorld> {
  const database = await createDatabase(await demonstrationTemplate());
  const orm = await openOrm({ url: database.url, poolSize: 10, statementTimeoutMs: 10_000 });
  const pool = new pg.Pool({ connectionString: database.url, max: 2 });
  const { id: administration } = await orm.em.fork().findOneOrFail(Administration, { ipaCode: "c_d205" });
  return {
    url: database.url, orm, administration,
    chain: () => new AccessChain(administration, (name, text, values) => pool.query<[string]>({ name, text, values: [...values], rowMode: "array" }).then(({ rows }) => rows[0]![0]), systemClock),
    sql: async (text, values = []) => (await pool.query<Record<string, unknown>>(text, [...values])).rows,
    async close() {
      await Promise.all([orm.close(true), pool.end()]);
      await database.drop();
    },
  };
}

/** A read to be recorded, about nobody in particular. */
export const entry = (values: Partial<AccessEntry> = {}): AccessEntry => ({
  kind: "ACCESS", id: newId(), subjectKey: "subject", actor: "STAFF", actorKey: "staff:1", actorName: "Polizia Locale, istruttore è", source: "ANPR", dataSets: ["IDENTITY", "RESIDENCE"],
  purpose: "APPLICATION", purposeText: "Istruttoria: pratica «ZTL»", purposeReference: "2026/1", ...values,
});
