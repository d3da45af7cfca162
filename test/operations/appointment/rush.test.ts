import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Client, Json } from "../../helpers/client.ts";
import { startHub, type TestHub } from "../../helpers/hub.ts";
import { book, bookable, cancel, freeCounters, hold, type Bookable } from "./appointment.ts";

let hub: TestHub;
let beside: TestHub;
let citizens: Client[];
let what: Bookable;
let taken = 0;
const nextTime = (): string => what.times[(taken += 2)]!.startsAt;

beforeAll(async () => {
  hub = await startHub();
  beside = await startHub({ beside: hub });
  const usernames = ["ada.rossi", "bruno.ferrero", "elena.giordano", "ioana.popescu"];
  citizens = await Promise.all(usernames.flatMap(username => [hub.citizen(username), beside.citizen(username)]));
  what = await bookable(hub.visitor, hub.clock.now());
});
afterAll(async () => {
  await beside.close();
  await hub.close();
});

const tally = (answers: readonly Json[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const { __typename: type } of answers) counts[type!] = (counts[type!] ?? 0) + 1;
  return counts;
};
const states = async (startsAt: string): Promise<Record<string, number>> => {
  const rows = await hub.sql<{ state: string; n: number }>(`select "state", count(*)::int as n from "appointment" where "starts_at" = $1 and "office_id" = $2 group by 1`, [startsAt, what.office.slice(4)]);
  return Object.fromEntries(rows.map(({ state, n }) => [state, n]));
};

describe("everybody at once, on two instances", () => {
  test("200 who want one time: as many get it as there are counters, the others are told that it is taken", async () => {
    const startsAt = nextTime();
    const free = await freeCounters(hub.visitor, what, startsAt);
    const answers = await Promise.all(Array.from({ length: 200 }, (_, number) => hold(citizens[number % citizens.length]!, what, startsAt)));
    expect(tally(answers)).toEqual({ HoldSlotSuccess: free, SlotTaken: 200 - free });
    expect(await states(startsAt)).toEqual({ HELD: free });
    const counters = answers.flatMap(answer => answer["appointment"]?.["counter"] ?? []);
    expect(new Set(counters).size).toBe(free);
  });

  test("the same when lapsed holds must be cleared away first, by all of them", async () => {
    const startsAt = nextTime();
    const free = await freeCounters(hub.visitor, what, startsAt);
    for (let number = 0; number < free; number += 1) await hold(citizens[number]!, what, startsAt);
    hub.clock.advance(11 * 60_000);
    const answers = await Promise.all(Array.from({ length: 60 }, (_, number) => hold(citizens[number % citizens.length]!, what, startsAt)));
    expect(tally(answers)).toEqual({ HoldSlotSuccess: free, SlotTaken: 60 - free });
    expect(await states(startsAt)).toEqual({ HELD: free, LAPSED: free });
  });

  test("one who confirms and cancels at the same moment has done one of the two, or first one and then the other", async () => {
    const startsAt = nextTime();
    const held = await hold(citizens[0]!, what, startsAt);
    const id = held["appointment"]!["id"];
    const answers = await Promise.all([book(citizens[0]!, id), cancel(citizens[1]!, id), book(citizens[1]!, id), cancel(citizens[0]!, id)]);
    const [row] = await hub.sql(`select "state" from "appointment" where "id" = $1`, [String(id).slice(4)]);
    const done = tally(answers);
    expect(row).toEqual({ state: "CANCELLED" });
    expect(done["CancelAppointmentSuccess"]).toBe(1);
    expect((done["BookAppointmentSuccess"] ?? 0) + (done["WrongState"] ?? 0)).toBe(3);
    expect(done["BookAppointmentSuccess"] ?? 0).toBeLessThanOrEqual(1);
  });
});

describe("the same key fifty times at once", () => {
  /** What was answered, in different words. */
  const distinct = (answers: readonly Json[]): string[] => [...new Set(answers.map(answer => JSON.stringify(answer)))];

  test("holds one time, and everybody hears which", async () => {
    const startsAt = nextTime();
    const answers = await Promise.all(Array.from({ length: 50 }, (_, number) => hold(citizens[number % 2]!, what, startsAt, { idempotencyKey: "hold-just-once" })));
    expect(distinct(answers)).toHaveLength(1);
    expect(answers[0]).toMatchObject({ __typename: "HoldSlotSuccess", appointment: { state: "HELD" } });
    expect(await states(startsAt)).toEqual({ HELD: 1 });
  });

  test("holds the last free counter once, and nobody is told that it is taken", async () => {
    const startsAt = nextTime();
    const free = await freeCounters(hub.visitor, what, startsAt);
    for (let number = 1; number < free; number += 1) await hold(citizens[2]!, what, startsAt);
    const answers = await Promise.all(Array.from({ length: 50 }, (_, number) => hold(citizens[number % 2]!, what, startsAt, { idempotencyKey: "hold-the-last-one" })));
    expect(distinct(answers)).toHaveLength(1);
    expect(answers[0]).toMatchObject({ __typename: "HoldSlotSuccess" });
  });

  test("books and cancels once, one event each", async () => {
    const held = await hold(citizens[0]!, what, nextTime());
    const id = held["appointment"]!["id"];
    const booked = await Promise.all(Array.from({ length: 50 }, (_, number) => book(citizens[number % 2]!, id, { idempotencyKey: "book-just-once" })));
    expect(distinct(booked)).toHaveLength(1);
    expect(booked[0]).toMatchObject({ __typename: "BookAppointmentSuccess", appointment: { state: "BOOKED" } });
    const cancelled = await Promise.all(Array.from({ length: 50 }, (_, number) => cancel(citizens[number % 2]!, id, { idempotencyKey: "cancel-just-once" })));
    expect(distinct(cancelled)).toHaveLength(1);
    expect(cancelled[0]).toMatchObject({ __typename: "CancelAppointmentSuccess" });
    const events = await hub.sql(`select "kind" from "event" where "subject_id" = $1 order by "id"`, [String(id).slice(4)]);
    expect(events).toEqual([{ kind: "APPOINTMENT_BOOKED" }, { kind: "APPOINTMENT_CANCELLED" }]);
    // The first answer is given again, though the thing has moved on: as it stands now.
    expect(await book(citizens[1]!, id, { idempotencyKey: "book-just-once" })).toMatchObject({ __typename: "BookAppointmentSuccess", appointment: { id, state: "CANCELLED" } });
  });

  test("with another appointment is refused, and leaves that one as it was", async () => {
    const [one, other] = [await hold(citizens[0]!, what, nextTime()), await hold(citizens[0]!, what, nextTime())].map(held => held["appointment"]!["id"]);
    const again = { idempotencyKey: "book-one-of-two" };
    expect(await book(citizens[0]!, one, again)).toMatchObject({ __typename: "BookAppointmentSuccess" });
    expect(await book(citizens[0]!, other, again)).toMatchObject({ __typename: "IdempotencyConflict" });
    expect(await hub.sql(`select "state", "version" from "appointment" where "id" = $1`, [String(other).slice(4)])).toEqual([{ state: "HELD", version: 1 }]);
    expect(await hub.sql(`select from "event" where "subject_id" = $1`, [String(other).slice(4)])).toEqual([]);
  });

  test("with another input, or for another mutation, is refused; of another citizen it is another key", async () => {
    const [one, other] = [nextTime(), nextTime()];
    const idempotencyKey = "one-key-for-all";
    expect(await hold(citizens[0]!, what, one, { idempotencyKey })).toMatchObject({ __typename: "HoldSlotSuccess" });
    expect(await hold(citizens[0]!, what, other, { idempotencyKey })).toMatchObject({ __typename: "IdempotencyConflict", code: "IDEMPOTENCY_CONFLICT", path: ["input", "idempotencyKey"], message: "Questa chiave di idempotenza è già stata usata per un'altra richiesta." });
    expect(await citizens[0]!.mutate("updateContacts", { phone: "0171 444444", idempotencyKey })).toMatchObject({ __typename: "IdempotencyConflict" });
    expect(await states(other)).toEqual({});
    expect(await hold(citizens[2]!, what, other, { idempotencyKey })).toMatchObject({ __typename: "HoldSlotSuccess" });
  });

  test("that failed may be used again once what stood in the way is gone", async () => {
    const startsAt = nextTime();
    const free = await freeCounters(hub.visitor, what, startsAt);
    const holds = [];
    for (let number = 0; number < free; number += 1) holds.push(await hold(citizens[0]!, what, startsAt));
    const again = { idempotencyKey: "try-until-it-is-free" };
    expect(await hold(citizens[2]!, what, startsAt, again)).toMatchObject({ __typename: "SlotTaken" });
    await cancel(citizens[0]!, holds[0]!["appointment"]!["id"]);
    expect(await hold(citizens[2]!, what, startsAt, again)).toMatchObject({ __typename: "HoldSlotSuccess" });
  });
});
