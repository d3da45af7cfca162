import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as after } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import pg from "pg";
import { parseNoticeNumber } from "../../../rules/notice-number.ts";
import { startHub } from "../../helpers/hub.ts";
import { createDatabase, demonstrationTemplate, type TestDatabase } from "../../helpers/postgres.ts";
import { archived } from "./position.ts";
import { until } from "../../helpers/until.ts";

let database: TestDatabase;
const children: ChildProcess[] = [];
beforeAll(async () => {
  database = await createDatabase(await demonstrationTemplate());
  // The queues are made by the first hub that starts.
  await (await startHub({ databaseUrl: database.url })).close();
}, 60_000);
afterAll(async () => {
  for (const child of children) child.kill("SIGKILL");
  await database.drop();
});

interface Opener {
  readonly process: ChildProcess;
  readonly said: string[];
}

/** A process that opens positions once it is told to. */
async function opener(together: number): Promise<Opener> {
  const child = spawn(process.execPath, ["--experimental-transform-types", "--no-warnings", join(import.meta.dirname, "position-process.ts"), database.url, String(together)], { stdio: ["pipe", "pipe", "inherit"] });
  children.push(child);
  const said: string[] = [];
  child.stdout.on("data", (data: Buffer) => said.push(...data.toString().split("\n").filter(line => /^\d{18}$/.test(line))));
  await once(child.stdout, "data");
  return { process: child, said };
}

test("positions opened by two processes that are killed have numbers without gaps, and are handed over by whoever comes after", async () => {
  const openers = await Promise.all([opener(2), opener(2)]);
  for (const { process: child } of openers) child.stdin!.write("go\n");
  await until("both at it", () => Promise.resolve(openers.every(({ said }) => said.length >= 5)));
  for (const { process: child } of openers) child.kill("SIGKILL");
  await Promise.all(openers.map(({ process: child }) => once(child, "exit")));
  await after(200);

  const client = new pg.Client(database.url);
  await client.connect();
  const { rows } = await client.query<{ number: string; state: string }>(`select "notice_number" as "number", "hand_over" as "state" from "payment" order by "notice_number"`);
  await client.end();
  // What was said to be open is there; and the numbers are one series, each used once.
  const numbers = rows.map(({ number }) => number);
  for (const { said } of openers) expect(numbers).toEqual(expect.arrayContaining(said));
  expect(new Set(rows.map(({ state }) => state))).toEqual(new Set(["WAITING"]));
  expect(numbers.map(number => Number(parseNoticeNumber(number)!.parts.base))).toEqual(numbers.map((_, index) => index + 1));

  const hub = await startHub({ sandbox: true, databaseUrl: database.url });
  try {
    await until("all handed over", async () => (await hub.sql(`select 1 from "payment" where "hand_over" <> 'KEPT'`)).length === 0);
    for (const number of numbers.slice(0, 3)) expect(await archived(hub, number)).toMatchObject({ status: "VALID", amount: 1_234, nav: number });
  } finally {
    await hub.close();
  }
}, 60_000);
