/** What a rate limit says of itself after a request. */
export interface Turn {
  readonly allowed: boolean;
  /** Requests that are left now. */
  readonly remaining: number;
}

/** So many requests in an interval; spent ones come back constantly, one each `interval / limit`. */
export class Replenishing {
  private left: number;
  private at: number | undefined;

  constructor(readonly limit: number, readonly intervalMs: number) {
    this.left = limit;
  }

  take(now: Date): Turn {
    const since = now.getTime() - (this.at ?? now.getTime());
    this.at = now.getTime();
    this.left = Math.min(this.limit, this.left + (since * this.limit) / this.intervalMs);
    const allowed = this.left >= 1;
    if (allowed) this.left -= 1;
    return { allowed, remaining: Math.floor(this.left) };
  }
}

/** So many requests of one kind in a calendar day, by UTC. */
export class Daily {
  private readonly counts = new Map<string, number>();
  private day = "";

  constructor(private readonly limit: number) {}

  take(kind: string, now: Date): boolean {
    const today = now.toISOString().slice(0, 10);
    if (today !== this.day) this.counts.clear();
    this.day = today;
    const count = (this.counts.get(kind) ?? 0) + 1;
    this.counts.set(kind, count);
    return count <= this.limit;
  }
}
