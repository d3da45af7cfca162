import pg from "pg";
import type { Audience, Bus, Published, Resync } from "../../operations/event/bus.ts";
import { publishedOf, type EventRow, type Relay } from "./relay.ts";
import { createRounds, type Rounds } from "./rounds.ts";

/** How many events may wait in memory for one listener; a slower one reads the rest from the table when it comes round. */
const memory = 256;

const page = 200;

/** How many listeners are woken in one round of the event loop: half a millisecond of work, for a request that comes meanwhile waits for several rounds. */
const mostWoken = 8;

function isFor(audience: Audience, { kind, citizenId, officeId }: Published): boolean {
  if ("citizenId" in audience) return audience.citizenId === citizenId;
  return "kinds" in audience ? audience.kinds.includes(kind) : officeId !== null && audience.officeIds.includes(officeId);
}

/** The same as a condition on rows of the table. */
function conditionOf(audience: Audience): [condition: string, value: unknown] {
  if ("citizenId" in audience) return [`"citizen_id" = $3::uuid`, audience.citizenId];
  return "kinds" in audience ? [`"kind" = any($3::text[])`, audience.kinds] : [`"office_id" = any($3::uuid[])`, audience.officeIds];
}

/** Makes the bus of a process: events come from the relay, those before from the table. */
export function createBus(relay: Relay, pool: pg.Pool): Bus {
  const rounds = createRounds(mostWoken);
  return {
    announce: () => relay.announce(),
    listen: (administrationId, audience, after, signal) => listen({ relay, pool, rounds, administrationId, audience, signal }, after),
  };
}

interface Listening {
  readonly relay: Relay;
  readonly pool: pg.Pool;
  readonly rounds: Rounds;
  readonly administrationId: string;
  readonly audience: Audience;
  readonly signal: AbortSignal;
}

async function* listen(listening: Listening, after: bigint | null): AsyncIterableIterator<Published | Resync> {
  const { relay, rounds, administrationId, audience, signal } = listening;
  const waiting: Published[] = [];
  let behind = false;
  let wake: (() => void) | undefined;
  const stop = relay.hear(event => {
    if (event.administrationId !== administrationId || !isFor(audience, event)) return;
    if (waiting.length < memory) waiting.push(event);
    else behind = true;
    if (wake) rounds(wake);
    wake = undefined;
  });
  const aborted = (): void => wake?.();
  signal.addEventListener("abort", aborted);
  try {
    let last = after ?? relay.head();
    if (after !== null) {
      const lost = await lostAfter(listening, after);
      if (lost) {
        yield lost;
        last = lost.position;
      }
      behind = true;
    }
    while (!signal.aborted) {
      if (behind) {
        behind = false;
        for await (const event of kept(listening, last)) {
          if (signal.aborted) return;
          last = event.position;
          yield event;
        }
      }
      const event = waiting.shift();
      if (event) {
        if (event.position > last) {
          last = event.position;
          yield event;
        }
      } else if (!behind && !signal.aborted) {
        await new Promise<void>(resolve => { wake = resolve; });
      }
    }
  } finally {
    stop();
    signal.removeEventListener("abort", aborted);
  }
}

/** The events of an audience after a position, in order, as the table keeps them. */
async function* kept(listening: Listening, after: bigint): AsyncIterable<Published> {
  const { administrationId, audience } = listening;
  const [condition, value] = conditionOf(audience);
  let last = after;
  for (;;) {
    const rows = await asked<EventRow>(listening,
      `select * from "event" where "administration_id" = $1 and "position" > $2 and ${condition} order by "position" limit ${page}`, [administrationId, last.toString(), value]);
    for (const row of rows) yield publishedOf(row);
    if (rows.length < page) return;
    last = BigInt(rows.at(-1)!.position);
  }
}

/**
 * What to say when events after a position are not kept any more; undefined when all are. A position that was never given
 * counts as lost. The database knows which were: another process may have heard further than this one.
 */
async function lostAfter(listening: Listening, after: bigint): Promise<Resync | undefined> {
  const [row] = await asked<{ oldest: string | null; newest: string }>(listening, `
    select (select min("position")::text from "event") as oldest, (select case when is_called then last_value else 0 end::text from "event_position") as newest`);
  const newest = BigInt(row?.newest ?? 0);
  const oldest = row?.oldest ? BigInt(row.oldest) : newest + 1n;
  return after >= oldest - 1n && after <= newest ? undefined : { resync: true, position: newest, occurredAt: new Date() };
}

/** How long to wait, in milliseconds, before the database is asked again. */
const pauseMs = 250;

/** Asks the database until it answers: a listener waits while it is away, and loses nothing. No rows once nobody listens any more. */
async function asked<Row extends pg.QueryResultRow>({ pool, signal }: Listening, text: string, values: readonly unknown[] = []): Promise<Row[]> {
  while (!signal.aborted) {
    try {
      return (await pool.query<Row>(text, [...values])).rows;
    } catch (error) {
      // What is wrong with the statement itself will not be right the next time.
      if (error instanceof pg.DatabaseError && !away.test(error.code ?? "")) throw error;
      await new Promise(resolve => setTimeout(resolve, pauseMs));
    }
  }
  return [];
}

/** Classes of PostgreSQL's errors that pass: no connection, no resources, an operator's intervention. */
const away = /^(?:08|53|57)/;
