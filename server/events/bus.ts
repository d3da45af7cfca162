import type pg from "pg";
import type { Audience, Bus, Published, Resync } from "../../operations/event/bus.ts";
import { publishedOf, type EventRow, type Relay } from "./relay.ts";

/** How many events may wait in memory for one listener; a slower one reads the rest from the table when it comes round. */
const memory = 256;

const page = 200;

const isFor = (audience: Audience, { citizenId, officeId }: Published): boolean =>
  "citizenId" in audience ? audience.citizenId === citizenId : officeId !== null && audience.officeIds.includes(officeId);

/** Makes the bus of a process: events come from the relay, those before from the table. */
export function createBus(relay: Relay, pool: pg.Pool): Bus {
  return {
    announce: () => relay.announce(),
    listen: (administrationId, audience, after, signal) => listen({ relay, pool, administrationId, audience, signal }, after),
  };
}

interface Listening {
  readonly relay: Relay;
  readonly pool: pg.Pool;
  readonly administrationId: string;
  readonly audience: Audience;
  readonly signal: AbortSignal;
}

async function* listen(listening: Listening, after: bigint | null): AsyncIterableIterator<Published | Resync> {
  const { relay, administrationId, audience, signal } = listening;
  const waiting: Published[] = [];
  let behind = false;
  let wake: (() => void) | undefined;
  const stop = relay.hear(event => {
    if (event.administrationId !== administrationId || !isFor(audience, event)) return;
    if (waiting.length < memory) waiting.push(event);
    else behind = true;
    wake?.();
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
      } else if (!behind) {
        await new Promise<void>(resolve => { wake = resolve; });
        wake = undefined;
      }
    }
  } finally {
    stop();
    signal.removeEventListener("abort", aborted);
  }
}

/** The events of an audience after a position, in order, as the table keeps them. */
async function* kept({ pool, administrationId, audience }: Listening, after: bigint): AsyncIterable<Published> {
  const [column, value] = "citizenId" in audience ? [`"citizen_id" = $3::uuid`, audience.citizenId] : [`"office_id" = any($3::uuid[])`, audience.officeIds];
  let last = after;
  for (;;) {
    const { rows } = await pool.query<EventRow>(
      `select * from "event" where "administration_id" = $1 and "position" > $2 and ${column} order by "position" limit ${page}`, [administrationId, last.toString(), value]);
    for (const row of rows) yield publishedOf(row);
    if (rows.length < page) return;
    last = BigInt(rows.at(-1)!.position);
  }
}

/** What to say when events after a position are not kept any more; undefined when all are. A position that never was counts as lost. */
async function lostAfter({ pool, relay }: Listening, after: bigint): Promise<Resync | undefined> {
  const { rows: [row] } = await pool.query<{ oldest: string | null }>(`select min("position")::text as oldest from "event"`);
  const oldest = row!.oldest === null ? relay.head() + 1n : BigInt(row!.oldest);
  const complete = after >= oldest - 1n && after <= relay.head();
  return complete ? undefined : { resync: true, position: relay.head(), occurredAt: new Date() };
}
