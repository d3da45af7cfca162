import type { Clock } from "../../kernel/clock.ts";
import type { RunChange } from "../run-change.ts";
import type { Entry } from "./access-link.ts";

/** Where an entry came to stand in the chain. */
export interface Appended {
  /** Place in the chain, from 1. */
  readonly sequence: number;
  /**
   * The number under which the source is to be asked: 26 digits, of time and place in the chain, unless the entry brought
   * its own. Unique and increasing even when a database is begun anew, for registries remember old numbers.
   */
  readonly operationId: string;
}


interface Waiting {
  readonly entries: readonly Entry[];
  readonly resolve: (appended: readonly Appended[]) => void;
  readonly reject: (reason: unknown) => void;
}

/** The most entries that one statement writes. */
const batchSize = 500;

/**
 * The chain of accesses of one administration, as this process appends to it.
 *
 * While one statement is under way, what else comes waits and goes together into the next: the chain is one after the
 * other by nature, its commits need not be. Places and hashes are given by the database (`append_access`), in one round
 * trip: who reads the registry waits for it twice.
 */
export class AccessChain {
  private waiting: Waiting[] = [];
  private writing = false;

  constructor(private readonly administration: string, private readonly change: RunChange, private readonly clock: Clock) {}

  /** Appends entries side by side; resolves when they are committed. Throws what the database throws: then none of them stands. */
  append(...entries: readonly Entry[]): Promise<readonly Appended[]> {
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
        const entries = batch.flatMap(({ entries: own }) => own);
        const appended = JSON.parse((await this.change("append_access", "select append_access($1::uuid, $2::jsonb, $3::timestamptz)::text", [this.administration, JSON.stringify(entries), this.clock.now().toISOString()]))!) as readonly Appended[];
        let place = 0;
        for (const { entries: own, resolve } of batch) resolve(appended.slice(place, (place += own.length)));
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
}
