/** A position as it is known by. */
export interface Known {
  readonly id: string;
  readonly notice: string;
  readonly iuv: string;
  readonly cents: number;
  readonly dueOn: string;
}

type State = "OPEN" | "OUTCOME_UNKNOWN" | "PAID" | "EXPIRED" | "CANCELLED" | "EXCLUDED";

/** Notices that took each other's place stand for one and the same part of a debt; of a plan, each way has parts of its own. */
interface Part {
  plan?: { readonly key: number; readonly way: 1 | 2 };
}

/** A position as the model has it. */
export interface Modelled extends Known {
  state: State;
  readonly part: Part;
  readonly moves: string[];
  readonly events: string[];
  /** By number: what it meant, and who told of it last. */
  readonly receipts: Record<string, string>;
}

const moved: Readonly<Record<State, string>> = {
  OPEN: "PAYMENT_REOPENED", OUTCOME_UNKNOWN: "PAYMENT_STARTED", PAID: "PAYMENT_PAID", EXPIRED: "PAYMENT_CLOSED", CANCELLED: "PAYMENT_CLOSED", EXCLUDED: "PAYMENT_CLOSED",
};

/** What should come of what is done to debts, said as shortly as it can be: no database, no other system, no one else at the same time. */
export class Model {
  readonly positions: Modelled[] = [];
  /** Parts of positions that are about to be known, in the order in which they are opened. */
  private coming: Part[] = [];
  private plans = 0;

  constructor(owed: readonly Known[]) {
    for (const known of owed) this.positions.push(fresh(known, {}, []));
  }

  /** Takes note of the positions that were opened. */
  add(all: readonly Known[]): void {
    const known = new Set(this.positions.map(({ id }) => id));
    const opened = all.filter(({ id }) => !known.has(id));
    if (opened.length !== this.coming.length) throw new Error(`${opened.length} positions were opened instead of ${this.coming.length}`);
    opened.forEach((each, index) => this.positions.push(fresh(each, this.coming[index]!, ["PAYMENT_REQUESTED"])));
    this.coming = [];
  }

  events(): string[] {
    return this.positions.flatMap(({ id, events }) => events.map(event => `${id} ${event}`));
  }

  /** What was paid once for each position. */
  paidCents(): number {
    return this.positions.filter(({ state }) => state === "PAID").reduce((sum, { cents }) => sum + cents, 0);
  }

  start(wanted: readonly Modelled[], today: string): string {
    const plans = wanted.flatMap(({ part: { plan } }) => plan ?? []);
    if (new Set(wanted).size < wanted.length || plans.some(one => plans.some(({ key, way }) => key === one.key && way !== one.way))) return "INVALID_INPUT";
    for (const { state, dueOn } of wanted) {
      if (state === "OUTCOME_UNKNOWN") return "PAYMENT_PENDING";
      if (state !== "OPEN" || dueOn < today) return "WRONG_STATE";
    }
    if (wanted.some(one => this.others(one).some(({ state }) => state === "OUTCOME_UNKNOWN"))) return "PAYMENT_PENDING";
    for (const one of wanted) move(one, "OUTCOME_UNKNOWN");
    return "OK";
  }

  receipt(one: Modelled, number: string, source: "NODE" | "BIZ_EVENTS" | "STAFF"): string {
    const known = one.receipts[number];
    if (known !== undefined) {
      if (source === "NODE") one.receipts[number] = `${known.split(" ")[0]} NODE`;
      return known.endsWith("NODE") ? "RECEIPT_DUPLICATE" : "OK";
    }
    const settles = one.state !== "PAID" && one.state !== "EXCLUDED";
    one.receipts[number] = `${settles ? "SETTLED" : "PAID_TWICE"} ${source}`;
    if (!settles) one.events.push("PAYMENT_PAID_TWICE");
    else {
      move(one, "PAID");
      for (const other of this.others(one)) if (other.state !== "PAID" && other.state !== "EXCLUDED") move(other, "EXCLUDED");
    }
    return "OK";
  }

  cancel(one: Modelled): string {
    return one.state === "OPEN" || one.state === "EXPIRED" ? move(one, "CANCELLED") : "WRONG_STATE";
  }

  replace(one: Modelled): string {
    const said = this.cancel(one);
    if (said === "OK") this.coming = [one.part];
    return said;
  }

  offer({ state, part }: Modelled): string {
    if (state !== "OPEN" || part.plan) return "WRONG_STATE";
    const key = ++this.plans;
    part.plan = { key, way: 1 };
    this.coming = [{ plan: { key, way: 2 } }, { plan: { key, way: 2 } }];
    return "OK";
  }

  settle(one: Modelled, number: string): string {
    if (one.state === "PAID" || one.state === "EXCLUDED") return "WRONG_STATE";
    return number in one.receipts ? "INVALID_INPUT" : this.receipt(one, number, "STAFF");
  }

  reopen(one: Modelled): string {
    return one.state === "OUTCOME_UNKNOWN" || one.state === "EXPIRED" ? move(one, "OPEN") : "WRONG_STATE";
  }

  giveUp(one: Modelled): void {
    if (one.state === "OUTCOME_UNKNOWN") move(one, "OPEN");
  }

  remembered(one: Modelled, number: string): void {
    if (one.state !== "PAID") this.receipt(one, number, "BIZ_EVENTS");
  }

  expire(today: string): void {
    for (const one of this.positions) if (one.state === "OPEN" && one.dueOn < today) move(one, "EXPIRED");
  }

  /** By what else the same debt may be paid. */
  private others({ id, part }: Modelled): Modelled[] {
    return this.positions.filter(other => other.id !== id && (other.part === part || (part.plan && other.part.plan?.key === part.plan.key && other.part.plan.way !== part.plan.way)));
  }
}

const fresh = (known: Known, part: Part, events: string[]): Modelled => ({ ...known, state: "OPEN", part, moves: [], events, receipts: {} });

function move(one: Modelled, to: State): "OK" {
  one.moves.push(`${one.state} ${to}`);
  one.events.push(moved[to]);
  one.state = to;
  return "OK";
}
