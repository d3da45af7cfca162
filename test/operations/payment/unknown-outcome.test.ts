import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { FoundReceipt } from "../../../connectors/pagopa/biz-events.ts";
import { SourceUnavailable } from "../../../connectors/upstream.ts";
import { Flow, FlowPayment } from "../../../entities/flow.ts";
import { Application } from "../../../entities/application.ts";
import { newId } from "../../../kernel/ids.ts";
import { silentLog } from "../../../kernel/log.ts";
import type { Hub } from "../../../operations/hub.ts";
import type { JobHub } from "../../../operations/job.ts";
import { findReceipt } from "../../../operations/payment/find-receipt.ts";
import { begin, eventsOf, paymentOf, receiptsOf } from "./begun.ts";
import { books, openStation, receipt, rowsOf, say, word, type Instance, type Position } from "./station-world.ts";

const began = new Date("2026-07-01T08:00:00Z");
let now = began;
const clock = { now: () => now };
const minutes = (count: number): Date => new Date(began.getTime() + count * 60_000);

let station: Instance;
let hub: JobHub;
let later: Date[];
/** What the platform remembers, and how often it was asked. */
let remembered: FoundReceipt | null | Error;
let asked: { iur: string; iuv: string }[];

beforeAll(async () => {
  station = { ...await openStation(), clock };
});

afterAll(() => station.close());

beforeEach(() => {
  now = began;
  later = [];
  asked = [];
  remembered = null;
  const parts: Partial<JobHub> = {
    administration: station.administration, clock, log: silentLog, bus: station.bus as Hub["bus"], em: station.orm.em.fork(), signal: new AbortController().signal,
    jobs: { enqueue: (_em, _job, _id, after) => Promise.resolve(void later.push(after!)) },
    connectors: { payments: { find: (which: { iur: string; iuv: string }) => {
      asked.push(which);
      return remembered instanceof Error ? Promise.reject(remembered) : Promise.resolve(remembered);
    } } } as unknown as Hub["connectors"],
  };
  hub = parts as JobHub;
});

/** A provider reports to have wired a payment of which there is no receipt. */
async function report({ notice, amountCents }: Position, iur: string): Promise<void> {
  const em = station.orm.em.fork();
  const common = { administration: station.administration.id };
  const flow = em.create(Flow, { ...common, id: newId(), pspId: "PROVAIT1", name: `2026-07-02PROVAIT1-${iur}`, revision: 1, publishedAt: now, state: "COMPLETE", pages: 1, failures: 0, createdAt: now });
  em.create(FlowPayment, { ...common, id: newId(), flow, index: 1, iuv: notice.slice(1), iur, transferIndex: 1, amountCents, outcome: "EXECUTED", paidOn: "2026-07-01", match: "RECEIPT_MISSING" });
  await em.flush();
}

const memoryOf = ({ notice, amountCents }: Position, iur: string): FoundReceipt => ({
  receiptId: iur, noticeNumber: notice, issuerFiscalCode: "00480530047", iuv: notice.slice(1), amountCents, paid: true, pspName: "Banca di prova", paymentMethod: "creditCard", paidAt: new Date("2026-07-01T07:30:00Z"),
  transfers: [{ index: 1 }], message: Buffer.from(`{"receiptId":"${iur}"}`),
});

const look = ({ id }: Position): Promise<void> => findReceipt.perform({ ...hub, em: station.orm.em.fork() }, id);

describe("a payment whose receipt does not come", () => {
  test("is looked for with growing waits, and can be paid again when nothing is known of it after an hour", async () => {
    const position = await begin(station);
    const waits: number[] = [];
    for (now = minutes(5); (await paymentOf(station, position)).state === "OUTCOME_UNKNOWN"; now = later.at(-1) ?? now) {
      await look(position);
      if (later.length > waits.length) waits.push((later.at(-1)!.getTime() - now.getTime()) / 60_000);
    }
    expect(waits).toEqual([5, 10, 20, 20]);
    const { state, history } = await paymentOf(station, position);
    expect([state, asked]).toEqual(["OPEN", []]);
    expect(history.getItems().at(-1)).toMatchObject({ from: "OUTCOME_UNKNOWN", to: "OPEN", reason: expect.stringContaining("60 minuti"), member: null });
    expect(await eventsOf(station, position)).toEqual(["PAYMENT_REOPENED"]);
  });

  test("is looked for as long as the administration says", async () => {
    const position = await begin(station);
    const { settings } = station.administration;
    const patient = { ...hub, administration: { ...hub.administration, settings: { ...settings, pagopa: { ...settings.pagopa, unknownMinutes: 1_440 } } } };
    now = minutes(600);
    await findReceipt.perform(patient, position.id);
    expect((await paymentOf(station, position)).state).toBe("OUTCOME_UNKNOWN");
    expect(later).toEqual([minutes(1_200)]);
  });

  test("is settled by what the platform remembers, once a flow reports it; its application begins, and the ledger has it", async () => {
    const position = await begin(station);
    const before = await books(station);
    await report(position, "iur-found");
    remembered = memoryOf(position, "iur-found");
    await look(position);
    expect(asked).toEqual([{ iur: "iur-found", iuv: position.notice.slice(1) }]);
    const { state, paidCents, paidAt, history } = await paymentOf(station, position);
    expect([state, paidCents, paidAt]).toEqual(["PAID", position.amountCents, new Date("2026-07-01T07:30:00Z")]);
    expect(history.getItems().at(-1)).toMatchObject({ to: "PAID", reason: expect.stringContaining("archivi di pagoPA") });
    expect((await station.orm.em.fork().findOneOrFail(Application, position.application!)).state).toBe("IN_PROGRESS");
    const after = await books(station);
    expect([after.ledger - before.ledger, after.lines - before.lines]).toEqual([position.amountCents, 1]);
    expect([after.ledger, after.settled]).toEqual([after.paid, after.paid]);
    // Nothing is left to look for.
    await look(position);
    expect([asked.length, later]).toEqual([1, []]);
  });

  test("is asked for again when the platform does not want to be asked now, and not opened meanwhile", async () => {
    const position = await begin(station);
    await report(position, "iur-later");
    remembered = new SourceUnavailable("PAGOPA_BIZ_EVENTS", { since: began, retryAfter: minutes(200), diagnosis: "PACE" });
    now = minutes(120);
    await look(position);
    expect([(await paymentOf(station, position)).state, later]).toEqual(["OUTCOME_UNKNOWN", [minutes(200)]]);
  });

  test("is not settled by what the platform remembers of something else", async () => {
    const [position, other] = [await begin(station), await begin(station)];
    await report(position, "iur-other");
    for (const wrong of [memoryOf(other, "iur-other"), { ...memoryOf(position, "iur-other"), paid: false }]) {
      remembered = wrong;
      await look(position);
    }
    expect([(await paymentOf(station, position)).state, await receiptsOf(station, position)]).toEqual(["OUTCOME_UNKNOWN", []]);
  });
});

describe("what comes of each way in which a receipt may come: one final state, one receipt that settles, no charge twice", () => {
  const deliver = async (position: Position, id: string, more = 0) => say(station, receipt({ id, notice: position.notice, cents: position.amountCents + more })).then(word);

  const ways: Record<string, { readonly happens: (position: Position, iur: string) => Promise<string[]>; readonly said: string[]; readonly receipts: string[] }> = {
    "in time": { happens: async (position, iur) => [await deliver(position, iur)], said: ["OK"], receipts: ["SETTLED NODE"] },
    "twice": { happens: async (position, iur) => [await deliver(position, iur), await deliver(position, iur)], said: ["OK", "RECEIPT_DUPLICATE"], receipts: ["SETTLED NODE"] },
    "after it was opened again": {
      happens: async (position, iur) => {
        now = minutes(90);
        await look(position);
        return [(await paymentOf(station, position)).state, await deliver(position, iur)];
      }, said: ["OPEN", "OK"], receipts: ["SETTLED NODE"],
    },
    "after the platform told of it": {
      happens: async (position, iur) => {
        await report(position, iur);
        remembered = memoryOf(position, iur);
        await look(position);
        return [await deliver(position, iur), await deliver(position, iur)];
      }, said: ["OK", "RECEIPT_DUPLICATE"], receipts: ["SETTLED NODE"],
    },
    "never, but the platform tells of it": {
      happens: async (position, iur) => {
        await report(position, iur);
        remembered = memoryOf(position, iur);
        now = minutes(90);
        await look(position);
        return [];
      }, said: [], receipts: ["SETTLED BIZ_EVENTS"],
    },
    "while the platform is being asked": {
      happens: async (position, iur) => {
        await report(position, iur);
        remembered = memoryOf(position, iur);
        const [said] = await Promise.all([deliver(position, iur), look(position)]);
        return [said];
      }, said: ["OK"], receipts: ["SETTLED NODE"],
    },
    "before the flow that reports it": {
      happens: async (position, iur) => {
        const said = await deliver(position, iur);
        await report(position, iur);
        await look(position);
        return [said];
      }, said: ["OK"], receipts: ["SETTLED NODE"],
    },
    "together with one of a second payment": {
      happens: async (position, iur) => (await Promise.all([deliver(position, iur), deliver(position, `${iur}-2`)])).sort(), said: ["OK", "OK"], receipts: ["PAID_TWICE NODE", "SETTLED NODE"],
    },
  };

  test.each(Object.keys(ways))("%s", async way => {
    const { happens, said, receipts } = ways[way]!;
    const position = await begin(station);
    const before = await books(station);
    expect(await happens(position, `way-${newId()}`)).toEqual(said);
    expect([(await paymentOf(station, position)).state, (await receiptsOf(station, position)).sort()]).toEqual(["PAID", receipts]);
    const after = await books(station);
    expect([after.ledger - before.ledger, after.lines - before.lines]).toEqual([position.amountCents, 1]);
    expect([after.ledger, after.settled]).toEqual([after.paid, after.paid]);
  });

  test("the node's own message takes the place of what was told in its stead", async () => {
    const position = await begin(station);
    await report(position, "iur-proof");
    remembered = memoryOf(position, "iur-proof");
    await look(position);
    await deliver(position, "iur-proof");
    const [row] = (await rowsOf(station, "receipt")).filter(({ receipt_id }) => receipt_id === "iur-proof");
    expect((row!["message"] as Buffer).toString()).toContain("<receiptId>iur-proof</receiptId>");
  });
});
