import type { EntityManager } from "@mikro-orm/postgresql";
import { Event, type EventKind } from "../../entities/event.ts";
import type { Hub } from "../hub.ts";

/** Adds an event to the transaction that makes it true. The relay publishes it after the commit. */
export function recordEvent(
  { administration, clock }: Pick<Hub, "administration" | "clock">, em: EntityManager,
  event: { kind: EventKind; subjectId: string; citizenId?: string | null; officeId?: string | null },
): void {
  em.create(Event, { administration: administration.id, kind: event.kind, subjectId: event.subjectId, citizenId: event.citizenId ?? null, officeId: event.officeId ?? null, occurredAt: clock.now() });
}
