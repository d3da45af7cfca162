import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { makePosition, receipt, say, type Position } from "../payment/station-world.ts";
import { causaleOf, line, openWorld, statement, type World } from "./world.ts";

let world: World;
let run = 0;
let name: string;
let owed: Position;

beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  world.now = new Date("2026-07-03T08:00:00Z");
  world.platform.flows.length = 0;
  owed = await makePosition(world.station, { amountCents: 4_630 });
  name = `2026-07-02PSPTEST1-${++run}`;
});

const trn = (more = ""): string => `TRN0000000000${run}${more}`;
const pay = async (): Promise<void> => void (await say(world.station, receipt({ id: `r-${name}`, notice: owed.notice, cents: 4_630 })));
const publish = (flow = name, cents = 4_630, more: Parameters<World["platform"]["publish"]>[2] = {}) =>
  world.platform.publish(flow, [line(1, owed.notice.slice(1), flow === name ? `r-${name}` : `x-${flow}`, cents)], { regulation: trn(), ...more });
/** What became of the credits of this test's statements: amount, match, and the flow. */
const credits = async (): Promise<string[]> => (await world.sql<Record<string, string | null>>(`
  select b."amount_cents", b."match", f."name" from "bank_credit" b join "bank_statement" s on s."id" = b."statement_id" left join "flow" f on f."id" = b."flow_id"
  where s."reference" like ? order by s."imported_at", s."reference", b."place"`, [`${name}%`])).map(row => [row["amount_cents"], row["match"], row["name"]].filter(part => part !== null).join(" "));
const open = async (): Promise<string[]> => (await world.sql(`
  select d."reason" from "discrepancy" d left join "bank_credit" b on b."id" = d."credit_id" left join "bank_statement" s on s."id" = b."statement_id" left join "flow" f on f."id" = d."flow_id" left join "collection" c on c."id" = d."collection_id"
  where d."state" = 'OPEN' and (s."reference" like ? or f."name" like ? or c."iur" like ?) order by 1`, [`${name}%`, `${name}%`, `%${name}`])).map(({ reason }) => reason!);
const state = async (): Promise<string> => (await world.sql(`select "state" from "collection" where "iur" = ?`, [`r-${name}`]))[0]!["state"]!;
/** What a statement says of itself: all, others, known; the rest must be the credits that are shown, to the cent. */
async function sums(reference: string): Promise<string> {
  const [row] = await world.sql(`select s."credits_cents" as "all", s."others_cents" as "others", s."known_cents" as "known",
    (select coalesce(sum(b."amount_cents"), 0) from "bank_credit" b where b."statement_id" = s."id" and b."match" <> 'OTHER') as "shown" from "bank_statement" s where s."reference" = ?`, [reference]);
  const { all, others, known, shown } = row!;
  expect(Number(all)).toBe(Number(others) + Number(known) + Number(shown));
  return `${all} ${others} ${known}`;
}

test("a credit whose causale was cut off, or says nothing, is found by its TRN, whichever comes first", async () => {
  await pay();
  publish();
  await world.import(statement(name, [{ cents: 4_630, causale: "Bonifico a Vostro favore", references: [trn()] }, { cents: 70_000, causale: "Affitto", references: ["RENT00000000001"] }]));
  expect([await credits(), await sums(name)]).toEqual([["4630 OTHER", "70000 OTHER"], "74630 74630 0"]);
  await world.fetch();
  expect([await credits(), await sums(name), await state(), await open()]).toEqual([[`4630 MATCHED ${name}`, "70000 OTHER"], "74630 70000 0", "CREDITED", []]);

  publish(`${name}b`, 77, { regulation: "sct 2026/0000-0001" });
  await world.fetch();
  await world.import(statement(`${name}b`, [{ cents: 77, causale: "/PUR/LGPE-RIVERSAM", references: ["SCT202600000001"] }]));
  expect((await credits()).at(-1)).toBe(`77 MATCHED ${name}b`);
});

test("what two statements show is one, of whatever origin, and each statement adds up, before and after a flow names it", async () => {
  const bookings = [{ cents: 4_630, causale: "x", references: [trn()] }, { cents: 70_000, causale: "Affitto", references: ["RENT00000000002"] }, { cents: 3, causale: "y" }];
  await world.import(statement(name, bookings));
  await world.import(statement(`${name}-month`, [...bookings, { cents: 9, causale: "z" }], "2026-07-01", "2026-07-31"));
  expect([await sums(name), await sums(`${name}-month`)]).toEqual(["74633 74633 0", "74642 12 74630"]);
  publish();
  await world.fetch();
  expect([await sums(name), await sums(`${name}-month`)]).toEqual(["74633 70003 0", "74642 12 74630"]);
  expect(await credits()).toEqual([`4630 MATCHED ${name}`, "70000 OTHER"]);
});

test("credits of other origin are forgotten after two months", async () => {
  await world.import(statement(name, [{ cents: 70_000, causale: "Affitto", references: ["RENT00000000003"] }]));
  world.now = new Date("2026-09-05T08:00:00Z");
  await world.reconcile();
  expect([await credits(), await sums(name)]).toEqual([[], "70000 70000 0"]);
});

test("of two flows that a credit could be, the amount decides, then how much speaks for it; what nothing decides is ambiguous", async () => {
  publish(name, 4_630);
  publish(`${name}b`, 5_000);
  await world.fetch();
  await world.import(statement(name, [{ cents: 5_000, causale: "x", references: [trn()] }]));
  expect([await credits(), await open()]).toEqual([[`5000 MATCHED ${name}b`], ["RECEIPT_MISSING", "RECEIPT_MISSING"]]);

  // Two providers gave the same name to flows of the same amount: the TRN tells which.
  publish(`${name}c`, 900, { regulation: trn("C1") });
  publish(`${name}c`, 900, { regulation: trn("C2"), pspId: "PSPTEST2", revision: 1 });
  await world.fetch();
  await world.import(statement(`${name}c`, [{ cents: 900, causale: causaleOf(`${name}c`), references: [trn("C2")] }]));
  expect(await world.sql(`select f."psp_id" from "bank_credit" b join "flow" f on f."id" = b."flow_id" where b."flow_name" = ?`, [`${name}c`])).toEqual([{ psp_id: "PSPTEST2" }]);

  // Here it does not, until the credit of the other comes and leaves only one.
  publish(`${name}d`, 800, { regulation: trn("D1") });
  publish(`${name}d`, 800, { regulation: trn("D2"), pspId: "PSPTEST2", revision: 1 });
  await world.fetch();
  await world.import(statement(`${name}d`, [{ cents: 800, causale: causaleOf(`${name}d`) }]));
  expect([(await credits()).at(-1), (await open())[0]]).toEqual(["800 AMBIGUOUS", "CREDIT_AMBIGUOUS"]);
  await world.import(statement(`${name}e`, [{ cents: 800, causale: "x", references: [trn("D1")] }]));
  expect([(await credits()).slice(-2), await open()]).toEqual([[`800 MATCHED ${name}d`, `800 MATCHED ${name}d`], expect.not.arrayContaining(["CREDIT_AMBIGUOUS"])]);
});

test("a booking that names several flows and cannot be told apart is ambiguous", async () => {
  publish(name, 100);
  publish(`${name}b`, 200, { regulation: trn("B") });
  await world.fetch();
  await world.import(statement(name, [{ cents: 300, causale: `${causaleOf(name)}</Ustrd></RmtInf></TxDtls><TxDtls><RmtInf><Ustrd>${causaleOf(`${name}b`)}` }]));
  expect([await credits(), (await open())[0]]).toEqual([["300 AMBIGUOUS"], "CREDIT_AMBIGUOUS"]);
  await world.reconcile();
  expect(await credits()).toEqual(["300 AMBIGUOUS"]);
});

describe("a bank that shows the CRO alone, eleven digits of the TRN", () => {
  const cro = (): string => `1234567${String(run).padStart(4, "0")}`;
  /** A TRN of thirty with this CRO in its place. */
  const trnWith = (digits: string, bank = "0306A"): string => `${bank}${digits}480206902069IT`;

  test.each([["among the references", () => ({ causale: "Bonifico a Vostro favore", references: [cro()] })], ["in its text", () => ({ causale: `ACCREDITI VARI CRO: ${cro()}` })]])("has the credit found by it (%s)", async (_, booking) => {
    await pay();
    publish(name, 4_630, { regulation: trnWith(cro()) });
    await world.import(statement(name, [{ cents: 4_630, ...booking() }]));
    expect(await credits()).toEqual(["4630 OTHER"]);
    await world.fetch();
    expect([await credits(), await state(), await open()]).toEqual([[`4630 MATCHED ${name}`], "CREDITED", []]);
  });

  test("has one of another amount left to people, and one that fits two flows", async () => {
    publish(name, 60, { regulation: trnWith(cro()) });
    publish(`${name}b`, 60, { regulation: trnWith(cro(), "0542B") });
    publish(`${name}c`, 70, { regulation: trnWith(`9${cro().slice(1)}`) });
    await world.fetch();
    const cut = "/PUR/LGPE-RIVERSAM";
    await world.import(statement(name, [{ cents: 60, causale: cut, references: [cro()] }, { cents: 71, causale: cut, references: [`9${cro().slice(1)}`] }, { cents: 72, causale: "Affitto", references: [`9${cro().slice(1)}`] }]));
    expect(await credits()).toEqual(["60 AMBIGUOUS", "71 UNKNOWN", "72 OTHER"]);
    // The TRN as a whole says which of the two.
    await world.import(statement(`${name}d`, [{ cents: 60, causale: cut, reference: "second", references: [trnWith(cro(), "0542B"), cro()] }]));
    expect((await credits()).filter(credit => credit.startsWith("60"))).toEqual([`60 MATCHED ${name}`, `60 MATCHED ${name}b`]);
  });

  test("is told nothing by the same digits elsewhere in a TRN, or in a shorter one", async () => {
    for (const [place, regulation] of [`030${cro()}48020690206900IT`, `0306A${cro()}4802`].entries()) publish(`${name}${"ab"[place]}`, 80, { regulation });
    await world.fetch();
    await world.import(statement(name, [{ cents: 80, causale: "x", references: [cro()] }]));
    expect(await credits()).toEqual(["80 OTHER"]);
  });
});

test("a TRN that is none is nobody's", async () => {
  for (const [place, regulation] of ["0000000000000", "NOTPROVIDED", "-", "1"].entries()) publish(`${name}${"abcd"[place]}`, 50 + place, { regulation });
  await world.fetch();
  await world.import(statement(name, [{ cents: 50, causale: "x", references: ["0000000000000", "NOTPROVIDED", "1"] }]));
  expect(await credits()).toEqual([]);
});

test("a second credit under the same TRN is told of, and one of another sum", async () => {
  publish();
  await world.fetch();
  await world.import(statement(name, [{ cents: 4_630, causale: causaleOf(name) }, { cents: 4_631, causale: "x", references: [trn()] }]));
  expect([await credits(), await open(), await sums(name)]).toEqual([[`4630 MATCHED ${name}`, "4631 CREDITED_TWICE"], ["CREDITED_TWICE", "RECEIPT_MISSING"], "9261 0 0"]);
  publish(`${name}b`, 40, { regulation: trn("B") });
  await world.fetch();
  await world.import(statement(`${name}b`, [{ cents: 41, causale: "x", references: [trn("B")] }]));
  expect([(await credits()).at(-1), (await open()).at(-1)]).toEqual([`41 AMOUNT_DIFFERS ${name}b`, "STATEMENT_DIFFERS"]);
});

test("a payment that was wired alone and is reported by a flow is one payment, when the TRN says so", async () => {
  await pay();
  await world.import(statement(name, [{ cents: 4_630, causale: `/RFB/${owed.notice.slice(1)}/46.30`, references: [trn()] }]));
  expect(await state()).toBe("CREDITED");
  publish();
  await world.fetch();
  expect([await credits(), await state(), await open()]).toEqual([[`4630 MATCHED ${name}`], "CREDITED", []]);
});

test("two transfers of one receipt, alike, wired alone, are two payments", async () => {
  const twin = receipt({ id: `r-${name}`, notice: owed.notice, cents: 4_630 }).replace(/<transfer>.*<\/transfer>/, transfer => [1, 2].map(index => transfer.replace("46.30", "23.15").replace("<idTransfer>1", `<idTransfer>${index}`)).join(""));
  await say(world.station, twin);
  const causale = `/RFB/${owed.notice.slice(1)}`;
  await world.import(statement(name, [{ cents: 2_315, causale, reference: "first" }, { cents: 2_315, causale, reference: "second" }, { cents: 2_315, causale, reference: "third" }]));
  expect(await credits()).toEqual(["2315 MATCHED", "2315 MATCHED", "2315 CREDITED_TWICE"]);
  expect(await world.sql(`select "state" from "collection" where "iur" = ?`, [`r-${name}`])).toEqual([{ state: "CREDITED" }, { state: "CREDITED" }]);
});

test("a credit that the bank takes back is none, and the flow is without its credit again, until it is credited anew", async () => {
  await pay();
  publish();
  await world.fetch();
  await world.import(statement(name, [{ cents: 4_630, causale: causaleOf(name), reference: "good" }]));
  expect(await state()).toBe("CREDITED");
  await world.import(statement(`${name}-back`, [{ cents: 4_630, causale: causaleOf(name), reference: "back", reversal: true }]));
  expect([await credits(), await state(), await sums(`${name}-back`)]).toEqual([["4630 REVERSED", "-4630 REVERSED"], "REPORTED", "-4630 0 0"]);
  await world.reconcile();
  expect(await credits()).toEqual(["4630 REVERSED", "-4630 REVERSED"]);
  world.now = new Date("2026-07-20T08:00:00Z");
  await world.import(statement(`${name}-later`, [], "2026-07-04", "2026-07-18"));
  expect(await open()).toEqual(["FLOW_WITHOUT_CREDIT"]);
  await world.import(statement(`${name}-new`, [{ cents: 4_630, causale: causaleOf(name), reference: "new", day: "2026-07-19" }], "2026-07-19", "2026-07-19"));
  expect([await state(), await open()]).toEqual(["CREDITED", []]);
});

test("what is taken back before the credit was seen waits for it, and one of a payment alone is awaited again", async () => {
  await pay();
  const causale = `/RFB/${owed.notice.slice(1)}`;
  await world.import(statement(`${name}-2`, [{ cents: 4_630, causale, reversal: true, day: "2026-07-03" }]));
  expect(await credits()).toEqual(["-4630 UNKNOWN"]);
  await world.import(statement(`${name}-1`, [{ cents: 4_630, causale, day: "2026-07-01" }]));
  expect([await credits(), await state()]).toEqual([["-4630 REVERSED", "4630 REVERSED"].sort().reverse(), "AWAITED"].map(each => (Array.isArray(each) ? expect.arrayContaining(each) : each)));
  // The reversal of something that was never there is told of after a week.
  await world.import(statement(`${name}-3`, [{ cents: 5, causale: causaleOf(name), reversal: true }]));
  world.now = new Date("2026-07-20T08:00:00Z");
  await world.reconcile();
  expect(await open()).toEqual(["CREDIT_UNKNOWN", "NOT_REPORTED"]);
});

test("what others sent and the bank took back stays theirs, until a flow names it", async () => {
  await world.import(statement(name, [{ cents: 4_630, causale: "x", references: [trn()] }, { cents: 4_630, causale: "x", references: [trn()], reversal: true }, { cents: 4_630, causale: "x", references: [trn()], day: "2026-07-03" }]));
  expect([await credits(), await sums(name)]).toEqual([["4630 OTHER", "-4630 OTHER", "4630 OTHER"], "4630 4630 0"]);
  publish();
  await world.fetch();
  expect([await credits(), await sums(name)]).toEqual([["4630 REVERSED", "-4630 REVERSED", `4630 MATCHED ${name}`], "4630 0 0"]);
});

test("a flow without payments asks for no credit", async () => {
  world.platform.publish(name, [], { regulation: trn() });
  await world.fetch();
  await world.import(statement(name, []));
  await world.import(statement(`${name}-later`, [], "2026-07-04", "2026-07-18"));
  world.now = new Date("2026-07-20T08:00:00Z");
  await world.reconcile();
  expect([await world.sql(`select "state", "payments_count", "payments_cents" from "flow" where "name" = ?`, [name]), await open()]).toEqual([[{ state: "COMPLETE", payments_count: 0, payments_cents: "0" }], []]);
});

test("a first import of tens of thousands is matched although the database has not counted any of it yet", async () => {
  await world.import(statement(name, []));
  const flows = (count: number) => world.sql(`insert into "flow" ("id", "administration_id", "psp_id", "name", "revision", "published_at", "state", "trn", "regulation_date", "sum_cents", "count", "payments_cents", "payments_count", "pages", "failures", "created_at", "version")
    select gen_random_uuid(), ?, 'P', 'scale' || n, 1, '2026-07-02', 'COMPLETE', 'DDDD000000' || n, '2026-07-02', n, 1, n, 1, 1, 0, now(), 1 from generate_series(1, ${count}) n`, [world.station.administration.id]);
  const put = (count: number, identity: string, flowName: string, references: string, match: string) => world.sql(`insert into "bank_credit" ("id", "administration_id", "statement_id", "place", "identity", "booked_on", "amount_cents", "flow_name", "references", "match")
    select gen_random_uuid(), s."administration_id", s."id", n, '${identity}' || n, '2026-07-01', n, ${flowName}, array['${references}000000' || n], '${match}' from "bank_statement" s, generate_series(1, ${count}) n where s."reference" = ?`, [name]);
  await Promise.all([flows(10_000), put(30_000, "others", "null", "AAAA", "OTHER"), put(9_000, "named", "'scale' || n", "DDDD", "OPEN"), put(3_000, "unknown", "'nobody' || n", "EEEE", "OPEN")]);
  await world.reconcile();
  expect(await world.sql(`select b."match", count(*)::int as "count" from "bank_credit" b join "bank_statement" s on s."id" = b."statement_id" where s."reference" = ? group by 1 order by 1`, [name]))
    .toEqual([{ match: "MATCHED", count: 9_000 }, { match: "OTHER", count: 30_000 }, { match: "UNKNOWN", count: 3_000 }]);
}, 90_000);

test("a name that the bank broke, or put a text behind, is that of the flow that there is; which of two is meant, the amount says", async () => {
  await pay();
  publish(name, 4_630, { regulation: "" });
  publish(`${name}B`, 900, { regulation: "" });
  await world.fetch();
  await world.import(statement(name, [{ cents: 4_630, causale: `${causaleOf(name)}\nBONIFICO DA POSTE` }, { cents: 900, causale: `${causaleOf(name.replace("PSP", "P SP"))} B` }]));
  expect([await credits(), await state()]).toEqual([[`4630 MATCHED ${name}`, `900 MATCHED ${name}B`], "CREDITED"]);
});
