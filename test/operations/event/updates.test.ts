import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Client, Json, Listener } from "../../helpers/client.ts";
import { startHub, type TestHub } from "../../helpers/hub.ts";
import { decide, form, saveAnswers, start, submit, submitted } from "../application/application.ts";
import { book, bookable, cancel, hold, type Bookable } from "../appointment/appointment.ts";

let hub: TestHub;
let ada: Client;
let bruno: Client;
let what: Bookable;
let officer: Client;
let taken = 0;
const nextTime = (): string => what.times[(taken += 1)]!.startsAt;

beforeAll(async () => {
  hub = await startHub();
  [ada, bruno] = await Promise.all([hub.citizen("ada.rossi"), hub.citizen("bruno.ferrero")]);
  what = await bookable(hub.visitor, hub.clock.now());
  officer = await hub.staff({ edilizia: ["CASE_OFFICER"] });
});
afterAll(() => hub.close());

const event = `__typename ... on Event { cursor occurredAt }
  ... on AppointmentChanged { kind appointment { id state } } ... on ApplicationChanged { kind application { id state } } ... on PaymentChanged { kind payment { id state } }`;
const mine = `subscription ($after: Cursor) { myUpdates(after: $after) { ${event} } }`;
const desk = `subscription ($after: Cursor, $offices: [ID!]) { deskUpdates(after: $after, offices: $offices) { ${event} } }`;

/** Listens from the present position on, so that nothing can happen before it listens. */
const listen = async (client: Client, query: string, more: object = {}): Promise<Listener> => client.listen(query, { after: await hub.position(), ...more });
const kinds = (events: readonly Json[]): string[] => events.map(({ kind }) => kind!);
const appointmentOf = async (client: Client): Promise<string> => (await hold(client, what, nextTime()))["appointment"]!["id"]!;

describe("a citizen", () => {
  test("hears what happens to their own things, as they stand, and nothing of anybody else's", async () => {
    const [hers, his] = [await listen(ada, mine), await listen(bruno, mine)];
    const id = await appointmentOf(ada);
    await book(ada, id);
    await cancel(ada, id);
    const application = await submitted(ada);
    await decide(officer, application, "ACCEPTED");
    const other = await appointmentOf(bruno);
    await book(bruno, other);

    const heard = await hers.count(5);
    expect(kinds(heard)).toEqual(["APPOINTMENT_BOOKED", "APPOINTMENT_CANCELLED", "APPLICATION_SUBMITTED", "APPLICATION_STARTED", "APPLICATION_DECIDED"]);
    expect(heard[0]).toMatchObject({ __typename: "AppointmentChanged", appointment: { id } });
    expect(heard[4]).toMatchObject({ __typename: "ApplicationChanged", application: { id: application, state: "ACCEPTED" } });
    expect((await his.count(1)).map(({ kind, appointment }) => [kind, appointment])).toEqual([["APPOINTMENT_BOOKED", { id: other, state: "BOOKED" }]]);
    const cursors = heard.map(({ cursor }) => BigInt(cursor!));
    expect([...cursors].sort((a, b) => (a < b ? -1 : 1))).toEqual(cursors);
    await Promise.all([hers.stop(), his.stop()]);
  });

  test("goes on after a lost connection where they left off: all of it, in order, once", async () => {
    const first = await listen(ada, mine);
    const ids = [await appointmentOf(ada), await appointmentOf(ada), await appointmentOf(ada)];
    await book(ada, ids[0]!);
    const { cursor } = (await first.count(1))[0]!;
    first.cut();
    await book(ada, ids[1]!);
    await cancel(ada, ids[1]!);
    await book(ada, ids[2]!);
    const second = ada.listen(mine, { after: cursor });
    const heard = await second.count(3);
    expect(heard.map(({ kind, appointment }) => [kind, appointment!["id"]])).toEqual([["APPOINTMENT_BOOKED", ids[1]], ["APPOINTMENT_CANCELLED", ids[1]], ["APPOINTMENT_BOOKED", ids[2]]]);
    await cancel(ada, ids[2]!);
    expect(kinds(await second.count(4)).at(-1)).toBe("APPOINTMENT_CANCELLED");
    expect(new Set(second.events.map(each => each["cursor"])).size).toBe(4);
    await second.stop();
  });

  test("goes on at another instance with the cursor of the first", async () => {
    const beside = await startHub({ beside: hub });
    const first = await listen(ada, mine);
    const id = await appointmentOf(ada);
    await book(ada, id);
    const { cursor } = (await first.count(1))[0]!;
    await first.stop();
    const there = (await beside.citizen("ada.rossi")).listen(mine, { after: cursor });
    await cancel(ada, id);
    expect(await there.count(1)).toMatchObject([{ kind: "APPOINTMENT_CANCELLED", appointment: { id } }]);
    await there.stop();
    await beside.close();
  });
});

describe("a member of staff", () => {
  test("hears their offices, or some of them, and no other", async () => {
    const both = await hub.staff({ edilizia: ["FRONT_OFFICE"], tributi: ["FRONT_OFFICE"] });
    const elsewhere = await hub.staff({ "polizia-locale": ["FRONT_OFFICE"] });
    const offices = (await both.data("{ desk { offices { id slug } } }"))["desk"]!["offices"]!;
    const idOf = (slug: string): string => offices.find(office => office["slug"]! === slug)!["id"]!;
    const listeners = [await listen(both, desk), await listen(both, desk, { offices: [idOf("edilizia")] }), await listen(both, desk, { offices: [idOf("tributi")] }), await listen(elsewhere, desk)];
    const id = await submitted(ada);
    for (const listener of listeners.slice(0, 2)) {
      expect((await listener.count(2)).map(each => [each["kind"], each["application"]!["id"]])).toEqual([["APPLICATION_SUBMITTED", id], ["APPLICATION_STARTED", id]]);
    }
    await new Promise(resolve => setTimeout(resolve, 300));
    expect(listeners.slice(2).flatMap(({ events }) => events)).toEqual([]);
    await Promise.all(listeners.map(listener => listener.stop()));
  });

  test("is refused an office where they do not work, as one that does not exist", async () => {
    const { offices } = await hub.visitor.data("{ offices { id slug } }");
    const other = offices!.find(office => office["slug"]! === "tributi")!["id"]!;
    const refusals = [];
    for (const id of [other, "off_0192aaaa-0000-7000-8000-000000000000", "nonsense"]) {
      const listener = officer.listen(desk, { offices: [id] });
      await listener.over();
      refusals.push(listener.errors);
      await listener.stop();
    }
    expect(refusals[0]).toMatchObject([{ extensions: { code: "NOT_FOUND" }, message: "L'elemento richiesto non esiste." }]);
    expect(refusals[1]).toEqual(refusals[0]);
    expect(refusals[2]).toEqual(refusals[0]);
  });

  test("hears nothing of drafts, and the draft's author hears nothing of saving it", async () => {
    const [at, hers] = [await listen(officer, desk), await listen(ada, mine)];
    const id = (await start(ada, form.slug))["application"]!["id"]!;
    await saveAnswers(ada, id, form.answers);
    await submit(ada, id);
    expect(kinds(await at.count(2))).toEqual(["APPLICATION_SUBMITTED", "APPLICATION_STARTED"]);
    expect(kinds(await hers.count(2))).toEqual(["APPLICATION_SUBMITTED", "APPLICATION_STARTED"]);
    await Promise.all([at.stop(), hers.stop()]);
  });

  test("hears no more from the moment they do not work there any more: 4403", async () => {
    const leaver = await hub.staff({ edilizia: ["CASE_OFFICER"] });
    const listener = await listen(leaver, desk);
    await submitted(ada);
    await listener.count(2);
    await hub.sql(`delete from "staff_assignment" where "member_id" = $1`, [leaver.memberId]);
    await submitted(ada);
    expect((await listener.end()).code).toBe(4403);
    expect(listener.events).toHaveLength(2);
    expect((await leaver.ask("{ desk { member } }")).status).toBe(401);
  });

  test("who loses one role of two is let in again with what is left", async () => {
    const member = await hub.staff({ edilizia: ["CASE_OFFICER", "FRONT_OFFICE"] });
    const listener = await listen(member, desk);
    await submitted(ada);
    await listener.count(2);
    await hub.sql(`delete from "staff_assignment" where "member_id" = $1 and "role" = 'CASE_OFFICER'`, [member.memberId]);
    expect((await listener.end()).code).toBe(4403);
    const again = await listen(member, desk);
    const id = await submitted(ada);
    expect((await again.count(2))[0]!["application"]).toMatchObject({ id });
    expect((await member.ask(`mutation { decideApplication(input: { application: "${id}", decision: ACCEPTED, idempotencyKey: "12345678" }) { __typename } }`)).errors[0]!.extensions.code).toBe("GRAPHQL_VALIDATION_FAILED");
    await again.stop();
  });
});

describe("a session", () => {
  test("that ends closes its sockets with 4403 within the second, whatever runs on them", async () => {
    const soon = await hub.citizen("elena.giordano", { endsAt: new Date(Date.now() + 1_500) });
    const listener = soon.listen(mine, { after: await hub.position() });
    const { code } = await listener.end();
    expect(code).toBe(4403);
    expect((await soon.ask("{ me { id } }")).errors[0]!.extensions.code).toBe("SESSION_EXPIRED");
  });
});

describe("a cursor", () => {
  test.each([["of the future", "999999999"], ["before what is kept", "0"]])("%s is answered with RESYNC_REQUIRED, and the stream goes on from there", async (_, after) => {
    // Only what was before the first event that is kept is lost.
    await hub.sql(`delete from "event" where "position" = (select min("position") from "event")`);
    const listener = ada.listen(mine, { after });
    const [resync] = await listener.count(1);
    expect(resync).toEqual({ __typename: "ResyncRequired", cursor: await hub.position(), occurredAt: expect.any(String) });
    const id = await appointmentOf(ada);
    await book(ada, id);
    expect(kinds(await listener.count(2)).at(-1)).toBe("APPOINTMENT_BOOKED");
    await listener.stop();
    const again = ada.listen(mine, { after: resync!["cursor"] });
    expect(await again.count(1)).toMatchObject([{ kind: "APPOINTMENT_BOOKED", appointment: { id } }]);
    await again.stop();
  });

  test.each(["abc", "-1", "1e3", "", "12345678901234567890", "' or 1=1"])("%j is none", async after => {
    const listener = ada.listen(mine, { after });
    await listener.over();
    expect(listener.errors).toMatchObject([{ extensions: { code: "BAD_USER_INPUT" } }]);
    expect(JSON.stringify(listener.errors)).toContain("Il cursore non è valido");
    await listener.stop();
  });

  test("is asked over a socket alone: over HTTP a subscription is refused", async () => {
    const { status, errors } = await ada.ask(`subscription { myUpdates { __typename } }`);
    expect(status).toBe(400);
    expect(errors).toMatchObject([{ extensions: { code: "SUBSCRIPTION_OVER_HTTP" }, message: "Le sottoscrizioni si aprono via WebSocket (graphql-transport-ws)." }]);
  });
});
