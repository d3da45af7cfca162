import { readFile } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";
import { startSandbox } from "../sandbox/server.ts";
import { assertSame } from "./check.ts";
import type { Server } from "./database.ts";
import { participants } from "./participants.ts";
import { start } from "./processes.ts";
import { askOnce, type Runner } from "./rounds.ts";
import { citizenSecret, seedHeld, signedIn, staffSecret } from "./seed.ts";
import type { Operation, Step, Subject } from "./works.ts";

/** Connections that each participant may open to PostgreSQL. */
export const poolSize = 10;

let lastPort = 27_100;

/** Keys and metadata that the hub reads when it starts: the sandbox makes them, and is not needed afterwards. */
export async function prepareKeys(folder: string): Promise<void> {
  const sandbox = await startSandbox({ port: 0, hubUrl: "http://127.0.0.1:9", dataDir: join(folder, "sandbox") });
  await sandbox.close();
}

/** Starts a participant on the database of a size. */
export async function startParticipant(server: Server, name: string, applications: number): Promise<Runner> {
  const participant = participants.find(each => each.name === name)!;
  const url = await server.database(applications);
  if (name === "postgraphile") await onDatabase(url, async client => {
    const { rowCount } = await client.query("select from pg_namespace where nspname = 'bench_mutations'");
    if (rowCount === 0) await client.query(await readFile("bench/peers/postgraphile.sql", "utf8"));
  });
  const port = (lastPort += 1);
  const process = await start(participant.program, {
    PORT: String(port), DATABASE_URL: url, POOL: String(poolSize),
    HUB_ENV: "sandbox", HOST: "127.0.0.1", DATABASE_POOL: String(poolSize), DATA_DIR: server.folder, SANDBOX_DATA: join(server.folder, "sandbox"), LOG_LEVEL: "error",
    // Counted as always, and never used up.
    BUDGET_VISITOR: "1000000000", BUDGET_CITIZEN: "1000000000", BUDGET_STAFF: "1000000000",
    // All who listen come from this machine.
    SOCKETS_PER_ADDRESS: "100000", SUBSCRIPTIONS_PER_CALLER: "100000",
  });
  return { participant, applications, process, port };
}

async function onDatabase<Result>(url: string, work: (client: pg.Client) => Promise<Result>): Promise<Result> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** A row of the officer's queue: how far it is from the beginning, and what tells its place. */
interface Place {
  readonly offset: number;
  readonly values: readonly [createdAt: string, id: string];
}

/** Rows spread over the middle of the officer's queue. */
async function middles(url: string): Promise<Place[]> {
  return onDatabase(url, async client => {
    const queue = `from "application" where "state" <> 'DRAFT' and "office_id" = (select a."office_id" from "staff_assignment" a join "staff_member" m on m."id" = a."member_id" where m."name" = 'Guido Garelli' limit 1)`;
    const { rows: [all] } = await client.query<{ count: number }>(`select count(*)::int as count ${queue}`);
    const places: Place[] = [];
    for (let place = 0; place < 8; place += 1) {
      const offset = Math.floor(all!.count * (0.4 + place * 0.025));
      const { rows: [row] } = await client.query<{ at: Date; id: string }>(`select "created_at" as at, "id" ${queue} order by "created_at" desc, "id" desc offset $1 limit 1`, [offset]);
      places.push({ offset, values: [row!.at.toISOString(), row!.id] });
    }
    return places;
  });
}

const base64url = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");

/** The cursor of a row as a participant writes it: the hub's names its list, PostGraphile's is its own affair. */
async function cursorOf({ participant, port }: Runner, { offset, values }: Place): Promise<string> {
  if (participant.name === "postgraphile") return postgraphileCursor(port, offset);
  return base64url(participant.name === "hub" ? ["Application", ...values] : values);
}

/** PostGraphile's own cursor of a row of the queue. */
async function postgraphileCursor(port: number, offset: number): Promise<string> {
  const query = `{ applications(first: 1, offset: ${offset}, orderBy: [CREATED_AT_DESC, ROW_ID_DESC]) { edges { cursor } } }`;
  const answer = JSON.parse(await askOnce({ path: "/graphql", session: staffSecret, body: { query } }, port)) as { data: { applications: { edges: { cursor: string }[] } } };
  return answer.data.applications.edges[0]!.cursor;
}

/** The subjects of the works that only read: for each participant the same, in the same order. */
async function subjectsOf(server: Server, runner: Runner, operation: Operation): Promise<Subject[]> {
  if (operation === "catalogue") return [{}];
  if (operation === "home") return Array.from({ length: signedIn }, (_, number) => ({ session: citizenSecret(number) }));
  const places = await middles(await server.database(runner.applications));
  return Promise.all(places.map(async place => ({ session: staffSecret, after: await cursorOf(runner, place) })));
}

/** What a participant is asked for each subject. */
export const stepsOf = async (server: Server, runner: Runner, operation: Operation): Promise<Step[]> =>
  (await subjectsOf(server, runner, operation)).map(subject => runner.participant.ask(operation, subject));

/** Held appointments, each to be booked and cancelled once by who holds it. */
export async function bookings(server: Server, { participant, applications }: Runner, batch: number, count: number): Promise<Step[][]> {
  const held = await seedHeld(await server.database(applications), { batch, count, applications });
  return held.map(({ id, citizen }) => {
    const subject = { session: citizenSecret(citizen), appointment: id };
    return [participant.ask("book", { ...subject, key: `book-${id}` }), participant.ask("cancel", { ...subject, key: `cancel-${id}` })];
  });
}

/** Throws when somebody else than the hub answers otherwise, for any of the first subjects of a work. */
export async function assertEqual(server: Server, runners: readonly Runner[], operation: Operation): Promise<void> {
  const hub = runners.find(({ participant }) => participant.name === "hub");
  const others = runners.filter(runner => runner !== hub && runner.applications === hub?.applications);
  if (!hub) return;
  const expected = (await stepsOf(server, hub, operation)).slice(0, 8);
  const answers = await Promise.all(expected.map(step => askOnce(step, hub.port)));
  for (const other of others) {
    const steps = (await stepsOf(server, other, operation)).slice(0, 8);
    for (const [index, step] of steps.entries()) assertSame(other.participant.name, await askOnce(step, other.port), answers[index]!);
  }
}
