import type { PurposeKind } from "../../entities/access-record.ts";
import { SourceUnavailable } from "../../connectors/upstream.ts";

/** What the registry said, and where it comes from. */
export interface Read<Value> {
  /** Null when the registry knows no such person. */
  readonly value: Value | null;
  readonly provenance: Provenance;
}

export interface Provenance {
  readonly source: "ANPR";
  /** When the registry said it: an instant, ISO 8601 in UTC. */
  readonly readAt: string;
  /** Read now; read before and still good for the same purpose; or the last thing known of a registry that is down. */
  readonly freshness: "LIVE" | "CACHED" | "STALE";
  readonly operationId: string;
  readonly purpose: PurposeKind;
}

/**
 * The registry is down, and what it said last may be shown beside that. Whoever does not look inside has a source that
 * is unavailable: nothing stale is ever taken for an answer.
 */
export class OnlyLastKnown<Value> extends SourceUnavailable {
  constructor(failure: SourceUnavailable, readonly lastKnown: Read<Value>, /** As the graph shows it. */ readonly shown: object | null = null) {
    super(failure.source, failure);
  }
}

/** What to show of a read. When there is only the last known, it is shown as such, within the same failure. */
export async function showing<Value>(read: Promise<Read<Value>>, show: (read: Read<Value>) => object): Promise<object> {
  try {
    return show(await read);
  } catch (error) {
    if (!(error instanceof OnlyLastKnown)) throw error;
    const failure = error as OnlyLastKnown<Value>;
    throw new OnlyLastKnown(failure, failure.lastKnown, show(failure.lastKnown));
  }
}
