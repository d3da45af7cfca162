import type { EntityManager } from "@mikro-orm/postgresql";
import type { Clock } from "../../kernel/clock.ts";
import { chainStart, hashOf, type Entry, type Link } from "./access-link.ts";

interface Waiting {
  readonly entries: readonly Entry[];
  readonly resolve: (links: readonly Link[]) => void;
  readonly reject: (reason: unknown) => void;
}

/** Runs work in a transaction of its own, on a connection of its own. */
export type Transaction = <Result>(work: (em: EntityManager) => Promise<Result>) => Promise<Result>;

/** The most entries that one transaction writes. */
const batchSize = 500;

/**
 * The chain of accesses of one administration, as this process appends to it.
 *
 * While one transaction is under way, what else comes waits and goes together into the next: the chain is one after the
 * other by nature, its commits need not be. The row of `access_chain` is the lock between processes.
 */
export class AccessChain {
  private waiting: Waiting[] = [];
  private writing = false;

  constructor(private readonly administration: string, private readonly transaction: Transaction, private readonly clock: Clock) {}

  /** Appends entries side by side; resolves with their links when they are committed. Throws what the database throws: then none of them stands. */
  append(...entries: readonly Entry[]): Promise<readonly Link[]> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ entries, resolve, reject });
      if (!this.writing) void this.write();
    });
  }

  private async write(): Promise<void> {
    this.writing = true;
    while (this.waiting.length > 0) {
      const batch = this.nextBatch();
      try {
        const links = await this.transaction(em => this.link(em, batch.flatMap(({ entries }) => entries)));
        let place = 0;
        for (const { entries, resolve } of batch) resolve(links.slice(place, (place += entries.length)));
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.writing = false;
  }

  private nextBatch(): Waiting[] {
    let size = 0;
    const end = this.waiting.findIndex(({ entries }, index) => (size += entries.length) > batchSize && index > 0);
    return this.waiting.splice(0, end === -1 ? this.waiting.length : end);
  }

  private async link(em: EntityManager, entries: readonly Entry[]): Promise<readonly Link[]> {
    const { administration } = this;
    const [head] = await em.execute<{ sequence: number; hash: string }[]>(lockHead, [administration, chainStart]);
    const at = this.clock.now();
    let { sequence, hash } = head!;
    const links = entries.map((entry): Link => {
      sequence += 1;
      const placed = { ...entry, ...(entry.kind === "ACCESS" ? { operationId: entry.operationId ?? operationIdOf(at, sequence) } : {}), administration, sequence, at, previousHash: hash } as Omit<Link, "hash"> & Entry;
      hash = hashOf(placed);
      return { ...placed, hash } as Link;
    });
    const of = (kind: Entry["kind"]) => JSON.stringify(links.filter(link => link.kind === kind));
    await em.execute(insertLinks, [of("ACCESS"), of("OUTCOME"), sequence, hash, administration]);
    return links;
  }
}

/** Time and place in the chain, 26 digits: unique and increasing even when a database is begun anew, for registries remember old numbers. */
const operationIdOf = (at: Date, sequence: number): string => at.toISOString().replace(/\D/g, "").slice(0, 14) + sequence.toString().padStart(12, "0");

const lockHead = `
  insert into "access_chain" ("administration_id", "sequence", "hash") values (?, 0, ?)
  on conflict ("administration_id") do update set "sequence" = "access_chain"."sequence" returning "sequence", "hash"`;

/** Both kinds of links and the new end of the chain, in one round trip. */
const insertLinks = `
  with "accesses" as (
    insert into "access_record" ("id", "administration_id", "sequence", "at", "subject_key", "actor", "actor_key", "actor_name", "source", "data_sets",
      "purpose", "purpose_text", "purpose_reference", "operation_id", "previous_hash", "hash")
    select r."id", r."administration", r."sequence", r."at", r."subjectKey", r."actor", r."actorKey", r."actorName", r."source", r."dataSets",
      r."purpose", r."purposeText", r."purposeReference", r."operationId", r."previousHash", r."hash"
    from jsonb_to_recordset(?::jsonb) as r ("id" uuid, "administration" uuid, "sequence" int, "at" timestamptz, "subjectKey" text, "actor" text, "actorKey" text,
      "actorName" text, "source" text, "dataSets" jsonb, "purpose" text, "purposeText" text, "purposeReference" text, "operationId" text, "previousHash" text, "hash" text)
  ), "outcomes" as (
    insert into "access_outcome" ("id", "administration_id", "sequence", "at", "access_id", "outcome", "previous_hash", "hash")
    select r."id", r."administration", r."sequence", r."at", r."access", r."outcome", r."previousHash", r."hash"
    from jsonb_to_recordset(?::jsonb) as r ("id" uuid, "administration" uuid, "sequence" int, "at" timestamptz, "access" uuid, "outcome" text, "previousHash" text, "hash" text)
  )
  update "access_chain" set "sequence" = ?, "hash" = ? where "administration_id" = ?`;
