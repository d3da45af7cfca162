import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Client } from "../../helpers/client.ts";
import { startHub, type TestHub } from "../../helpers/hub.ts";
import { book, bookable, cancel, dayFrom, freeCounters, hold, type Bookable } from "./appointment.ts";

let hub: TestHub;
let ada: Client;
let bruno: Client;
let what: Bookable;
/** Each test takes times of its own. */
let taken = 0;
const nextTime = (): string => what.times[(taken += 1)]!.startsAt;

beforeAll(async () => {
  hub = await startHub();
  [ada, bruno] = await Promise.all([hub.citizen("ada.rossi"), hub.citizen("bruno.ferrero")]);
  what = await bookable(hub.visitor, hub.clock.now());
});
afterAll(() => hub.close());

const minutes = (count: number): number => count * 60_000;

describe("availability", () => {
  test("shows times ahead, in order, each as long as the service takes, at most as many as there are counters", () => {
    expect(what.times.length).toBeGreaterThan(20);
    const starts = what.times.map(({ startsAt }) => startsAt);
    expect([...starts].sort()).toEqual(starts);
    for (const { startsAt, endsAt, counters } of what.times) {
      expect(Date.parse(startsAt)).toBeGreaterThan(hub.clock.now().getTime());
      expect(Date.parse(endsAt)).toBeGreaterThan(Date.parse(startsAt));
      expect(counters).toBeGreaterThan(0);
    }
  });

  test.each([
    ["backwards", 5, 4], ["too long", 1, 40],
  ])("refuses a range that runs %s", async (_, from, to) => {
    const now = hub.clock.now();
    const { errors } = await hub.visitor.ask("query ($input: AvailabilityInput!) { availability(input: $input) { day } }", { input: { service: what.service, office: what.office, from: dayFrom(now, from), to: dayFrom(now, to) } });
    expect(errors).toMatchObject([{ extensions: { code: "INVALID_INPUT", reason: "RANGE", field: ["input", "to"] }, message: "L'intervallo di date non è ammesso: la fine non viene prima dell'inizio, e lo segue di 31 giorni al massimo." }]);
  });

  test("has nothing before today nor past the horizon, and no error for either", async () => {
    const now = hub.clock.now();
    for (const [from, to] of [[-20, -1], [300, 310]] as const) {
      const data = await hub.visitor.data("query ($input: AvailabilityInput!) { availability(input: $input) { day } }", { input: { service: what.service, office: what.office, from: dayFrom(now, from), to: dayFrom(now, to) } });
      expect(data["availability"]).toEqual([]);
    }
  });

  test("knows no service or office that is not there, nor one that does not give the service", async () => {
    const { offices } = await hub.visitor.data("{ offices { id } }");
    const other = offices!.map(({ id }) => id).filter(id => id !== what.office);
    const absent = "0192aaaa-0000-7000-8000-000000000000";
    const from = dayFrom(hub.clock.now(), 1);
    for (const input of [{ service: `srv_${absent}`, office: what.office }, { service: what.service, office: `off_${absent}` }, { service: what.office, office: what.office }, { service: "x", office: what.office }, { service: what.service, office: other.at(-1)! }]) {
      const { errors } = await hub.visitor.ask("query ($input: AvailabilityInput!) { availability(input: $input) { day } }", { input: { ...input, from, to: from } });
      expect(errors).toMatchObject([{ extensions: { code: "NOT_FOUND" }, message: "L'elemento richiesto non esiste." }]);
    }
  });
});

describe("a time", () => {
  test("is held, booked and given back, and others see it at each step", async () => {
    const startsAt = nextTime();
    const free = await freeCounters(hub.visitor, what, startsAt);
    const held = await hold(ada, what, startsAt);
    expect(held).toMatchObject({ __typename: "HoldSlotSuccess", appointment: { state: "HELD", startsAt, counter: 1, office: { id: what.office }, service: { id: what.service } } });
    expect(Date.parse(held["appointment"]!["heldUntil"]!) - hub.clock.now().getTime()).toBeGreaterThan(minutes(9));
    expect(await freeCounters(bruno, what, startsAt)).toBe(free - 1);

    const booked = await book(ada, held["appointment"]!["id"], { reason: "Carta d'identità" });
    expect(booked).toMatchObject({ __typename: "BookAppointmentSuccess", appointment: { state: "BOOKED", heldUntil: null, reason: "Carta d'identità", code: expect.stringMatching(/^[A-Z2-9]{4}-[A-Z2-9]{4}$/) } });
    expect(await freeCounters(bruno, what, startsAt)).toBe(free - 1);

    expect(await cancel(ada, held["appointment"]!["id"])).toMatchObject({ __typename: "CancelAppointmentSuccess", appointment: { state: "CANCELLED" } });
    expect(await freeCounters(bruno, what, startsAt)).toBe(free);
    expect(await cancel(ada, held["appointment"]!["id"])).toMatchObject({ __typename: "WrongState", from: "CANCELLED", to: "CANCELLED", code: "WRONG_STATE" });
    expect(await book(ada, held["appointment"]!["id"])).toMatchObject({ __typename: "WrongState", from: "CANCELLED", to: "BOOKED" });
  });

  test("is taken once all counters are", async () => {
    const startsAt = nextTime();
    const free = await freeCounters(hub.visitor, what, startsAt);
    const holds = [];
    for (let number = 0; number <= free; number += 1) holds.push(await hold(number % 2 === 0 ? ada : bruno, what, startsAt));
    expect(holds.map(({ __typename }) => __typename)).toEqual([...Array<string>(free).fill("HoldSlotSuccess"), "SlotTaken"]);
    expect(holds.at(-1)).toMatchObject({ code: "SLOT_TAKEN", message: "L'orario scelto non è più libero: sceglierne un altro.", path: ["input", "startsAt"] });
    expect(await freeCounters(hub.visitor, what, startsAt)).toBe(0);
  });

  test.each([
    ["at which the office does not receive", "2026-12-25T03:00:00Z"], ["that is past", "2020-01-07T09:00:00Z"], ["beyond the horizon", "2031-01-07T09:00:00Z"],
  ])("%s cannot be held", async (_, startsAt) => {
    expect(await hold(ada, what, startsAt)).toMatchObject({ __typename: "InvalidInput", code: "INVALID_INPUT", path: ["input", "startsAt"] });
  });

  test("may be named in any zone", async () => {
    const startsAt = nextTime();
    const there = new Date(Date.parse(startsAt) + 5 * 3_600_000).toISOString().replace("Z", "+05:00");
    expect(await hold(ada, what, there)).toMatchObject({ __typename: "HoldSlotSuccess", appointment: { startsAt } });
  });
});

describe("a hold", () => {
  test("lapses after its minutes: the time is free again, and it cannot be booked any more", async () => {
    const startsAt = nextTime();
    const free = await freeCounters(hub.visitor, what, startsAt);
    const held = await hold(ada, what, startsAt);
    hub.clock.advance(minutes(10) + 1_000);
    expect(await freeCounters(hub.visitor, what, startsAt)).toBe(free);
    expect(await book(ada, held["appointment"]!["id"])).toMatchObject({ __typename: "HoldExpired", code: "HOLD_EXPIRED", message: "Il tempo per confermare è scaduto: scegliere di nuovo l'orario." });
    // Somebody else takes the same counter: the database knows that the old hold is over.
    const others = [];
    for (let number = 0; number < free; number += 1) others.push(await hold(bruno, what, startsAt));
    expect(others.every(({ __typename }) => __typename === "HoldSlotSuccess")).toBe(true);
    expect(await book(ada, held["appointment"]!["id"])).toMatchObject({ __typename: "HoldExpired" });
    expect(await book(bruno, others[0]!["appointment"]!["id"])).toMatchObject({ __typename: "BookAppointmentSuccess" });
  });

  test("of a guest that lapsed says the same to the guest", async () => {
    const startsAt = nextTime();
    const held = await hold(hub.visitor, what, startsAt);
    hub.clock.advance(minutes(11));
    const guest = { guestName: "Livia Primi", guestEmail: "livia@example.org" };
    expect(await book(hub.visitor, held["appointment"]!["id"], guest)).toMatchObject({ __typename: "HoldExpired" });
    await hold(bruno, what, startsAt);
    expect(await book(hub.visitor, held["appointment"]!["id"], guest)).toMatchObject({ __typename: "HoldExpired" });
  });
});

describe("a guest", () => {
  const guest = { guestName: " Livia Primi ", guestEmail: "livia@example.org" };

  test("books with a name and an address, and gives the time back with the code alone", async () => {
    const held = await hold(hub.visitor, what, nextTime());
    const id = held["appointment"]!["id"];
    const booked = await book(hub.visitor, id, guest);
    expect(booked).toMatchObject({ __typename: "BookAppointmentSuccess", appointment: { state: "BOOKED" } });
    const [row] = await hub.sql(`select "guest_name", "guest_email", "citizen_id" from "appointment" where "id" = $1`, [String(id).slice(4)]);
    expect(row).toEqual({ guest_name: "Livia Primi", guest_email: "livia@example.org", citizen_id: null });

    const code = String(booked["appointment"]!["code"]);
    for (const wrong of [undefined, "", "AAAA-AAAA", code.slice(0, 8)]) expect(await cancel(hub.visitor, id, { code: wrong })).toMatchObject({ __typename: "NotFound" });
    expect(await cancel(ada, id, { code })).toMatchObject({ __typename: "NotFound" });
    expect(await cancel(hub.visitor, id, { code: ` ${code.toLowerCase()} ` })).toMatchObject({ __typename: "CancelAppointmentSuccess" });
  });

  test.each([
    ["guestName", { guestName: "  ", guestEmail: "livia@example.org" }, "EMPTY"], ["guestEmail", { guestName: "Livia" }, "EMPTY"],
    ["guestName", { guestName: "x".repeat(141), guestEmail: "livia@example.org" }, "TOO_LONG"], ["reason", { ...guest, reason: "x".repeat(601) }, "TOO_LONG"],
  ])("is told that %s is at fault", async (field, input, reason) => {
    const held = await hold(hub.visitor, what, nextTime());
    const query = `mutation ($input: BookAppointmentInput!) { bookAppointment(input: $input) { ... on InvalidInput { path reason } } }`;
    const data = await hub.visitor.data(query, { input: { appointment: held["appointment"]!["id"], idempotencyKey: crypto.randomUUID(), ...input } });
    expect(data["bookAppointment"]).toEqual({ path: ["input", field], reason });
  });

  test("sees no appointment by its id, not even the own one: the code is shown once", async () => {
    const held = await hold(hub.visitor, what, nextTime());
    expect(await hub.visitor.data("query ($id: ID!) { node(id: $id) { __typename id } }", { id: held["appointment"]!["id"] })).toEqual({ node: null });
  });
});

describe("somebody else's appointment", () => {
  test("is answered as one that does not exist, word for word", async () => {
    const held = await hold(ada, what, nextTime());
    const absent = "apt_0192aaaa-0000-7000-8000-000000000000";
    for (const [client, id] of [[bruno, held["appointment"]!["id"]], [hub.visitor, held["appointment"]!["id"]]] as const) {
      for (const act of [book, cancel]) {
        const guest = { guestName: "Livia", guestEmail: "livia@example.org" };
        const more = act === book ? guest : {};
        expect(await act(client, id, more)).toEqual(await act(client, absent, more));
        expect(await act(client, id, more)).toMatchObject({ __typename: "NotFound", message: "L'elemento richiesto non esiste." });
      }
      expect(await client.data("query ($id: ID!) { node(id: $id) { id } }", { id })).toEqual({ node: null });
    }
    expect((await book(ada, held["appointment"]!["id"]))["__typename"]).toBe("BookAppointmentSuccess");
  });

  test("is seen by the staff of its office alone", async () => {
    const held = await hold(ada, what, nextTime());
    const [row] = await hub.sql(`select o."slug" from "office" o join "appointment" a on a."office_id" = o."id" where a."id" = $1`, [String(held["appointment"]!["id"]).slice(4)]);
    const here = await hub.staff({ [row!["slug"]!]: ["FRONT_OFFICE"] });
    const elsewhere = await hub.staff({ [row!["slug"] === "tributi" ? "polizia-locale" : "tributi"]: ["FRONT_OFFICE"] });
    const query = "query ($id: ID!) { node(id: $id) { id } desk { appointments(first: 100) { nodes { id } } } }";
    const seen = await here.data(query, { id: held["appointment"]!["id"] });
    expect(seen["node"]).toEqual({ id: held["appointment"]!["id"] });
    const unseen = await elsewhere.data(query, { id: held["appointment"]!["id"] });
    expect(unseen["node"]).toBeNull();
    expect(JSON.stringify(unseen)).not.toContain(held["appointment"]!["id"]);
  });
});

describe("holding", () => {
  test("many times at once is refused to one person and to one address, however fast they ask, until the times lapse or are given back", async () => {
    const most = 3;
    await hub.sql(`update "administration" set "settings" = jsonb_set("settings", '{booking,heldAtOnce}', '${most}')`);
    const beside = await startHub({ beside: hub });
    try {
      const elena = await beside.citizen("elena.giordano");
      for (const client of [elena, beside.visitor]) {
        hub.clock.advance(minutes(11));
        const answers = await Promise.all(Array.from({ length: 8 }, () => hold(client, what, nextTime())));
        const held = answers.filter(({ __typename: type }) => type === "HoldSlotSuccess");
        expect(answers.map(({ __typename: type }) => type).sort()).toEqual([...Array<string>(most).fill("HoldSlotSuccess"), ...Array<string>(8 - most).fill("TooManyHeld")]);
        expect(answers.find(({ code }) => code === "TOO_MANY_HELD")).toMatchObject({ message: expect.stringContaining("troppi orari") });
        expect((await cancel(client, held[0]!["appointment"]!["id"], client === elena ? {} : { code: held[0]!["appointment"]!["code"] }))["__typename"]).toBe("CancelAppointmentSuccess");
        expect((await hold(client, what, nextTime()))["__typename"]).toBe("HoldSlotSuccess");
        expect((await hold(client, what, nextTime()))["__typename"]).toBe("TooManyHeld");
        hub.clock.advance(minutes(11));
        expect((await hold(client, what, nextTime()))["__typename"]).toBe("HoldSlotSuccess");
      }
    } finally {
      await beside.close();
    }
  });
});
