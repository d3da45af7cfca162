import pg from "pg";
import { hashOfSecret } from "../../operations/session/secret.ts";
import type { Server } from "../database.ts";
import { bookings, startParticipant } from "../field.ts";
import type { Field } from "../parts.ts";
import { cpuOf, cpuOfFamily, memoryOf, start, type Running } from "../processes.ts";
import { askOnce, type Runner } from "../rounds.ts";
import type { Heard, Order } from "./listeners.ts";

/** How events reach everybody who listens to one process. */
export interface UpdateResults {
  readonly subscribers: number;
  /** Members of staff who listen, each over as many sockets. */
  readonly people: number;
  readonly events: number;
  /** Milliseconds from an event to the last of its listeners, and to the one in the middle: the slowest event, and the one in the middle. */
  readonly last: { readonly slowest: number; readonly middle: number };
  readonly middle: number;
  /** Processor time of a delivery in milliseconds: the hub's, and the database's for it. */
  readonly cpu: number;
  readonly databaseCpu: number;
  /** What a subscriber takes of the process's memory in KiB, with its socket open and its subscription standing: what is in use, and what the process held after the events. */
  readonly kibibytes: number;
  readonly held: number;
}

const subscribers = 5_000;
const people = 100;
const eventsPerRun = 20;

/** What every listener asks for: what happened, and the thing as it stands now. */
const query = `subscription Desk { deskUpdates { ... on Event { cursor occurredAt } ... on AppointmentChanged { kind appointment { id code state } } } }`;

const secretOf = (number: number): string => `bench-desk-${number}`;

/** Signs in members of staff of the office whose appointments are booked. */
async function signInStaff(server: Server, applications: number): Promise<string[]> {
  const client = new pg.Client({ connectionString: await server.database(applications) });
  await client.connect();
  const secrets = Array.from({ length: people }, (_, number) => secretOf(number));
  try {
    await client.query(`with m as (
        insert into "staff_member" ("id", "administration_id", "fiscal_code", "name", "active") select bench_id(21, n), a."id", 'BNCSTAFF' || n, 'Persona ' || n, true from generate_series(1, $1::int) n, "administration" a returning *),
      s as (
        insert into "staff_assignment" ("id", "administration_id", "member_id", "office_id", "role") select gen_random_uuid(), m."administration_id", m."id", (select office_id from bench_booking where place = 0), 'CASE_OFFICER' from m)
      insert into "session" ("id", "secret_hash", "administration_id", "citizen_id", "staff_member_id", "assurance", "given_name", "family_name", "created_at", "seen_at", "ends_at", "scheme", "provider", "name_id", "name_qualifier")
      select gen_random_uuid(), h.hash, m."administration_id", (select "citizen_id" from "session" limit 1), m."id", 'L2', 'Persona', 'Sintetica', now(), now(), now() + interval '8 hours', 'spid', 'https://idp.bench.example', 'bench', 'https://idp.bench.example'
      from unnest($2::text[]) with ordinality h(hash, n) join m on m."id" = bench_id(21, h.n)`, [people, secrets.map(hashOfSecret)]);
  } finally {
    await client.end();
  }
  return secrets;
}

/** What is in use in the hub's process, in KiB, once it has collected its garbage. */
async function live({ process: { child } }: Runner): Promise<number> {
  const told = new Promise<{ live: number }>(resolve => child.once("message", message => resolve(message as { live: number })));
  child.send({});
  return (await told).live;
}

/** Has the process of the listeners do something. */
const order = <Answer>(listeners: Running, what: Order): Promise<Answer> => new Promise((resolve, reject) => {
  listeners.child.once("message", (message: Answer | { error: string }) => ((message as { error?: string }).error === undefined ? resolve(message as Answer) : reject(new Error((message as { error: string }).error))));
  listeners.child.send(what);
});

/** Changes appointments one after the other, one change a second: each is an event for everybody. */
async function change(server: Server, hub: Runner, batch: number, events: number): Promise<void> {
  const steps = (await bookings(server, hub, batch, Math.ceil(events / 2))).flat().slice(0, events);
  for (const step of steps) {
    const pause = new Promise(resolve => setTimeout(resolve, 1_000));
    const answer = await askOnce(step, hub.port);
    if (answer.includes('"errors"')) throw new Error(`the change was not made: ${answer.slice(0, 300)}`);
    await pause;
  }
}

/** Opens 5,000 subscriptions on one hub, and measures what it takes until an event has reached all of them. */
export async function measureUpdates({ server, say }: Field, applications: number): Promise<UpdateResults> {
  const sessions = await signInStaff(server, applications);
  const hub = await startParticipant(server, "hub", applications);
  const listeners = await start("dist/bench/updates/listeners.js", {});
  try {
    await order(listeners, { listen: { port: hub.port, sessions, sockets: people, query } });
    await change(server, hub, 9_001, 2);
    await order<Heard>(listeners, { heard: { events: 2 } });
    const empty = [await live(hub), await memoryOf(hub.process.pid)] as const;
    await order(listeners, { listen: { port: hub.port, sessions, sockets: subscribers - people, query } });
    const before = await Promise.all([cpuOf(hub.process.pid), cpuOfFamily(server.pid)]);
    await change(server, hub, 9_002, eventsPerRun);
    const { deliveries, middle, last } = await order<Heard>(listeners, { heard: { events: eventsPerRun } });
    const after = await Promise.all([cpuOf(hub.process.pid), cpuOfFamily(server.pid)]);
    const held = (await memoryOf(hub.process.pid)) - empty[1];
    const used = (await live(hub)) - empty[0];
    const inOrder = (values: readonly number[]): number[] => [...values].sort((one, other) => one - other);
    const found = {
      subscribers, people, events: eventsPerRun, last: { slowest: Math.max(...last), middle: inOrder(last)[last.length >> 1]! }, middle: inOrder(middle)[middle.length >> 1]!,
      cpu: (after[0] - before[0]) / deliveries, databaseCpu: (after[1] - before[1]) / deliveries, kibibytes: used / (subscribers - people), held: (held * 1_024) / (subscribers - people),
    };
    say(`  ${subscribers} subscribers: last after ${found.last.middle.toFixed(0)} ms, at worst ${found.last.slowest.toFixed(0)} ms; ${found.cpu.toFixed(3)} + ${found.databaseCpu.toFixed(3)} ms a delivery; ${found.kibibytes.toFixed(1)} KiB each, ${found.held.toFixed(0)} KiB held`);
    return found;
  } finally {
    await Promise.all([hub.process.stop(), listeners.stop()]);
  }
}
