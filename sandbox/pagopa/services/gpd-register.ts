import type { Bank } from "../node/bank.ts";
import { readPosition } from "./gpd-bodies.ts";
import { echoed, type Kept, payablesOf, shown, type Status, statusOf } from "./gpd-position.ts";
import { invalid, problem, type ServiceAnswer } from "./gateway.ts";

const updatable: ReadonlySet<Status> = new Set(["DRAFT", "PUBLISHED", "VALID", "EXPIRED"]);

const notFound = problem(404, "Not found the debt position", "there is no such debt position");
const conflict = (detail: string): ServiceAnswer => problem(409, "Conflict", detail);
const bad = (detail: string): ServiceAnswer => problem(400, "Bad request", detail);

/** Which positions somebody lists: days `YYYY-MM-DD` and instants, both ends included. */
export interface Wanted {
  readonly limit: number;
  readonly page: number;
  readonly ordering: "ASC" | "DESC";
  readonly status?: string | undefined;
  readonly due: Span;
  readonly paid: Span;
}

/** Instants in Unix milliseconds; without an end it goes on. */
export interface Span {
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

const isIn = ({ from = -Infinity, to = Infinity }: Span, instant: string): boolean => Date.parse(instant) >= from && Date.parse(instant) <= to;
const isOpen = ({ from, to }: Span): boolean => from === undefined && to === undefined;

/** The positions of all institutions, as the register keeps them. */
export class Register {
  private readonly kept = new Map<string, Kept>();

  constructor(private readonly bank: Bank) {}

  create(ec: string, version: 1 | 3, body: unknown, publish: boolean): ServiceAnswer {
    const read = this.read(ec, version, body);
    if ("status" in read) return read;
    if (this.find(ec, read.position.iupd)) return conflict("the IUPD is another position's");
    return this.take(ec, read.position, { version, publish, status: 201 });
  }

  replace(ec: string, version: 1 | 3, iupd: string, body: unknown, publish: boolean): ServiceAnswer {
    const before = this.find(ec, iupd);
    if (!before) return notFound;
    const status = statusOf(before, this.bank.now());
    if (!updatable.has(status)) return conflict(`the position is ${status} and cannot be changed`);
    const read = this.read(ec, version, body);
    if ("status" in read) return read;
    if (read.position.iupd !== iupd) return bad("iupd: is not that of the address");
    return this.take(ec, read.position, { version, publish, status: 200 });
  }

  show(ec: string, version: 1 | 3, iupd: string): ServiceAnswer {
    const kept = this.find(ec, iupd);
    if (!kept) return notFound;
    return this.isHidden(kept, version) ? problem(422, "Unprocessable request", "the position has options with instalments") : { status: 200, body: shown(kept, version, { organization: ec, now: this.bank.now() }) };
  }

  /** A page (from 0); those that version 1 has no words for are left out there. */
  list(ec: string, version: 1 | 3, { limit, page, ordering, status, due, paid }: Wanted): ServiceAnswer {
    if (!isOpen(due) && !isOpen(paid)) return bad("due dates and payment dates exclude each other");
    const now = this.bank.now();
    const found = this.all(ec).filter(kept => !this.isHidden(kept, version)).map(kept => ({ kept, shows: shown(kept, version, { organization: ec, now }) })).filter(({ kept, shows }) =>
      (status === undefined || (shows as { status: string }).status === status) && (isOpen(due) || payablesOf(kept).some(({ dueDate }) => isIn(due, dueDate)))
      && (isOpen(paid) || payablesOf(kept).some(({ paidAt }) => paidAt !== undefined && isIn(paid, paidAt))));
    const ordered = (ordering === "ASC" ? found : found.toReversed()).map(({ shows }) => shows);
    const rows = ordered.slice(page * limit, (page + 1) * limit);
    return { status: 200, body: { payment_position_list: rows, page_info: { page, limit, items_found: rows.length, total_pages: Math.ceil(ordered.length / limit) } } };
  }

  delete(ec: string, iupd: string): ServiceAnswer {
    const kept = this.find(ec, iupd);
    if (!kept) return notFound;
    if (payablesOf(kept).some(({ paidAt }) => paidAt !== undefined)) return conflict("the position is paid");
    this.kept.delete(`${ec}/${iupd}`);
    return { status: 200, body: "Debt position deleted" };
  }

  publish(ec: string, version: 1 | 3, iupd: string): ServiceAnswer {
    return this.move(ec, version, iupd, { from: ["DRAFT"], verb: "published" }, (kept, now) => Object.assign(kept, { phase: "PUBLISHED", publishedAt: now }));
  }

  invalidate(ec: string, iupd: string): ServiceAnswer {
    return this.move(ec, 1, iupd, { from: ["PUBLISHED", "VALID"], verb: "invalidated" }, kept => Object.assign(kept, { phase: "INVALID" }));
  }

  /** Marks as paid: one option shuts out the others. */
  pay(ec: string, nav: string, paidAt: string): ServiceAnswer {
    const kept = this.all(ec).find(one => payablesOf(one).some(payable => payable.nav === nav));
    if (!kept) return notFound;
    const option = kept.options.find(({ payables }) => payables.some(payable => payable.nav === nav))!;
    const payable = option.payables.find(one => one.nav === nav)!;
    const other = kept.options.some(one => one !== option && one.payables.some(each => each.paidAt !== undefined));
    if (payable.paidAt !== undefined || other) return conflict("it is paid already, or another option is");
    const status = statusOf(kept, this.bank.now());
    if (status !== "VALID" && status !== "PARTIALLY_PAID") return problem(422, "Unprocessable request", `a position that is ${status} cannot be paid`);
    payable.paidAt = paidAt;
    kept.updatedAt = this.instant();
    const { iuv, amount, description, dueDate, isPartial, metadata } = payable;
    return { status: 200, body: { nav, iuv, organizationFiscalCode: ec, amount, description, isPartialPayment: isPartial, dueDate, paymentDate: paidAt, status: "PO_PAID", lastUpdatedDate: kept.updatedAt, paymentOptionMetadata: metadata } };
  }

  private find(ec: string, iupd: string): Kept | undefined {
    return this.kept.get(`${ec}/${iupd}`);
  }

  private all(ec: string): Kept[] {
    return [...this.kept].filter(([key]) => key.startsWith(`${ec}/`)).map(([, kept]) => kept);
  }

  private instant(): string {
    return new Date(this.bank.now()).toISOString();
  }

  private isHidden(kept: Kept, version: 1 | 3): boolean {
    return version === 1 && kept.version === 3 && kept.options.some(({ payables }) => payables.length > 1);
  }

  private move(ec: string, version: 1 | 3, iupd: string, { from, verb }: { from: readonly Status[]; verb: string }, make: (kept: Kept, now: string) => void): ServiceAnswer {
    const kept = this.find(ec, iupd);
    if (!kept) return notFound;
    const status = statusOf(kept, this.bank.now());
    if (!from.includes(status)) return conflict(`a position that is ${status} cannot be ${verb}`);
    make(kept, this.instant());
    kept.updatedAt = this.instant();
    return { status: 200, body: echoed(kept, version, this.bank.now()) };
  }

  private read(ec: string, version: 1 | 3, body: unknown): ServiceAnswer | { readonly position: Omit<Kept, "phase" | "insertedAt" | "updatedAt"> } {
    const read = readPosition(version, body);
    if (!read.ok) return read.error.issues.some(({ message }) => message.startsWith("keys are")) ? conflict("metadata keys are unique and not reserved") : invalid(read.error);
    const { position } = read;
    const wrong = this.wrongDate(position);
    if (wrong !== undefined) return bad(wrong);
    const payables = payablesOf(position);
    const mine = new Set([...payables.map(({ nav }) => nav), ...payables.map(({ iuv }) => iuv)]);
    const taken = this.all(ec).some(other => other.iupd !== position.iupd && payablesOf(other).some(({ nav, iuv }) => mine.has(nav) || mine.has(iuv)));
    return taken || mine.size < payables.length * 2 ? conflict("an IUV or notice number is another payment option's") : { position };
  }

  private wrongDate({ options }: Pick<Kept, "options">): string | undefined {
    for (const { validityDate, retentionDate, payables } of options) {
      if (validityDate !== undefined && Date.parse(validityDate) < this.bank.now()) return "validityDate: must be in the future";
      for (const { dueDate } of payables) {
        if (Date.parse(dueDate) < this.bank.now()) return "dueDate: must not be past";
        if (validityDate !== undefined && Date.parse(dueDate) < Date.parse(validityDate)) return "dueDate: must not be before validityDate";
        if (retentionDate !== undefined && Date.parse(retentionDate) < Date.parse(dueDate)) return "retentionDate: must not be before dueDate";
      }
    }
    return undefined;
  }

  private take(ec: string, position: Omit<Kept, "phase" | "insertedAt" | "updatedAt">, { version, publish, status }: { version: 1 | 3; publish: boolean; status: number }): ServiceAnswer {
    const now = this.instant();
    const insertedAt = this.find(ec, position.iupd)?.insertedAt ?? now;
    const kept: Kept = { ...position, insertedAt, updatedAt: now, phase: publish ? "PUBLISHED" : "DRAFT", ...(publish && { publishedAt: now }) };
    this.kept.set(`${ec}/${position.iupd}`, kept);
    return { status, body: echoed(kept, version, this.bank.now()) };
  }
}
