import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { reconciliationDays } from "../../../operations/reconciliation/days.ts";
import { makePosition, receipt, say, type Position } from "../payment/station-world.ts";
import { causaleOf, line, openWorld, statement, type World } from "./world.ts";

let world: World;
let run = 0;
/** A position, and a name that no other test has. */
let owed: Position;
let name: string;

beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  world.now = new Date("2026-07-03T08:00:00Z");
  owed = await makePosition(world.station, { amountCents: 4_630 });
  name = `2026-07-02PSPTEST1-${++run}`;
});

const iuv = ({ notice }: Position): string => notice.slice(1);
const pay = async (position: Position, id: string, cents = position.amountCents): Promise<void> => void (await say(world.station, receipt({ id, notice: position.notice, cents })));
/** What became of the payments of a flow in its last revision, in order. */
const matches = async (flow = name): Promise<string[]> =>
  (await world.sql(`select l."match" from "flow_payment" l join "flow" f on f."id" = l."flow_id" where f."name" = ? and l."match" <> 'SUPERSEDED' order by l."index"`, [flow])).map(({ match }) => match!);
const collected = async (iur: string): Promise<string[]> => (await world.sql(`select "state" from "collection" where "iur" = ? order by "transfer_index"`, [iur])).map(({ state }) => state!);
/** The work list about a flow, a receipt or a credit: reason, state, and the two amounts. */
const listed = async (about = name): Promise<string[]> => (await world.sql<Record<string, string | null>>(`
  select d."reason", d."state", d."expected_cents", d."found_cents" from "discrepancy" d left join "flow" f on f."id" = d."flow_id" left join "collection" c on c."id" = d."collection_id" left join "bank_credit" b on b."id" = d."credit_id"
  where ? in (f."name", c."iur", b."flow_name", b."iuv") order by d."reason"`, [about])).map(row => [row["reason"], row["state"], row["expected_cents"], row["found_cents"]].filter(part => part !== null).join(" "));

test("a payment is reported by a flow and credited by the bank, to the cent, in whatever order they come", async () => {
  world.platform.publish(name, [line(1, iuv(owed), `r-${name}`, 4_630)]);
  await world.import(statement(name, [{ cents: 4_630, causale: causaleOf(name) }]));
  await world.fetch();
  expect([await matches(), await listed()]).toEqual([["RECEIPT_MISSING"], ["RECEIPT_MISSING OPEN 4630"]]);
  await pay(owed, `r-${name}`);
  await world.reconcile();
  expect([await matches(), await collected(`r-${name}`), await listed()]).toEqual([["MATCHED"], ["CREDITED"], ["RECEIPT_MISSING RESOLVED 4630"]]);

  const other = await makePosition(world.station, { amountCents: 100 });
  await pay(other, `s-${name}`);
  await world.reconcile();
  expect(await collected(`s-${name}`)).toEqual(["AWAITED"]);
  world.platform.publish(`${name}b`, [line(1, iuv(other), `s-${name}`, 100)]);
  await world.fetch();
  expect(await collected(`s-${name}`)).toEqual(["REPORTED"]);
  await world.import(statement(`${name}b`, [{ cents: 100, causale: causaleOf(`${name}b`).toUpperCase() }]));
  expect(await collected(`s-${name}`)).toEqual(["CREDITED"]);
});

test("every reason why a payment of a flow stands for nothing, or not for what it should", async () => {
  await pay(owed, `r-${name}`);
  const unpaid = await makePosition(world.station);
  world.platform.publish(name, [
    line(1, iuv(owed), `r-${name}`, 4_631), line(2, iuv(owed), `r-${name}`, 4_632), line(3, "01234567890123456", `r-${name}`, 4_630), line(4, iuv(owed), `r-${name}`, 4_630, { transferIndex: 2 }),
    line(5, iuv(unpaid), `none-${name}`, 4_630), line(6, iuv(unpaid), `none-${name}`, 4_630, { outcome: "NO_RPT" }), line(7, iuv(unpaid), `none-${name}`, 4_630, { outcome: "STAND_IN_NO_RPT" }),
    line(8, "99999999999999999", `never-${name}`, 1), line(9, iuv(owed), `r-${name}`, 4_630, { outcome: "REVOKED" }),
  ]);
  await world.fetch();
  const both = (await matches()).slice(0, 2);
  // Neither is the right amount: one of them stands, the other comes twice.
  expect(both.sort()).toEqual(["AMOUNT_DIFFERS", "REPORTED_TWICE"]);
  expect((await matches()).slice(2)).toEqual(["IDENTIFIERS_DIFFER", "IDENTIFIERS_DIFFER", "RECEIPT_MISSING", "PAID_WITHOUT_RECEIPT", "PAID_WITHOUT_RECEIPT", "UNKNOWN_NOTICE", "REVOKED"]);
  expect((await listed()).map(text => text.split(" ").slice(0, 2).join(" "))).toEqual([
    "AMOUNT_DIFFERS OPEN", "IDENTIFIERS_DIFFER OPEN", "IDENTIFIERS_DIFFER OPEN", "PAID_WITHOUT_RECEIPT OPEN", "PAID_WITHOUT_RECEIPT OPEN", "RECEIPT_MISSING OPEN", "REPORTED_TWICE OPEN", "REVOKED OPEN", "UNKNOWN_NOTICE OPEN",
  ]);
  // The right amount comes in another flow: it takes the place, and the work list says so.
  world.platform.publish(`${name}b`, [line(1, iuv(owed), `r-${name}`, 4_630)]);
  await world.fetch();
  expect([await matches(`${name}b`), (await matches()).slice(0, 2)]).toEqual([["MATCHED"], ["REPORTED_TWICE", "REPORTED_TWICE"]]);
  expect((await listed()).filter(text => text.startsWith("AMOUNT_DIFFERS"))).toEqual([expect.stringMatching(/^AMOUNT_DIFFERS RESOLVED 4630 463[12]$/)]);
});

test("a revision takes the place of the one before it, whichever is read first, and its credit with it", async () => {
  await pay(owed, `r-${name}`);
  world.platform.publish(name, [line(1, iuv(owed), `r-${name}`, 4_000)]);
  await world.fetch();
  await world.import(statement(name, [{ cents: 4_630, causale: causaleOf(name) }]));
  expect([await matches(), await listed()]).toEqual([["AMOUNT_DIFFERS"], ["AMOUNT_DIFFERS OPEN 4630 4000", "STATEMENT_DIFFERS OPEN 4000 4630"]]);
  world.platform.publish(name, [line(1, iuv(owed), `r-${name}`, 4_630)]);
  await world.fetch();
  expect([await matches(), await collected(`r-${name}`)]).toEqual([["MATCHED"], ["CREDITED"]]);
  expect((await listed()).every(text => text.includes("RESOLVED"))).toBe(true);
  // The first revision turns up again, as if it had been missed: it changes nothing.
  await world.sql(`delete from "discrepancy" where "flow_id" in (select "id" from "flow" where "name" = ? and "revision" = 1)`, [name]);
  await world.sql(`delete from "flow_payment" where "flow_id" in (select "id" from "flow" where "name" = ? and "revision" = 1)`, [name]);
  await world.sql(`delete from "flow" where "name" = ? and "revision" = 1`, [name]);
  await world.fetch();
  expect(await world.sql(`select "revision", "state" from "flow" where "name" = ? order by "revision"`, [name])).toEqual([{ revision: 1, state: "SUPERSEDED" }, { revision: 2, state: "COMPLETE" }]);
  expect([await matches(), await collected(`r-${name}`)]).toEqual([["MATCHED"], ["CREDITED"]]);
});

test("a flow that does not add up is told of, and so is one that no credit came for", async () => {
  await pay(owed, `r-${name}`);
  world.platform.publish(name, [line(1, iuv(owed), `r-${name}`, 4_630)], { sumCents: 4_600 });
  await world.fetch();
  expect(await listed()).toEqual(["FLOW_SUM_DIFFERS OPEN 4600 4630"]);
  await world.import(statement(`${name}1`, []));
  world.now = new Date("2026-07-20T08:00:00Z");
  await world.reconcile();
  // The bank has not told of a later day yet.
  expect(await listed()).toEqual(["FLOW_SUM_DIFFERS OPEN 4600 4630"]);
  await world.import(statement(`${name}2`, [], "2026-07-04", "2026-07-18"));
  expect(await listed()).toEqual(["FLOW_SUM_DIFFERS OPEN 4600 4630", "FLOW_WITHOUT_CREDIT OPEN 4630 0"]);
});

test("money that a receipt promised and nobody reports is missed after a week", async () => {
  await pay(owed, `r-${name}`);
  await world.reconcile();
  expect(await listed(`r-${name}`)).toEqual([]);
  world.now = new Date("2026-07-09T08:00:00Z");
  await world.reconcile();
  expect(await listed(`r-${name}`)).toEqual(["NOT_REPORTED OPEN 4630 0"]);
  world.platform.publish(name, [line(1, iuv(owed), `r-${name}`, 4_630)]);
  await world.fetch();
  expect(await listed(`r-${name}`)).toEqual(["NOT_REPORTED RESOLVED 4630 0"]);
});

test("credits: of a single payment by its IUV, twice, of another sum, of nothing that is known", async () => {
  await pay(owed, `r-${name}`);
  await world.import(statement(name, [{ cents: 4_630, causale: `/RFB/${iuv(owed)}/46.30/TXT/Permesso` }, { cents: 4_630, causale: `RI1/RFB/${iuv(owed)} BANCA`, reference: "again" }, { cents: 5, causale: causaleOf(name), day: "2026-07-01" }, { cents: 70_000, causale: "Affitto di luglio" }, { cents: 1, causale: causaleOf("x"), debit: true }]));
  expect(await collected(`r-${name}`)).toEqual(["CREDITED"]);
  expect(await listed(iuv(owed))).toEqual(["CREDITED_TWICE OPEN 4630"]);
  expect(await world.sql(`select "credits_count", "credits_cents", "others_count", "others_cents", "known_count" from "bank_statement" where "reference" = ?`, [name])).toEqual([
    { credits_count: 4, credits_cents: "79265", others_count: 1, others_cents: "70000", known_count: 0 },
  ]);
  // Its flow reports the payment too: once the money is there, that is a second time.
  world.platform.publish(`${name}b`, [line(1, iuv(owed), `r-${name}`, 4_630)]);
  await world.fetch();
  expect(await matches(`${name}b`)).toEqual(["REPORTED_TWICE"]);
  expect(await listed()).toEqual([]);
  world.now = new Date("2026-07-20T08:00:00Z");
  await world.reconcile();
  expect(await listed()).toEqual(["CREDIT_UNKNOWN OPEN 5"]);
});

test("a file that came before changes nothing, and a credit that two statements show is one", async () => {
  await pay(owed, `r-${name}`);
  const daily = statement(name, [{ cents: 4_630, causale: causaleOf(name) }, { cents: 4_630, causale: causaleOf(`${name}b`) }]);
  const [first] = await world.import(daily);
  const counts = () => world.sql(`select (select count(*) from "bank_statement") as "statements", (select count(*) from "bank_credit") as "credits", (select count(*) from "discrepancy") as "discrepancies"`);
  const before = await counts();
  expect(await world.import(daily)).toEqual([{ ...first, known: true }]);
  expect(await counts()).toEqual(before);
  await world.import(statement(`${name}-month`, [{ cents: 4_630, causale: causaleOf(name) }, { cents: 4_630, causale: causaleOf(`${name}b`) }, { cents: 7, causale: causaleOf(`${name}c`) }], "2026-07-01", "2026-07-31"));
  expect(await world.sql(`select "known_count", "known_cents" from "bank_statement" where "reference" = ?`, [`${name}-month`])).toEqual([{ known_count: 2, known_cents: "9260" }]);
  expect(Number((await counts())[0]!["credits"]) - Number(before[0]!["credits"])).toBe(1);
});

test("what a human has settled stays settled, and what went away by itself comes back with its cause", async () => {
  world.platform.publish(name, [line(1, iuv(owed), `r-${name}`, 4_630), line(2, "99999999999999999", `never-${name}`, 1)]);
  await world.fetch();
  await world.sql(`update "discrepancy" d set "state" = 'RESOLVED', "resolved_at" = now(), "note" = 'visto', "resolved_by_id" = (select "id" from "staff_member" limit 1) from "flow" f where f."id" = d."flow_id" and f."name" = ? and d."reason" = 'UNKNOWN_NOTICE'`, [name]);
  await world.reconcile();
  expect(await listed()).toEqual(["RECEIPT_MISSING OPEN", "UNKNOWN_NOTICE RESOLVED"].map(text => expect.stringMatching(`^${text}`)));
});

test("a receipt that a flow shows to be missing is asked for, once", async () => {
  world.requested.length = 0;
  world.platform.publish(name, [line(1, iuv(owed), `r-${name}`, 4_630), line(2, "99999999999999999", `never-${name}`, 1)]);
  await world.fetch();
  await world.reconcile();
  expect(world.requested).toEqual([`find-receipt ${owed.id}`]);
});

test("a receipt that came by another way than from the node promises what the position asked for, without its stamps", async () => {
  const share = (cents: number, more: object) => ({ creditorFiscalCode: "00480530047", creditorName: "Comune di Cuneo", amountCents: cents, remittance: "x", taxonomyCode: "9/0101100IM/", ...more });
  const transfers = [share(3_000, { iban: "IT60X0542811101000000123456" }), share(30, { iban: "IT60X0542811101000000123456", creditorFiscalCode: "01234567890" }), share(1_600, { stamp: { documentHash: "x", province: "CN" } })];
  await world.sql(`update "payment" set "transfers" = ? where "id" = ?`, [JSON.stringify(transfers), owed.id]);
  const told = (id: string, cents: number) => world.sql(`insert into "receipt" ("id", "administration_id", "payment_id", "receipt_id", "notice_number", "creditor_fiscal_code", "iuv", "amount_cents", "meaning", "psp_name", "received_at", "message", "source")
    select gen_random_uuid(), "administration_id", "id", ?, "notice_number", '00480530047', "iuv", ?, 'SETTLED', 'Banca di prova', '2026-07-01T08:00:00Z', '', 'STAFF' from "payment" where "id" = ?`, [id, cents, owed.id]);
  await told(`s-${name}`, 4_630);
  await told(`t-${name}`, 5_000);
  await world.reconcile();
  expect(await world.sql(`select "iur", "transfer_index", "amount_cents" from "collection" where "payment_id" = ? order by "iur"`, [owed.id])).toEqual([
    { iur: `s-${name}`, transfer_index: 1, amount_cents: "3000" }, { iur: `t-${name}`, transfer_index: 1, amount_cents: "5000" },
  ]);
});

test("a receipt that numbers two transfers alike promises both, and keeps no other from being noted", async () => {
  const odd = receipt({ id: `o-${name}`, notice: owed.notice, cents: 4_630 }).replace(/<transfer>.*<\/transfer>/, transfer => transfer.replace("46.30", "30.30") + transfer.replace("46.30", "16.00"));
  expect(odd.match(/<idTransfer>1</g)).toHaveLength(2);
  await say(world.station, odd);
  const other = await makePosition(world.station);
  await pay(other, `p-${name}`);
  await world.reconcile();
  expect(await world.sql(`select "iur", "transfer_index", "amount_cents" from "collection" where "payment_id" in (?, ?) order by "iur"`, [owed.id, other.id])).toEqual([
    { iur: `o-${name}`, transfer_index: 1, amount_cents: "4630" }, { iur: `p-${name}`, transfer_index: 1, amount_cents: String(other.amountCents) },
  ]);
});

test("the same identifier of a payment in two flows, on two days, is one payment, and the other is told of", async () => {
  await pay(owed, `r-${name}`);
  world.platform.publish(name, [line(1, iuv(owed), `r-${name}`, 4_630)]);
  world.platform.publish(`${name}b`, [line(1, iuv(owed), `r-${name}`, 4_630, { paidAt: new Date("2026-07-02T10:00:00Z") })], { regulationDate: "2026-07-03" });
  await world.fetch();
  expect([...(await matches()), ...(await matches(`${name}b`))].sort()).toEqual(["MATCHED", "REPORTED_TWICE"]);
  // Another notice under the same identifier is none of the receipt's.
  const other = await makePosition(world.station);
  world.platform.publish(`${name}c`, [line(1, iuv(other), `r-${name}`, 4_630)]);
  await world.fetch();
  expect(await matches(`${name}c`)).toEqual(["IDENTIFIERS_DIFFER"]);
});

test("of a receipt for several entities only our transfers are awaited, by their own numbers", async () => {
  const transfer = (index: number, cents: string, fiscalCode: string): string => `<transfer><idTransfer>${index}</idTransfer><transferAmount>${cents}</transferAmount><fiscalCodePA>${fiscalCode}</fiscalCodePA><IBAN>IT60X0542811101000000123456</IBAN><remittanceInformation>x</remittanceInformation><transferCategory>9/0101100IM/</transferCategory></transfer>`;
  const several = [transfer(1, "40.00", "01234567890"), transfer(2, "3.10", "00480530047"), transfer(3, "1.00", "99999999999"), transfer(5, "2.20", "00480530047")].join("");
  await say(world.station, receipt({ id: `r-${name}`, notice: owed.notice, cents: 4_630 }).replace(/<transfer>.*<\/transfer>/, several));
  world.platform.publish(name, [line(1, iuv(owed), `r-${name}`, 310, { transferIndex: 2 }), line(2, iuv(owed), `r-${name}`, 220, { transferIndex: 5 })]);
  await world.fetch();
  expect([await matches(), await collected(`r-${name}`)]).toEqual([["MATCHED", "MATCHED"], ["REPORTED", "REPORTED"]]);
  world.platform.publish(`${name}b`, [line(1, iuv(owed), `r-${name}`, 4_000)]);
  await world.fetch();
  expect(await matches(`${name}b`)).toEqual(["IDENTIFIERS_DIFFER"]);
  await world.import(statement(name, [{ cents: 530, causale: causaleOf(name) }]));
  expect(await collected(`r-${name}`)).toEqual(["CREDITED", "CREDITED"]);
});

test("days begin and end at midnight in Italy, on the days too that have 23 or 25 hours", async () => {
  const at = (id: string, local: string, position: Position) => say(world.station, receipt({ id, notice: position.notice, cents: 4_630 }).replace("2026-07-01T09:30:00", local));
  const times = ["2026-03-28T23:59:59", "2026-03-29T00:00:00", "2026-03-29T23:59:59", "2026-03-30T00:00:00", "2026-10-24T23:59:59", "2026-10-25T00:00:00", "2026-10-25T02:30:00", "2026-10-25T23:59:59", "2026-10-26T00:00:00"];
  for (const [place, local] of times.entries()) await at(`d-${name}-${place}`, local, await makePosition(world.station));
  await world.reconcile();
  expect((await world.sql(`select "paid_on"::text as "day" from "collection" where "iur" like ? order by "iur"`, [`d-${name}-%`])).map(({ day }) => day)).toEqual(times.map(local => local.slice(0, 10)));
  const days = (await reconciliationDays(world.hub(), "2026-03-28", "2026-10-26")) as { day: string; received: { cents: number } }[];
  expect(new Set(days.map(({ day }) => day)).size).toBe(213);
  expect(days.filter(({ received }) => received.cents > 0).filter(({ day }) => !day.startsWith("2026-07")).map(({ day, received }) => [day, received.cents])).toEqual([
    ["2026-03-28", 4_630], ["2026-03-29", 9_260], ["2026-03-30", 4_630], ["2026-10-24", 4_630], ["2026-10-25", 13_890], ["2026-10-26", 4_630],
  ]);
  // A provider tells in UTC: the last minute of the long day, and the first of the next.
  world.platform.publish(name, [line(1, "99999999999999999", "x", 1, { paidAt: new Date("2026-10-25T22:59:59Z") }), line(2, "99999999999999999", "y", 1, { paidAt: new Date("2026-10-25T23:00:00Z") })]);
  await world.fetch();
  expect(await world.sql(`select l."paid_on"::text as "day" from "flow_payment" l join "flow" f on f."id" = l."flow_id" where f."name" = ? order by l."index"`, [name])).toEqual([{ day: "2026-10-25" }, { day: "2026-10-26" }]);
});

test("receipts that promise us nothing are looked at once, and keep no later one from being noted", async () => {
  const elsewhere = (id: string) => say(world.station, receipt({ id, notice: owed.notice, cents: 4_630, issuer: "01234567890" }).replace(/<fiscalCodePA>\d+/, "<fiscalCodePA>01234567890"));
  await pay(owed, `r-${name}`);
  for (const place of [1, 2, 3]) await elsewhere(`e-${name}-${place}`);
  await world.reconcile();
  await world.sql(`update "receipt" set "received_at" = "received_at" - interval '2 hours' where "receipt_id" like ?`, [`e-${name}-%`]);
  // As if their messages could not be read any more: nobody does.
  await world.sql(`update "receipt" set "message" = '\\x00', "amount_cents" = -1 where "receipt_id" like ?`, [`e-${name}-%`]);
  const other = await makePosition(world.station);
  await pay(other, `s-${name}`);
  await world.reconcile();
  expect([await collected(`s-${name}`), await world.sql(`select 1 from "collection" where "iur" like ?`, [`e-${name}-%`])]).toEqual([["AWAITED"], []]);
});
