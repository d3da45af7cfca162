/** Collects what comes, and waits for what has not. */
export class Heard<Item> {
  readonly items: Item[] = [];
  private readonly waiting = new Set<() => void>();

  add(item: Item): void {
    this.items.push(item);
    for (const wake of this.waiting) wake();
  }

  wake(): void {
    for (const wake of this.waiting) wake();
  }

  /** Waits until `found` finds something, at most a minute. */
  async until<Found>(what: string, found: (items: readonly Item[]) => Found | undefined): Promise<Found> {
    const deadline = Date.now() + 60_000;
    for (;;) {
      const result = found(this.items);
      if (result !== undefined) return result;
      if (Date.now() > deadline) throw new Error(`not within a minute: ${what}; so far ${JSON.stringify(this.items.slice(-3))}`);
      await new Promise<void>(resolve => {
        const timer = setTimeout(done, 250);
        const waiting = this.waiting;
        function done(): void {
          clearTimeout(timer);
          waiting.delete(done);
          resolve();
        }
        waiting.add(done);
      });
    }
  }
}
