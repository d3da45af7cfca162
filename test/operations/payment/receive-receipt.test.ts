import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { pino } from "pino";
import { Application } from "../../../entities/application.ts";
import { Payment } from "../../../entities/payment.ts";
import { Receipt } from "../../../entities/receipt.ts";
import { keepReceipt } from "../../../operations/payment/keep-receipt.ts";
import { books, makePosition, openStation, receipt, rowsOf, say, word, type Instance, type Position } from "./station-world.ts";

let station: Instance;
let other: Instance;
const logged: string[] = [];

beforeAll(async () => {
  const log = pino({ level: "error" }, { write: line => void logged.push(line) });
  station = await openStation(undefined, { log });
  other = await openStation(station.url, { log });
});

afterAll(async () => {
  await other.close();
  await station.close();
});

const find = (receiptId: string) => station.orm.em.fork().findOne(Receipt, { receiptId });
const alarms = (about: string) => logged.filter(line => line.includes(about)).length;
/** Everything that a repeat could change. */
const everything = async () => Promise.all(["receipt", "ledger_entry", "payment", "application", "application_event", "event"].map(table => rowsOf(station, table)));

test("the first receipt closes the position, enters the ledger and lets the office begin, all at once", async () => {
  const { id, notice, amountCents, application } = await makePosition(station);
  const before = station.announced();
  const xml = receipt({ id: "first", notice, cents: amountCents });
  expect(await say(station, xml)).toEqual({ operation: "SEND_RECEIPT", version: 2, outcome: "OK" });
  const em = station.orm.em.fork();
  expect(await em.findOneOrFail(Payment, id)).toMatchObject({ state: "PAID", paidCents: amountCents, paidAt: new Date("2026-07-01T07:30:00Z") });
  expect(await em.findOneOrFail(Application, application!, { populate: ["history"] })).toMatchObject({ state: "IN_PROGRESS" });
  const kept = await find("first");
  expect(kept).toMatchObject({ meaning: "SETTLED", noticeNumber: notice, creditorFiscalCode: "00480530047", amountCents, pspName: "Banca di prova", paymentMethod: "creditCard", payment: { id } });
  expect(Buffer.from(kept!.message).toString()).toBe(xml);
  expect((await rowsOf(station, "ledger_entry")).filter(({ payment_id }) => payment_id === id)).toMatchObject([{ receipt_id: kept!.id, amount_cents: String(amountCents) }]);
  expect((await rowsOf(station, "application_event")).filter(({ application_id }) => application_id === application)).toMatchObject([{ from_state: "SUBMITTED", to_state: "IN_PROGRESS" }]);
  const told = (await rowsOf(station, "event")).filter(({ subject_id }) => subject_id === id || subject_id === application);
  expect(told.map(({ kind }) => kind).sort()).toEqual(["APPLICATION_STARTED", "PAYMENT_PAID"]);
  expect(told.every(({ citizen_id, office_id }) => citizen_id !== null && office_id !== null)).toBe(true);
  expect(station.announced()).toBe(before + 1);
});

test.each([["DRAFT"], ["WITHDRAWN"], ["IN_PROGRESS"], [null]] as const)("an application that does not wait for its fee (%s) stays as it is", async stage => {
  const { id, notice, amountCents, application } = await makePosition(station, { application: stage });
  expect(word(await say(station, receipt({ id: `stage-${stage}`, notice, cents: amountCents })))).toBe("OK");
  const em = station.orm.em.fork();
  expect(await em.findOneOrFail(Payment, id)).toMatchObject({ state: "PAID" });
  if (application) expect(await em.findOneOrFail(Application, application)).toMatchObject({ state: stage });
});

test.each([1, 2] as const)("the same receipt again changes nothing, version %p", async version => {
  const { notice, amountCents } = await makePosition(station);
  const xml = receipt({ id: `again-${version}`, notice, cents: amountCents, version });
  expect(await say(station, xml)).toEqual({ operation: "SEND_RECEIPT", version, outcome: "OK" });
  const [before, announced] = [await everything(), station.announced()];
  expect(await say(other, xml)).toEqual({ operation: "SEND_RECEIPT", version, outcome: "KO", fault: "RECEIPT_DUPLICATE", faultId: "00480530047" });
  // Sent again in the other version: the same receipt all the same.
  expect(word(await say(station, receipt({ id: `again-${version}`, notice, cents: amountCents, version: version === 1 ? 2 : 1 })))).toBe("RECEIPT_DUPLICATE");
  expect(await everything()).toEqual(before);
  expect(station.announced()).toBe(announced);
});

test("the same identifier with other content changes nothing either, and somebody is told", async () => {
  const [one, two] = [await makePosition(station), await makePosition(station)];
  await say(station, receipt({ id: "altered", notice: one.notice, cents: 4_630 }));
  const before = await everything();
  const told = alarms("says something else");
  for (const altered of [{ notice: one.notice, cents: 4_631 }, { notice: two.notice, cents: 4_630 }, { notice: one.notice, cents: 4_630, issuer: "01234567890" }, { notice: one.notice, cents: 4_630, outcome: "KO" as const }]) {
    expect(word(await say(station, receipt({ id: "altered", ...altered })))).toBe("RECEIPT_DUPLICATE");
  }
  expect(await everything()).toEqual(before);
  expect(alarms("says something else")).toBe(told + 4);
  expect(logged.join("")).not.toMatch(/BRTLCU80A01D205X|Lucia/);
});

test("another receipt for a paid notice is kept to be given back", async () => {
  const { id, notice, amountCents } = await makePosition(station);
  await say(station, receipt({ id: "once", notice, cents: amountCents }));
  const before = await books(station);
  expect(word(await say(station, receipt({ id: "twice", notice, cents: amountCents })))).toBe("OK");
  expect(await find("twice")).toMatchObject({ meaning: "PAID_TWICE", payment: { id } });
  const after = await books(station);
  expect(after).toEqual({ ...before, receipts: before.receipts + 1, events: { ...before.events, PAYMENT_PAID_TWICE: (before.events["PAYMENT_PAID_TWICE"] ?? 0) + 1 } });
  expect(alarms("paid twice")).toBeGreaterThan(0);
});

test("receipts of what is not ours are kept, and change nothing else", async () => {
  const { notice } = await makePosition(station);
  const before = await books(station);
  // A share of another administration's notice, under a number that we gave out too; one of ours that we do not know.
  expect(word(await say(station, receipt({ id: "broadcast", notice, cents: 99_999_999_999, issuer: "01234567890" })))).toBe("OK");
  const told = alarms("that we do not know");
  expect(word(await say(station, receipt({ id: "stranger", notice: "302999999999999900", cents: 100 })))).toBe("OK");
  expect(alarms("that we do not know")).toBe(told + 1);
  expect(await find("broadcast")).toMatchObject({ meaning: "UNKNOWN_NOTICE", payment: null, amountCents: 99_999_999_999, creditorFiscalCode: "01234567890" });
  expect(await find("stranger")).toMatchObject({ meaning: "UNKNOWN_NOTICE", payment: null });
  expect(word(await say(station, receipt({ id: "broadcast", notice, cents: 99_999_999_999, issuer: "01234567890" })))).toBe("RECEIPT_DUPLICATE");
  expect(await books(station)).toEqual({ ...before, receipts: before.receipts + 2, events: { ...before.events, RECEIPT_UNPLACED: 2 } });
});

test("a receipt that says that nothing was paid is kept, and the notice stays open", async () => {
  const { id, notice, amountCents } = await makePosition(station, { state: "OUTCOME_UNKNOWN" });
  const before = await books(station);
  expect(word(await say(station, receipt({ id: "nothing", notice, cents: amountCents, outcome: "KO" })))).toBe("OK");
  expect(await find("nothing")).toMatchObject({ meaning: "NOT_PAID", payment: null });
  expect(await station.orm.em.fork().findOneOrFail(Payment, id)).toMatchObject({ state: "OUTCOME_UNKNOWN", paidCents: null });
  expect(await books(station)).toEqual({ ...before, receipts: before.receipts + 1 });
});

test("what was paid counts, not what was due", async () => {
  const { id, notice } = await makePosition(station, { amountCents: 4_630 });
  const told = alarms("differs from what was due");
  expect(word(await say(station, receipt({ id: "stale", notice, cents: 4_000, extra: "" })))).toBe("OK");
  expect(await station.orm.em.fork().findOneOrFail(Payment, id)).toMatchObject({ state: "PAID", amountCents: 4_630, paidCents: 4_000 });
  const { ledger, settled, paid } = await books(station);
  expect([ledger, settled]).toEqual([paid, paid]);
  expect(alarms("differs from what was due")).toBe(told + 1);
});

test("what is added after the due day is due on the day that it was paid, and not a day before", async () => {
  const rule = { validFrom: "2026-01-01", validTo: null, source: "Regolamento di prova", steps: [{ fromDay: 1, basisPoints: 500, cents: 100 }] };
  const strict = await openStation(station.url, { log: pino({ level: "error" }, { write: line => void logged.push(line) }), settings: { taxonomy: { ztl: "9/0101100IM/" }, surcharges: { ztl: [rule] } } });
  const told = alarms("differs from what was due");
  // Paid on the first of July.
  for (const [dueOn, cents, more] of [["2026-06-30", 10_600, 0], ["2026-07-01", 10_000, 0], ["2026-06-30", 10_000, 1], ["2026-07-01", 10_600, 2]] as const) {
    const { notice } = await makePosition(strict, { dueOn, amountCents: 10_000 });
    expect(word(await say(strict, receipt({ id: `${dueOn} ${cents}`, notice, cents })))).toBe("OK");
    expect(alarms("differs from what was due")).toBe(told + more);
  }
  await strict.close();
});

test.each([["none", " "], ["one that no index holds", "x".repeat(300)]])("a receipt with %s as its identifier is kept all the same, known by its message", async (_, id) => {
  const [mine, another] = [await makePosition(station), await makePosition(station)];
  for (const { notice, amountCents: cents } of [mine, another]) expect(word(await say(station, receipt({ id, notice, cents })))).toBe("OK");
  const before = await everything();
  expect(word(await say(station, receipt({ id, notice: mine.notice, cents: mine.amountCents })))).toBe("RECEIPT_DUPLICATE");
  expect(await everything()).toEqual(before);
  const kept = (await rowsOf(station, "receipt")).filter(({ payment_id }) => [mine.id, another.id].includes(String(payment_id)));
  expect(kept.map(({ meaning }) => meaning)).toEqual(["SETTLED", "SETTLED"]);
  for (const { receipt_id } of kept) expect(receipt_id).toMatch(/^sha256:[0-9a-f]{64}$/);
});

test("the same receipt fifty times at once, at two stations: one is the first, nothing is lost or doubled", async () => {
  const mine = await makePosition(station);
  const cases = [receipt({ id: "crowd", notice: mine.notice, cents: mine.amountCents }), receipt({ id: "crowd-broadcast", notice: mine.notice, cents: 700, issuer: "01234567890" })];
  for (const xml of cases) {
    const before = await books(station);
    const words = await Promise.all(Array.from({ length: 50 }, (_, turn) => say(turn % 2 ? station : other, xml).then(word)));
    expect(words.filter(said => said === "OK")).toHaveLength(1);
    expect(words.filter(said => said === "RECEIPT_DUPLICATE")).toHaveLength(49);
    expect((await books(station)).receipts).toBe(before.receipts + 1);
  }
  expect((await rowsOf(station, "ledger_entry")).filter(({ payment_id }) => payment_id === mine.id)).toHaveLength(1);
  expect((await rowsOf(station, "event")).filter(({ subject_id, kind }) => subject_id === mine.id && kind === "PAYMENT_PAID")).toHaveLength(1);
});

test("fifty receipts for one notice at once: one settles it, the others are to be given back", async () => {
  const { id, notice, amountCents } = await makePosition(station);
  const words = await Promise.all(Array.from({ length: 50 }, (_, turn) => say(turn % 2 ? station : other, receipt({ id: `rush-${turn}`, notice, cents: amountCents })).then(word)));
  expect(new Set(words)).toEqual(new Set(["OK"]));
  const kept = await station.orm.em.fork().find(Receipt, { payment: id });
  expect([kept.length, kept.filter(({ meaning }) => meaning === "SETTLED").length, kept.filter(({ meaning }) => meaning === "PAID_TWICE").length]).toEqual([50, 1, 49]);
});

test("when the database cannot keep a receipt, there is no answer but the failure", async () => {
  const { notice, amountCents } = await makePosition(station);
  const em = station.orm.em.fork();
  await em.execute(`alter table "ledger_entry" rename to "ledger_entry_away"`);
  try {
    await expect(say(station, receipt({ id: "failing", notice, cents: amountCents }))).rejects.toThrow();
    expect(await find("failing")).toBeNull();
  } finally {
    await em.execute(`alter table "ledger_entry_away" rename to "ledger_entry"`);
  }
  expect(word(await say(station, receipt({ id: "failing", notice, cents: amountCents })))).toBe("OK");
});

describe("a stamp that a receipt brings", () => {
  /** A position that buys one stamp with its first transfer, and the message that brings it. */
  async function stamped(id: string): Promise<Position & { readonly xml: string }> {
    const position = await makePosition(station);
    const document = Buffer.from(`document of ${id}`);
    const hash = createHash("sha256").update(document).digest("base64");
    await station.orm.em.fork().execute(`insert into "digital_stamp" ("id", "administration_id", "payment_id", "transfer_index", "amount_cents", "document", "document_hash", "province") values (gen_random_uuid(), ?, ?, 1, ?, ?, ?, 'CN')`, [station.administration.id, position.id, position.amountCents, document, hash]);
    const stamp = `<marcaDaBollo><IUBD>${id}</IUBD><OraAcquisto>2026-07-01T09:30:00Z</OraAcquisto><ImprontaDocumento><DigestValue>${hash}</DigestValue></ImprontaDocumento></marcaDaBollo>`;
    return { ...position, xml: receipt({ id, notice: position.notice, cents: position.amountCents }).replace(/<IBAN>.*<\/IBAN>/, `<MBDAttachment>${Buffer.from(stamp).toString("base64")}</MBDAttachment>`) };
  }
  const stampOf = async (id: string) => (await rowsOf(station, "digital_stamp")).find(({ payment_id }) => payment_id === id)!;

  test("is kept with it, once, in one transaction", async () => {
    const { id, notice, amountCents, xml } = await stamped("stamp-1");
    expect(word(await say(station, xml))).toBe("OK");
    const kept = await stampOf(id);
    expect(kept).toMatchObject({ receipt_id: (await find("stamp-1"))!.id, serial_number: "stamp-1", stamped_hash: kept["document_hash"] });
    // A second payment brings another: that one stays in its message.
    expect(word(await say(station, receipt({ id: "stamp-1-again", notice, cents: amountCents })))).toBe("OK");
    expect(await stampOf(id)).toEqual(kept);
  });

  test("comes with the node's delivery where the payment was known before from elsewhere", async () => {
    const { id, notice, amountCents, xml } = await stamped("stamp-2");
    await keepReceipt(station, {
      receiptId: "stamp-2", noticeNumber: notice, creditorFiscalCode: "00480530047", iuv: notice.slice(1), amountCents, paid: true, pspName: "Banca di prova", paymentMethod: null, paidAt: null, message: Buffer.from("{}"), source: "BIZ_EVENTS",
    });
    expect(await stampOf(id)).toMatchObject({ attachment: null, serial_number: null });
    await say(station, xml);
    expect(await stampOf(id)).toMatchObject({ serial_number: "stamp-2", receipt_id: (await find("stamp-2"))!.id });
  });

  test("that nobody can read is kept all the same", async () => {
    const { id, xml } = await stamped("stamp-3");
    expect(word(await say(station, xml.replace(/<MBDAttachment>.*<\/MBDAttachment>/, `<MBDAttachment>${Buffer.from("not a stamp").toString("base64")}</MBDAttachment>`)))).toBe("OK");
    const { attachment, ...kept } = await stampOf(id);
    expect([Buffer.from(attachment as Buffer).toString(), kept["serial_number"], kept["stamped_hash"]]).toEqual(["not a stamp", null, null]);
  });
});
