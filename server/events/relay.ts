import type pg from "pg";
import type { EventKind } from "../../entities/event.ts";
import type { Log } from "../../kernel/log.ts";
import type { Published } from "../../operations/event/bus.ts";
import { listenOn } from "./ear.ts";
import { single } from "./single.ts";

/** On which channel of the database the relay says that events were published. */
const channel = "hub_events";

/** No two relays number events at once, whichever process they run in. */
const relayLock = 4_711_001;

/** How often to look for events that nobody announced, those of a process that died after its commit, and for those that this process was not told of. */
const sweepMs = 1_000;

/** How long what is announced after something was published waits for more, in milliseconds: a busy hub publishes a hundred times a second, and not for every change. */
const paceMs = 10;

/** How many events are published at once. */
const batch = 1_000;

/**
 * One transaction in one message: the lock first, then what became visible before it was ours, then the word to all
 * processes, if there is something to tell.
 */
const publish = `
  begin; select pg_advisory_xact_lock(${relayLock});
  with published as (
    update "event" e set "position" = n."position"
    from (select "id", nextval('event_position') as "position" from (select "id" from "event" where "position" is null order by "id" limit ${batch}) o) n
    where e."id" = n."id" returning n."position"
  ), counted as (select count(*)::int as "count" from published)
  select "count", case when "count" > 0 then pg_notify('${channel}', '') end from counted;
  commit`;

/** An event as the database keeps it. */
export interface EventRow {
  readonly position: string;
  readonly kind: EventKind;
  readonly subject_id: string;
  readonly administration_id: string;
  readonly citizen_id: string | null;
  readonly office_id: string | null;
  readonly occurred_at: Date;
}

/** Reads a row of the event table. */
export const publishedOf = (row: EventRow): Published => ({
  position: BigInt(row.position), kind: row.kind, subjectId: row.subject_id, administrationId: row.administration_id,
  citizenId: row.citizen_id, officeId: row.office_id, occurredAt: row.occurred_at,
});

export interface Relay {
  /** Publishes soon; calls in between are one. */
  announce(): void;
  /** Hears events in order, each once, as long as the process lives; returns how to stop. */
  hear(listener: (event: Published) => void): () => void;
  /** The position up to which this process has heard. */
  head(): bigint;
  close(): Promise<void>;
}

/**
 * Publishes committed events in one order and hands them to this process's listeners.
 *
 * A position is given in a transaction of the relay's own, one batch at a time under a lock: so positions become visible
 * in their order, which a sequence in the business transactions could not promise. One NOTIFY a batch wakes every
 * process; each then reads what is new, so that a lost notification or connection loses no event.
 */
export async function startRelay(pool: pg.Pool, url: string, log: Log): Promise<Relay> {
  const listeners = new Set<(event: Published) => void>();
  const { rows: [first] } = await pool.query<{ head: string }>(`select coalesce(max("position"), 0)::text as head from "event"`);
  let head = BigInt(first!.head);

  const publishing = single(async () => {
    const client = await pool.connect();
    try {
      // Several statements in one message are answered by several results, which the types do not know.
      const results = (await client.query(publish)) as unknown as readonly pg.QueryResult<{ count: number }>[];
      client.release();
      return results[2]!.rows[0]!.count === batch;
    } catch (error) {
      client.release(error as Error);
      throw error;
    }
  }, error => log.warn({ failure: (error as Error).name }, "events wait: the relay could not publish"));

  const hearing = single(async () => {
    const { rows } = await pool.query<EventRow>({ name: "heard", text: `select * from "event" where "position" > $1 order by "position" limit ${batch}`, values: [head.toString()] });
    for (const event of rows.map(publishedOf)) {
      head = event.position;
      for (const listener of listeners) listener(event);
    }
    return rows.length === batch;
  }, error => log.warn({ failure: (error as Error).name }, "events wait: the relay could not read"));

  // The first of several changes is told of at once, those within the pace after it together.
  let next = 0;
  let waiting: NodeJS.Timeout | undefined;
  let closed = false;
  const announce = (): void => {
    if (waiting || closed) return;
    const now = performance.now();
    if (now >= next) {
      next = now + paceMs;
      return void publishing();
    }
    waiting = setTimeout(() => {
      waiting = undefined;
      next = performance.now() + paceMs;
      void publishing();
    }, next - now);
  };
  const ear = await listenOn({ url, channel, name: "sportello-hub relay", log }, () => void hearing());
  const sweep = setInterval(() => {
    void publishing();
    void hearing();
  }, sweepMs);
  return {
    announce,
    hear: listener => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    head: () => head,
    async close() {
      // What is announced from now on is published by another process, or at the next start.
      closed = true;
      clearInterval(sweep);
      clearTimeout(waiting);
      await ear.close();
      await Promise.all([publishing.idle(), hearing.idle()]);
    },
  };
}
