import type { EntityManager } from "@mikro-orm/postgresql";
import { Event, type EventKind } from "../../entities/event.ts";
import { newId } from "../../kernel/ids.ts";
import type { Hub } from "../hub.ts";
import { writesOf } from "../writes.ts";

/** Adds an event to the transaction that makes it true. The relay publishes it after the commit. */
export function recordEvent(
  { administration, clock }: Pick<Hub, "administration" | "clock">, em: EntityManager,
  event: { kind: EventKind; subjectId: string; citizenId?: string | null; officeId?: string | null },
): void {
  const { kind, subjectId, citizenId = null, officeId = null } = event;
  const happened = { id: newId(), administration: administration.id, kind, subjectId, citizenId, officeId, occurredAt: clock.now() };
  const writes = writesOf(em);
  if (writes) writes.create(Event, happened);
  else em.create(Event, happened);
}
