import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { newId } from "../../../kernel/ids.ts";
import { resolveDiscrepancy } from "../../../operations/reconciliation/resolve-discrepancy.ts";
import { makePosition, receipt, say, type Position } from "../payment/station-world.ts";
import { openWorld, type World } from "./world.ts";

let world: World;
let owed: Position;

beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  world.now = new Date("2026-07-03T08:00:00Z");
  owed = await makePosition(world.station, { amountCents: 4_630 });
});

const pay = async (id: string): Promise<void> => void (await say(world.station, receipt({ id, notice: owed.notice, cents: 4_630 })));
/** The work list about the position: reason, state, the receipt that it names, the two amounts. */
const listed = (): Promise<Record<string, string | null>[]> => world.sql<Record<string, string | null>>(`
  select d."reason", d."state", r."receipt_id" as "receipt", d."expected_cents"::int as "expected", d."found_cents"::int as "found"
  from "discrepancy" d left join "receipt" r on r."id" = d."receipt_id" where d."payment_id" = ? order by d."reason", r."receipt_id"`, [owed.id]);
/** A stamp of the position, with or without what came and what was found of it. */
async function makeStamp(index: number, verdict: string | null): Promise<string> {
  const id = newId();
  await world.sql(`insert into "digital_stamp" ("id", "administration_id", "payment_id", "transfer_index", "amount_cents", "document", "document_hash", "province", "attachment", "verdict")
    values (?, ?, ?, ?, 1600, 'a document', 'its hash', 'CN', ?, ?)`, [id, world.station.administration.id, owed.id, index, verdict === null ? null : Buffer.from("a stamp"), verdict]);
  return id;
}

test("what was paid twice is in the work list with what is to be given back, until somebody settles it", async () => {
  await pay(`first ${owed.notice}`);
  await world.reconcile();
  expect(await listed()).toEqual([]);
  for (const which of ["second", "third"]) await pay(`${which} ${owed.notice}`);
  await world.reconcile();
  const twice = (which: string, state: string) => ({ reason: "PAID_TWICE", state, receipt: `${which} ${owed.notice}`, expected: 0, found: 4_630 });
  expect(await listed()).toEqual([twice("second", "OPEN"), twice("third", "OPEN")]);

  const [entry] = await world.sql(`select d."id" from "discrepancy" d join "receipt" r on r."id" = d."receipt_id" where r."receipt_id" = ?`, [`second ${owed.notice}`]);
  await resolveDiscrepancy(world.staff(), { discrepancy: `dsc_${entry!["id"]!}`, note: "Restituito con mandato 12", idempotencyKey: `given back ${owed.notice}` });
  await world.reconcile();
  expect(await listed()).toEqual([twice("second", "RESOLVED"), twice("third", "OPEN")]);
});

test("a stamp that is wrong is in the work list; it goes when an authority named later makes it a good one", async () => {
  const [wrong] = [await makeStamp(2, "UNTRUSTED"), await makeStamp(3, "GENUINE"), await makeStamp(4, "UNVERIFIED")];
  await pay(`stamps ${owed.notice}`);
  await world.reconcile();
  const entry = (state: string) => [{ reason: "STAMP_WRONG", state, receipt: null, expected: null, found: null }];
  expect(await listed()).toEqual(entry("OPEN"));
  await world.sql(`update "digital_stamp" set "verdict" = 'GENUINE' where "id" = ?`, [wrong]);
  await world.reconcile();
  expect(await listed()).toEqual(entry("RESOLVED"));
});

test("a stamp that was paid and has not come is missed after a week, one that is not paid yet is not", async () => {
  await makeStamp(2, null);
  world.now = new Date("2026-08-01T08:00:00Z");
  await world.reconcile();
  expect(await listed()).toEqual([]);
  await pay(`no stamp ${owed.notice}`);
  world.now = new Date("2026-07-08T08:00:00Z");
  await world.reconcile();
  expect((await listed()).map(({ reason }) => reason)).not.toContain("STAMP_MISSING");
  world.now = new Date("2026-07-10T08:00:00Z");
  await world.reconcile();
  expect(await listed()).toContainEqual({ reason: "STAMP_MISSING", state: "OPEN", receipt: null, expected: null, found: null });
});
