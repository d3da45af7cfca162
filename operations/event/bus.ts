import type { EventKind } from "../../entities/event.ts";

/** An event as the relay published it: ids, never data. */
export interface Published {
  /** Place in the order that every listener sees. */
  readonly position: bigint;
  readonly kind: EventKind;
  readonly subjectId: string;
  readonly administrationId: string;
  readonly citizenId: string | null;
  readonly officeId: string | null;
  readonly occurredAt: Date;
}

/** Whose events to hear: a citizen's, some offices', or those of some kinds, which are about the administration as a whole. */
export type Audience = { readonly citizenId: string } | { readonly officeIds: readonly string[] } | { readonly kinds: readonly EventKind[] };

/** Said instead of an event when the listener's cursor is older than what is kept. */
export interface Resync {
  readonly resync: true;
  readonly position: bigint;
  readonly occurredAt: Date;
}

/** Where operations announce that they committed events, and subscriptions hear them. */
export interface Bus {
  /** Tells the relay that there may be events to publish. Harmless to call in vain, cheap to call often. */
  announce(): void;
  /** Events for an audience after a position, in order and without gaps: first those kept, then those that come. Ends with the signal. */
  listen(administrationId: string, audience: Audience, after: bigint | null, signal: AbortSignal): AsyncIterableIterator<Published | Resync>;
}
