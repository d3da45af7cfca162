/** The ways in which a simulated system can be told to misbehave. */
export const faultKinds = ["slow", "silent", "drip", "reset", "refuse", "unavailable", "malformed", "huge", "duplicate", "late"] as const;

export type FaultKind = (typeof faultKinds)[number];

export interface Fault {
  readonly kind: FaultKind;
  /** For `slow`, `drip` and `late`: how long, in milliseconds. */
  readonly ms?: number;
  /** A code in the words of the simulated system, for `refuse`. */
  readonly code?: string;
  /** How many requests it holds for; without it, until it is lifted. */
  readonly times?: number;
}

/** The faults that hold now, by simulator and optionally by operation of it. */
export class Faults {
  private readonly set = new Map<string, { fault: Fault; left: number }>();

  /** Makes a simulator (or, with `operation`, one operation of it) misbehave. */
  impose(simulator: string, fault: Fault, operation = "*"): void {
    this.set.set(`${simulator}/${operation}`, { fault, left: fault.times ?? Infinity });
  }

  /** Lifts what was imposed; without arguments, everything. */
  lift(simulator?: string, operation = "*"): void {
    if (simulator === undefined) this.set.clear();
    else this.set.delete(`${simulator}/${operation}`);
  }

  /** The fault for the request at hand, counting it; undefined when all is well. */
  take(simulator: string, operation: string): Fault | undefined {
    for (const key of [`${simulator}/${operation}`, `${simulator}/*`]) {
      const entry = this.set.get(key);
      if (!entry) continue;
      entry.left -= 1;
      if (entry.left <= 0) this.set.delete(key);
      return entry.fault;
    }
    return undefined;
  }

  /** What holds now, for the control page. */
  list(): Record<string, Fault> {
    return Object.fromEntries([...this.set].map(([key, { fault }]) => [key, fault]));
  }
}
