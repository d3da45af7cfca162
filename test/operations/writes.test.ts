import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import type { EntityManager, MikroORM } from "@mikro-orm/postgresql";
import { Administration } from "../../entities/administration.ts";
import { Appointment } from "../../entities/appointment.ts";
import { Event } from "../../entities/event.ts";
import { Office } from "../../entities/office.ts";
import { Service } from "../../entities/service.ts";
import { newId } from "../../kernel/ids.ts";
import { recordEvent } from "../../operations/event/record.ts";
import { takeOne } from "../../operations/lock.ts";
import { collectWrites } from "../../operations/writes.ts";
import { openOrm } from "../../server/database/orm.ts";
import { createDatabase, demonstrationTemplate, type TestDatabase } from "../helpers/postgres.ts";

let database: TestDatabase;
let orm: MikroORM;
let administration: Administration;
let id: string;
let number = 0;
const now = new Date("2030-01-07T09:00:00.123Z");

beforeAll(async () => {
  database = await createDatabase(await demonstrationTemplate());
  orm = await openOrm({ url: database.url, poolSize: 2, statementTimeoutMs: 60_000 });
});
afterAll(async () => {
  await orm.close(true);
  await database.drop();
});
beforeEach(async () => {
  const em = orm.em.fork();
  administration = await em.findOneOrFail(Administration, { ipaCode: "c_d205" });
  const [office, service] = [await em.findOneOrFail(Office, { slug: { $ne: "" } }), await em.findOneOrFail(Service, { slug: { $ne: "" } })];
  id = newId();
  em.create(Appointment, { id, administration, office, service, startsAt: now, endsAt: new Date(now.getTime() + 1), counter: (number += 1), state: "HELD", code: `CODE-${number}`, heldUntil: now, createdAt: now });
  await em.flush();
});

const found = (): Promise<Appointment> => orm.em.fork().findOneOrFail(Appointment, id);
const change = (work: (em: EntityManager, appointment: Appointment) => Promise<void> | void): Promise<void> =>
  orm.em.fork().transactional(async em => {
    const writes = collectWrites(em);
    await work(em, (await takeOne(em, Appointment, { id, citizen: null }))!);
    await writes.writeAndCommit();
  });
const tell = (em: EntityManager, kind: "APPOINTMENT_BOOKED" | "APPOINTMENT_CANCELLED"): void =>
  recordEvent({ administration, clock: { now: () => now } }, em, { kind, subjectId: id });

test("a row that was taken has the values and the verbs of its entity", async () => {
  const known = await found();
  await change((_, appointment) => {
    const { state, startsAt, endsAt, counter, heldUntil, citizen, version, code } = appointment;
    expect({ state, startsAt, endsAt, counter, heldUntil, citizen, version, code }).toEqual({ state: "HELD", startsAt: now, endsAt: new Date(now.getTime() + 1), counter: number, heldUntil: now, citizen: null, version: 1, code: `CODE-${number}` });
    expect(appointment.office.id).toBe(known.office.id);
    expect(() => appointment.assertCan("SERVED")).toThrow(expect.objectContaining({ code: "WRONG_STATE" }));
  });
  // Nothing was changed, and nothing is written.
  expect((await found()).version).toBe(1);
});

test("what its verbs changed is written with what happened, the version with it", async () => {
  await change((em, appointment) => {
    appointment.book({ reason: "it's ? \"so\"", guestName: "Nome" });
    tell(em, "APPOINTMENT_BOOKED");
    tell(em, "APPOINTMENT_CANCELLED");
  });
  expect(await found()).toMatchObject({ state: "BOOKED", heldUntil: null, reason: "it's ? \"so\"", guestName: "Nome", guestEmail: null, version: 2, startsAt: now });
  const events = await orm.em.fork().find(Event, { subjectId: id }, { orderBy: { id: "asc" } });
  expect(events.map(({ kind, occurredAt, citizenId }) => ({ kind, occurredAt, citizenId }))).toEqual([{ kind: "APPOINTMENT_BOOKED", occurredAt: now, citizenId: null }, { kind: "APPOINTMENT_CANCELLED", occurredAt: now, citizenId: null }]);
});

test("a row that is not what it was any more is not written, nor anything with it", async () => {
  await expect(change(async (em, appointment) => {
    appointment.cancel();
    tell(em, "APPOINTMENT_CANCELLED");
    await em.execute(`update "appointment" set "version" = 7 where "id" = ?`, [id]);
  })).rejects.toMatchObject({ code: "CHANGED_MEANWHILE" });
  expect(await found()).toMatchObject({ state: "HELD", version: 1 });
  expect(await orm.em.fork().count(Event, { subjectId: id })).toBe(0);
});

test("nobody takes a row where nothing would be written of it", async () => {
  await expect(orm.em.fork().transactional(em => takeOne(em, Appointment, { id }))).rejects.toThrow("in the transaction of a mutation");
});
