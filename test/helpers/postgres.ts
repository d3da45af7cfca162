import { randomBytes } from "node:crypto";
import pg from "pg";
import { seedDemonstration } from "../../entities/seeds/demonstration.ts";
import { migrate } from "../../server/database/migrate.ts";

export interface TestDatabase {
  /** The address of a database of one's own. */
  readonly url: string;
  /** Ends every session on it and removes it. */
  drop(): Promise<void>;
}

function given(name: "TEST_DATABASE_URL" | "TEST_RUN"): string {
  const value = process.env[name];
  if (!value) throw new Error("no PostgreSQL for the tests: jest's global set-up has not run");
  return value;
}

const server = (): string => given("TEST_DATABASE_URL");
const prefix = (): string => `hub_test_${given("TEST_RUN")}_`;

const urlOf = (name: string): string => Object.assign(new URL(server()), { pathname: `/${name}` }).href;

async function onServer<Result>(work: (client: pg.Client) => Promise<Result>): Promise<Result> {
  const client = new pg.Client(server());
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

const quoted = (name: string): string => pg.escapeIdentifier(name);

/** An empty database, or a copy of a template made with `templateDatabase`. */
export async function createDatabase(template = "template1"): Promise<TestDatabase> {
  const name = `${prefix()}${randomBytes(8).toString("hex")}`;
  await onServer(client => client.query(`create database ${quoted(name)} template ${quoted(template)}`));
  return {
    url: urlOf(name),
    drop: () => onServer(async client => void (await client.query(`drop database if exists ${quoted(name)} with (force)`))),
  };
}

/**
 * Makes a template once per run, whichever test file asks first, and answers its name for `createDatabase`.
 * `prepare` fills it (migrations, seeds) and closes its connections; the others wait for it meanwhile.
 */
export async function templateDatabase(name: string, prepare: (url: string) => Promise<void>): Promise<string> {
  const template = `${prefix()}template_${name}`;
  await onServer(async client => {
    await client.query("select pg_advisory_lock(hashtext($1))", [template]);
    const { rowCount } = await client.query("select from pg_database where datname = $1", [template]);
    if (rowCount) return;
    const unfinished = `${template}_unfinished`;
    await client.query(`drop database if exists ${quoted(unfinished)} with (force)`);
    await client.query(`create database ${quoted(unfinished)}`);
    await prepare(urlOf(unfinished));
    await client.query(`alter database ${quoted(unfinished)} rename to ${quoted(template)}`);
  });
  return template;
}

/** The name of a database with the demonstration in it, to be copied. */
export const demonstrationTemplate = (): Promise<string> => templateDatabase("demonstration", url => migrate(url, em => seedDemonstration(em, { partnerJwksUri: "http://localhost:1/partner/jwks.json" })));

/** Removes every database that this run has made: for a server that outlives it. */
export const dropDatabasesOfRun = (): Promise<void> =>
  onServer(async client => {
    const { rows } = await client.query<{ datname: string }>("select datname from pg_database where starts_with(datname, $1)", [prefix()]);
    for (const { datname } of rows) await client.query(`drop database ${quoted(datname)} with (force)`);
  });
