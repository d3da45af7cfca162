import { afterAll, beforeAll, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { Cart } from "../../../connectors/pagopa/checkout.ts";
import { Application } from "../../../entities/application.ts";
import { Flow, FlowPayment } from "../../../entities/flow.ts";
import { Payment, toBePaid } from "../../../entities/payment.ts";
import { StaffMember } from "../../../entities/staff.ts";
import { dayInRome } from "../../../kernel/clock.ts";
import { newId } from "../../../kernel/ids.ts";
import { silentLog } from "../../../kernel/log.ts";
import type { Hub } from "../../../operations/hub.ts";
import { cancelPayment } from "../../../operations/payment/cancel-payment.ts";
import { expirePayments } from "../../../operations/payment/expire-payments.ts";
import { findReceipt } from "../../../operations/payment/find-receipt.ts";
import { handOver, handOvers } from "../../../operations/payment/hand-over.ts";
import { offerInstalments } from "../../../operations/payment/offer-instalments.ts";
import { replacePayment } from "../../../operations/payment/replace-payment.ts";
import { settlePayment } from "../../../operations/payment/settle-payment.ts";
import { startPayment } from "../../../operations/payment/start-payment.ts";
import { addDays } from "../../../rules/dated.ts";
import { Model, type Known } from "./states-model.ts";
import { makePositions, openStation, receipt, say, word, type Instance } from "./station-world.ts";

let now: Date;
const clock = { now: () => now };
let station: Instance;
beforeAll(async () => {
  now = new Date("2026-07-01T08:00:00Z");
  station = { ...await openStation(undefined, { settings: { refusesOverdue: true, segregationCode: "03" } }), clock };
});
afterAll(() => station.close());

const act = fc.record({
  what: fc.constantFrom("start", "start both", "receipt", "receipt", "wait", "cancel", "replace", "replace", "expire", "settle paid", "settle not paid", "platform", "offer", "offer", "hand over"),
  which: fc.nat({ max: 9 }), other: fc.nat({ max: 9 }), number: fc.nat({ max: 2 }),
});
type Act = typeof act extends fc.Arbitrary<infer One> ? One : never;

/** The people and systems around two debts of one person. */
class World {
  readonly model: Model;
  /** What pagoPA's archive holds as to be paid, by IUV. */
  readonly archive = new Map<string, number>();
  private remembered = "";
  /** Events from which what follows was done. */
  private readonly followed = new Set<string>();

  private constructor(private readonly turn: number, private readonly applications: readonly string[], private readonly citizen: string, private readonly office: string, private readonly member: string, owed: readonly Known[]) {
    this.model = new Model(owed);
  }

  static async open(turn: number): Promise<World> {
    const made = await makePositions(station, [{ amountCents: 10_001 }, { amountCents: 333 }]);
    const em = station.orm.em.fork();
    const [{ citizen }, { office }, [member]] = await Promise.all([em.findOneOrFail(Payment, made[0]!.id), em.findOneOrFail(Application, made[0]!.application!), em.find(StaffMember, {}, { limit: 1 })]);
    await em.nativeUpdate(Payment, { id: { $in: made.map(({ id }) => id) } }, { citizen: citizen.id, handOver: "WAITING", dueOn: addDays(dayInRome(now), 30) });
    const world = new World(turn, made.map(({ application }) => application!), citizen.id, office.id, member!.id, await World.read(made.map(({ application }) => application!)));
    // These two were opened by the test, without events.
    for (const { id } of made) await handOver.perform(world.hub("staff"), id);
    return world;
  }

  private static async read(applications: readonly string[]): Promise<Known[]> {
    const found = await station.orm.em.fork().find(Payment, { application: { $in: [...applications] } }, { orderBy: { createdAt: "asc", noticeNumber: "asc" } });
    return found.map(({ id, noticeNumber: notice, iuv, amountCents: cents, dueOn }) => ({ id, notice, iuv, cents, dueOn }));
  }

  private hub(caller: "citizen" | "staff"): Hub {
    const who = caller === "citizen"
      ? { kind: "citizen", key: `citizen:${this.citizen}`, citizenId: this.citizen }
      : { kind: "staff", key: `staff:${this.member}`, memberId: this.member, officeIds: [this.office], assignments: [{ office: this.office, role: "ACCOUNTANT" }] };
    const hub: Partial<Hub> = {
      caller: who as unknown as Hub["caller"], administration: station.administration, bus: station.bus as Hub["bus"], clock, log: silentLog, locale: "it", publicUrl: "https://hub.example", em: station.orm.em.fork(),
      signal: new AbortController().signal, jobs: { enqueue: () => Promise.resolve() },
      connectors: {
        checkout: { openCart: (_cart: Cart) => Promise.resolve({ paymentPage: "https://checkout.example/c" }) },
        payments: { find: ({ iur, iuv }: { iur: string; iuv: string }) => Promise.resolve(iur === this.remembered ? this.memory(iur, iuv) : null) },
        positions: { model: "ACA", archive: {
          keep: ({ iuv, amountCents }: { iuv: string; amountCents: number }) => Promise.resolve(void this.archive.set(iuv, amountCents)),
          close: ({ iuv }: { iuv: string }) => Promise.resolve(void this.archive.delete(iuv)),
        } },
      } as unknown as Hub["connectors"],
    };
    return hub as Hub;
  }

  private memory(iur: string, iuv: string) {
    const { notice, cents } = this.model.positions.find(position => position.iuv === iuv)!;
    return { receiptId: iur, noticeNumber: notice, issuerFiscalCode: "00480530047", iuv, amountCents: cents, paid: true, pspName: "Banca di prova", paymentMethod: null, paidAt: now, transfers: [{ index: 1 }], message: Buffer.from("{}") };
  }

  /** Does one thing, to the hub and to the model, and expects the same answer of both. */
  async step({ what, which, other, number }: Act): Promise<void> {
    now = new Date(now.getTime() + 1_000);
    const { positions } = this.model;
    const [one, two] = [positions[which % positions.length]!, positions[other % positions.length]!];
    const input = { payment: `pay_${one.id}`, idempotencyKey: newId() };
    const iur = `s${this.turn}-${one.notice.slice(-6)}-${number}`;
    const today = dayInRome(now);
    const same = async (work: Promise<unknown>, expected: string): Promise<void> => expect([what, await work.then(() => "OK", (error: { code?: string }) => error.code ?? error)]).toEqual([what, expected]);
    switch (what) {
      case "start": return same(startPayment(this.hub("citizen"), input), this.model.start([one], today));
      case "start both": return same(startPayment(this.hub("citizen"), { ...input, alsoPay: [`pay_${two.id}`] }), this.model.start([one, two], today));
      case "receipt": return expect(word(await say(station, receipt({ id: iur, notice: one.notice, cents: one.cents })))).toBe(this.model.receipt(one, iur, "NODE"));
      case "cancel": return same(cancelPayment(this.hub("staff"), { ...input, reason: "Prova" }), this.model.cancel(one));
      case "settle paid": return same(settlePayment(this.hub("staff"), { ...input, outcome: "PAID", reason: "Prova", receiptId: iur }), this.model.settle(one, iur));
      case "settle not paid": return same(settlePayment(this.hub("staff"), { ...input, outcome: "NOT_PAID", reason: "Prova" }), this.model.reopen(one));
      case "hand over": return this.tellRegister();
      case "replace": {
        await same(replacePayment(this.hub("staff"), { ...input, reason: "Prova", dueOn: addDays(today, 30) }), this.model.replace(one));
        return this.model.add(await World.read(this.applications));
      }
      case "offer": {
        await same(offerInstalments(this.hub("staff"), { ...input, dueOn: [addDays(today, 10), addDays(today, 20)] }), this.model.offer(one));
        return this.model.add(await World.read(this.applications));
      }
      case "expire": {
        now = new Date(now.getTime() + 35 * 86_400_000);
        await expirePayments(this.hub("staff"));
        return this.model.expire(dayInRome(now));
      }
      case "wait": {
        now = new Date(now.getTime() + 90 * 60_000);
        await findReceipt.perform(this.hub("staff"), one.id);
        return this.model.giveUp(one);
      }
      case "platform": {
        await this.report(one, iur);
        this.remembered = iur;
        await findReceipt.perform(this.hub("staff"), one.id);
        this.remembered = "";
        this.model.remembered(one, iur);
      }
    }
  }

  private async report({ iuv, cents }: Known, iur: string): Promise<void> {
    const em = station.orm.em.fork();
    const common = { administration: station.administration.id };
    const flow = em.create(Flow, { ...common, id: newId(), pspId: "PROVAIT1", name: newId(), revision: 1, publishedAt: now, state: "COMPLETE", pages: 1, failures: 0, createdAt: now });
    em.create(FlowPayment, { ...common, id: newId(), flow, index: 1, iuv, iur, transferIndex: 1, amountCents: cents, outcome: "EXECUTED", paidOn: dayInRome(now), match: "RECEIPT_MISSING" });
    await em.flush();
  }

  /** Holds all that is kept against the model. */
  async check(): Promise<void> {
    const em = station.orm.em.fork();
    const ids = this.model.positions.map(({ id }) => id);
    const found = await em.find(Payment, { id: { $in: ids } }, { populate: ["history", "receipts"], orderBy: { history: { at: "asc" } } });
    for (const position of this.model.positions) {
      const payment = found.find(({ id }) => id === position.id)!;
      const receipts = Object.fromEntries(payment.receipts.getItems().map(({ receiptId, meaning, source }) => [receiptId, `${meaning} ${source}`]));
      expect({ state: payment.state, moves: payment.history.getItems().map(({ from, to }) => `${from} ${to}`), receipts }).toEqual({ state: position.state, moves: position.moves, receipts: position.receipts });
    }
    const events = await em.execute<{ subject: string; kind: string }[]>(`select "subject_id" as "subject", "kind" from "event" where "subject_id" = any(?::uuid[])`, [`{${ids.join()}}`]);
    expect(events.map(({ subject, kind }) => `${subject} ${kind}`).sort()).toEqual(this.model.events().sort());
    const [sums] = await em.execute<Record<string, string>[]>(`select
      (select coalesce(sum("amount_cents"), 0) from "ledger_entry") as "ledger", (select coalesce(sum("amount_cents"), 0) from "receipt" where "meaning" = 'SETTLED') as "settled",
      (select coalesce(sum("paid_cents"), 0) from "payment" where "state" = 'PAID') as "paid",
      (select coalesce(sum("amount_cents"), 0) from "ledger_entry" where "payment_id" = any(?::uuid[])) as "mine"`, [`{${ids.join()}}`]);
    expect([sums!["settled"], sums!["paid"], Number(sums!["mine"])]).toEqual([sums!["ledger"], sums!["ledger"], this.model.paidCents()]);
    await this.checkRegister(ids);
  }

  /** Has the register told of what the events since the last time are about, the latest first. */
  private async tellRegister(): Promise<void> {
    const ids = `{${this.model.positions.map(({ id }) => id).join()}}`;
    const events = await station.orm.em.fork().execute<{ id: string; subject: string }[]>(`select "id", "subject_id" as "subject" from "event" where "subject_id" = any(?::uuid[]) and "kind" = any(?::text[]) order by "occurred_at" desc`, [ids, `{${handOvers.kinds.join()}}`]);
    for (const { id, subject } of events) {
      if (!this.followed.has(id)) await handOver.perform(this.hub("staff"), subject);
      this.followed.add(id);
    }
  }

  /** What follows from the events: the register knows of each position what it is. */
  private async checkRegister(ids: readonly string[]): Promise<void> {
    await this.tellRegister();
    const open = new Set(this.model.positions.filter(({ state }) => toBePaid.has(state)).map(({ iuv }) => iuv));
    expect(new Set(this.archive.keys())).toEqual(open);
    const states = await station.orm.em.fork().find(Payment, { id: { $in: [...ids] } }, { fields: ["iuv", "handOver"] });
    expect(states.filter(({ iuv, handOver: known }) => known !== (open.has(iuv) ? "KEPT" : "CLOSED"))).toEqual([]);
  }
}

let turn = 0;

const sequence = (...acts: [Act["what"], number?][]): Act[] => acts.map(([what, which = 0]) => ({ what, which, other: 0, number: 0 }));

test.each([
  ["a notice that was replaced before instalments were offered is paid", sequence(["replace"], ["offer", 2], ["receipt", 0])],
  ["an instalment is paid, then a notice that was replaced before", sequence(["replace"], ["offer", 2], ["receipt", 3], ["receipt", 0])],
  ["one that expired is opened again", sequence(["expire"], ["hand over"], ["settle not paid"])],
])("%s", async (_, acts) => {
  const world = await World.open(++turn);
  for (const each of acts) await world.step(each);
  await world.check();
});

test("whatever is done to debts, in whatever order: one state, a history that tells how it came to it, an event for each move, the money once, and the register knows", async () => {
  await fc.assert(fc.asyncProperty(fc.array(act, { minLength: 1, maxLength: 25 }), async acts => {
    const world = await World.open(++turn);
    for (const each of acts) await world.step(each);
    await world.check();
  }), { numRuns: 50, interruptAfterTimeLimit: 20_000, markInterruptAsFailure: false });
}, 90_000);
