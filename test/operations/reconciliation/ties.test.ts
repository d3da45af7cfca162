import { afterAll, beforeAll, expect, test } from "@jest/globals";
import fc from "fast-check";
import { reconciliationDays } from "../../../operations/reconciliation/days.ts";
import { books, makePositions, receipt, say, type Position } from "../payment/station-world.ts";
import { causaleOf, line, openWorld, statement, type Booking, type World } from "./world.ts";

let world: World;

beforeAll(async () => {
  world = await openWorld();
  world.platform.pageSize = 1_000;
});
afterAll(() => world.close());

/** A payment as a flow may report it: of one of the positions, by one of its receipts or by none, at the right amount or not. */
const reported = fc.record({ position: fc.nat({ max: 2 }), receipt: fc.nat({ max: 1 }), more: fc.constantFrom(0, 0, 0, 0, 1, -7), transferIndex: fc.constantFrom(1, 1, 1, 1, 1, 2), day: fc.constantFrom(1, 2) });
type Reported = typeof reported extends fc.Arbitrary<infer One> ? One : never;

/** What may happen, in any order: a receipt comes, a flow or its revision is published and read, the bank tells, somebody looks. */
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ receipt: fc.nat({ max: 1 }), of: fc.nat({ max: 2 }) }) },
  { weight: 4, arbitrary: fc.record({ flow: fc.nat({ max: 1 }), payments: fc.array(reported, { minLength: 1, maxLength: 6 }) }) },
  { weight: 3, arbitrary: fc.record({ credits: fc.array(fc.record({ flow: fc.nat({ max: 2 }), more: fc.constantFrom(0, 0, 0, 1), by: fc.constantFrom("CAUSALE", "TRN", "BOTH"), back: fc.constantFrom(false, false, false, true) }), { maxLength: 3 }), alone: fc.option(fc.record({ of: fc.nat({ max: 2 }), more: fc.constantFrom(0, 0, 5) }), { nil: undefined }) }) },
  { weight: 1, arbitrary: fc.constant({ look: true as const }) },
);
type Step = typeof step extends fc.Arbitrary<infer One> ? One : never;

let turn = 0;

interface Play {
  readonly turn: number;
  readonly positions: readonly Position[];
  /** The last revision of each flow: what its payments come to. */
  readonly flows: Map<string, number>;
}

const nameOf = (play: Play, flow: number): string => `2026-07-02T${play.turn}-${flow}`;
const iurOf = (play: Play, position: number, which: number): string => `t${play.turn}-${position}-${which}`;

async function take(play: Play, act: Step, place: number): Promise<void> {
  const { positions } = play;
  if ("look" in act) return world.reconcile();
  if ("receipt" in act) {
    const { notice, amountCents } = positions[act.of]!;
    return void (await say(world.station, receipt({ id: iurOf(play, act.of, act.receipt), notice, cents: amountCents })));
  }
  if ("flow" in act) {
    const lineOf = ({ position, receipt: which, more, transferIndex, day }: Reported, index: number) =>
      line(index + 1, positions[position]!.notice.slice(1), iurOf(play, position, which), positions[position]!.amountCents + more, { transferIndex, paidAt: new Date(`2026-07-0${day}T07:30:00Z`) });
    const { name, sumCents } = world.platform.publish(nameOf(play, act.flow), act.payments.map(lineOf));
    play.flows.set(name, sumCents);
    return world.fetch();
  }
  const cumulative = act.credits.map(({ flow, more, by, back }): Booking => {
    const name = nameOf(play, flow);
    return { cents: (play.flows.get(name) ?? 999) + more, causale: by === "TRN" ? "Bonifico" : causaleOf(name), references: by === "CAUSALE" ? [] : [`TRN-${name}`], reversal: back };
  });
  const single = act.alone ? [{ cents: positions[act.alone.of]!.amountCents + act.alone.more, causale: `/RFB/${positions[act.alone.of]!.notice.slice(1)}/TXT/x` }] : [];
  await world.import(statement(`${play.turn}-${place}`, [...cumulative, ...single]));
}

type Sums = Record<"received" | "reported" | "credited" | "notReported" | "difference" | "notCredited", number>;

/** The days as staff see them; one that ties leaves nothing open. */
async function days(): Promise<Sums[]> {
  const shown = (await reconciliationDays(world.hub(), "2026-06-25", "2026-07-10")) as (Record<string, { cents: number }> & { ties: boolean })[];
  return shown.map(({ day: _day, ties, ...amounts }) => {
    const sums = Object.fromEntries(Object.entries(amounts).map(([name, { cents }]) => [name, cents])) as Sums;
    if (ties) expect([sums.reported, sums.credited]).toEqual([sums.received, sums.received]);
    return sums;
  });
}

const total = (all: readonly Sums[], name: keyof Sums): number => all.reduce((sum, day) => sum + day[name], 0);
const number = async (text: string): Promise<number> => Number((await world.sql(`select (${text}) as "number"`))[0]!["number"]);

test("in whatever order receipts, flows, revisions and statements come, each day ties to the cent and nothing is matched twice", async () => {
  await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 16 }), async steps => {
    turn += 1;
    const play: Play = { turn, positions: await makePositions(world.station, [1_001, 2_002, 2_002].map(amountCents => ({ amountCents }))), flows: new Map() };
    const before = await days();
    const booksBefore = await books(world.station);
    for (const [place, act] of steps.entries()) await take(play, act, place);
    await world.reconcile();
    const after = await days();

    // Each day by itself.
    for (const day of after) expect([day.received - day.notReported + day.difference, day.reported - day.notCredited]).toEqual([day.reported, day.credited]);

    // All days together are what was sent and published, counted without reconciliation.
    const receipts = new Map(steps.flatMap(act => ("receipt" in act ? [[iurOf(play, act.of, act.receipt), play.positions[act.of]!.amountCents] as const] : [])));
    expect(total(after, "received") - total(before, "received")).toBe([...receipts.values()].reduce((sum, cents) => sum + cents, 0));
    const alone = await number(`select coalesce(sum("amount_cents"), 0) from "bank_credit" where "collection_id" is not null`);
    const inFlows = await number(`select coalesce(sum("payments_cents"), 0) from "flow" where "state" = 'COMPLETE'`);
    expect(total(after, "reported")).toBe(inFlows + alone);
    expect(inFlows).toBe(world.platform.flows.filter(flow => !world.platform.flows.some(other => other.name === flow.name && other.revision > flow.revision)).reduce((sum, { sumCents }) => sum + sumCents, 0));
    expect(total(after, "credited")).toBe(await number(`select coalesce(sum("amount_cents"), 0) from "bank_credit" where "match" = 'MATCHED'`));

    // Each promise is kept at most once, and says how far it is.
    expect(await number(`select count(*) from "collection" c where (select count(*) from "flow_payment" l where l."collection_id" = c."id") + (select count(*) from "bank_credit" b where b."collection_id" = c."id") > 1`)).toBe(0);
    expect(await number(`select count(*) from "collection" c left join "flow_payment" l on l."collection_id" = c."id" left join "bank_credit" f on f."flow_id" = l."flow_id" and f."match" = 'MATCHED' left join "bank_credit" s on s."collection_id" = c."id"
      where c."state" <> case when f."id" is not null or s."match" = 'MATCHED' then 'CREDITED' when l."id" is not null then 'REPORTED' else 'AWAITED' end`)).toBe(0);

    // What was taken back is nothing, and each statement is the credits that it shows, those that were known and those of others.
    expect(await number(`select coalesce(sum("amount_cents"), 0) from "bank_credit" where "match" = 'REVERSED'`)).toBe(0);
    expect(await number(`select count(*) from "bank_credit" where "match" <> 'REVERSED' and "amount_cents" < 0 and ("flow_id" is not null or "collection_id" is not null)`)).toBe(0);
    expect(await number(`select count(*) from "bank_statement" s where s."credits_cents" <> s."others_cents" + s."known_cents" + (select coalesce(sum(b."amount_cents"), 0) from "bank_credit" b where b."statement_id" = s."id" and b."match" <> 'OTHER')`)).toBe(0);

    // Reconciliation moves no money: receipts, positions and ledger stay the same sum, and only receipts change it.
    const { ledger, settled, paid, lines } = await books(world.station);
    expect([ledger, settled]).toEqual([paid, paid]);
    expect(lines - booksBefore.lines).toBe(new Set(steps.flatMap(act => ("receipt" in act ? [act.of] : []))).size);

    // Again: nothing changes.
    const state = () => world.sql(`select (select json_agg(d order by d."id") from "discrepancy" d) as "list", (select json_agg(l order by l."id") from "flow_payment" l) as "payments", (select json_agg(b order by b."id") from "bank_credit" b) as "credits"`);
    const settledState = JSON.stringify(await state());
    await world.reconcile();
    expect(JSON.stringify(await state())).toBe(settledState);
  }), { numRuns: 20 });
});
