import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as after } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import pg from "pg";
import { until } from "../../helpers/until.ts";
import { makePosition, openStation, type Instance } from "../payment/station-world.ts";

let station: Instance;
let pool: pg.Pool;
beforeAll(async () => {
  station = await openStation();
  pool = new pg.Pool({ connectionString: station.url, max: 2 });
  // The queue to which the jobs go, as the server would have made it.
  await pool.query(`select job.create_queue('send-message', '{"policy":"singleton","retryLimit":2}'::jsonb)`);
}, 60_000);
afterAll(async () => {
  await pool.end();
  await station.close();
});

/** A process that makes messages. */
async function maker(): Promise<ChildProcess> {
  const child = spawn(process.execPath, ["--experimental-transform-types", "--no-warnings", join(import.meta.dirname, "queueing-process.ts"), station.url], { stdio: ["ignore", "pipe", "inherit"] });
  await once(child.stdout, "data");
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  const over = once(child, "exit");
  child.kill("SIGKILL");
  await over;
}

const number = async (sql: string): Promise<number> => Number((await pool.query<{ n: string }>(`select (${sql})::text as n`)).rows[0]!.n);

test("whoever makes messages may be killed at any moment, and two may do it at once: each event is told of once, with one job", async () => {
  const { id: payment } = await makePosition(station, { state: "PAID" });
  // From when somebody looks for the first time, everything is told of.
  const first = await maker();
  await until("a cursor", () => number("select count(*) from event_cursor"), cursors => cursors === 1);
  await kill(first);
  const events = 240;
  const all = `select count(*) from message where kind = 'RECEIPT'`;
  for (let round = 0; round < 4; round += 1) {
    const makers = [await maker(), await maker()];
    await pool.query(`
      insert into event (id, administration_id, position, kind, subject_id, citizen_id, occurred_at)
      select gen_random_uuid(), p.administration_id, nextval('event_position'), 'PAYMENT_PAID', p.id, p.citizen_id, now() from payment p, generate_series(1, ${events / 4}) where p.id = $1`, [payment]);
    // Somewhere in the midst of it.
    await after(Math.random() * 60);
    await Promise.all(makers.map(kill));
  }
  const last = await maker();
  await until("all of them told of", () => number(all), made => made >= events);
  await kill(last);
  expect(await number(all)).toBe(events);
  expect(await number("select count(distinct event_id) from message")).toBe(events);
  expect(await number(`select count(distinct j.data->>'subjectId') from job.job j join message m on m.id::text = j.data->>'subjectId' where j.name = 'send-message'`)).toBe(events);
  expect(await number(`select count(*) from job.job where name = 'send-message'`)).toBe(events);
}, 120_000);
