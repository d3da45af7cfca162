import type { EntityManager } from "@mikro-orm/postgresql";
import { Event, EventCursor, type EventKind } from "../../entities/event.ts";
import type { JobHub } from "../job.ts";
import { forUpdate } from "../once.ts";

/** Something that follows from events, whichever operation they come from: mostly jobs. */
export interface Follower {
  /** The events from which it follows. */
  readonly kinds: readonly EventKind[];
  /** Has it done, as part of the present transaction; there is at least one event, all are of these kinds, in their order. */
  readonly follow: (hub: JobHub, em: EntityManager, events: readonly Event[]) => Promise<void>;
}

/** How many events are read at once. */
const batch = 200;

/**
 * Has done what follows from the events published since the last time, and remembers how far it came in the same
 * transaction: so each event is followed once, whichever process does it and whenever one dies. Whoever comes at the same
 * time waits. True when there may be more.
 */
export const followEvents = (hub: JobHub, followers: readonly Follower[]): Promise<boolean> => hub.em.transactional(async em => {
  const cursor = await cursorOf(hub, em);
  const followed = { $in: followers.flatMap(({ kinds }) => kinds) };
  const events = await em.find(Event, { administration: hub.administration.id, position: { $gt: cursor.position }, kind: followed }, { orderBy: { position: "asc" }, limit: batch });
  for (const { kinds, follow } of followers) {
    const mine = events.filter(({ kind }) => kinds.includes(kind));
    if (mine.length > 0) await follow(hub, em, mine);
  }
  const last = events.at(-1);
  if (last) cursor.position = last.position!;
  return events.length === batch;
});

/** The administration's place among the events, locked; at first it is the end: nothing follows any more from what happened before. */
async function cursorOf({ administration }: JobHub, em: EntityManager): Promise<EventCursor> {
  const found = await em.findOne(EventCursor, { administration: administration.id }, forUpdate);
  if (found) return found;
  await em.execute(`insert into "event_cursor" ("administration_id", "position") select ?, coalesce(max("position"), 0) from "event" on conflict do nothing`, [administration.id]);
  return em.findOneOrFail(EventCursor, { administration: administration.id }, forUpdate);
}
