import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import pg from "pg";
import { Citizen } from "../../../entities/citizen.ts";
import { Message } from "../../../entities/message.ts";
import { newId } from "../../../kernel/ids.ts";
import { silentLog } from "../../../kernel/log.ts";
import type { JobHub } from "../../../operations/job.ts";
import { sendMessage } from "../../../operations/message/send-message.ts";
import { io } from "../../../sandbox/io/index.ts";
import { mail } from "../../../sandbox/mail/index.ts";
import { type Sandbox, startSandbox } from "../../../sandbox/server.ts";
import { openJobs, type JobQueues } from "../../../server/jobs.ts";
import { freePort } from "../../helpers/hub.ts";
import type { InMail, OnPhone } from "../../helpers/messages.ts";
import { until } from "../../helpers/until.ts";
import { person } from "../../helpers/sandbox.ts";
import { makePositions, openStation, type Instance, type Position } from "../payment/station-world.ts";

const address = "persona@posta.example";
let instance: Instance;
let queues: JobQueues;
let pool: pg.Pool;
let folder: string;
let smtpPort: number;
let sandbox: Sandbox;
const children: ChildProcess[] = [];
beforeAll(async () => {
  instance = await openStation();
  pool = new pg.Pool({ connectionString: instance.url, max: 2 });
  queues = openJobs({ url: instance.url, paceSeconds: 600, log: silentLog });
  await queues.start([], signal => ({ signal }) as JobHub);
  folder = await mkdtemp(join(tmpdir(), "killed-sending-"));
  smtpPort = await freePort();
  sandbox = await startSandbox({ port: 0, smtpPort, hubUrl: "http://localhost:1", dataDir: folder, simulators: [io, mail] });
}, 60_000);
afterAll(async () => {
  for (const child of children) child.kill("SIGKILL");
  await queues.close();
  await Promise.all([pool.end(), sandbox.close()]);
  await instance.close();
  await rm(folder, { recursive: true });
});

/** A process that sends what waits. */
async function sender(): Promise<ChildProcess> {
  const args = ["--experimental-transform-types", "--no-warnings", join(import.meta.dirname, "sending-process.ts"), instance.url, `${sandbox.url}/io/api/v1`, String(smtpPort)];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  children.push(child);
  await once(child.stdout, "data");
  return child;
}

const json = async <Item>(path: string): Promise<Item[]> => (await fetch(`${sandbox.url}${path}`)).json() as Promise<Item[]>;
const onPhone = async (): Promise<string[]> => (await json<OnPhone>("/io/ada.rossi/messages.json")).map(({ content }) => content.payment_data!.notice_number);
const inMail = (): Promise<InMail[]> => json("/mail/messages.json");
const rows = async <Row extends object>(sql: string): Promise<Row[]> => (await pool.query<Row>(sql)).rows;

/** Has messages wait: about the first half of the positions in the app, about the others in a mail. */
async function queue(positions: readonly Position[]): Promise<void> {
  await instance.orm.em.fork().transactional(async em => {
    const common = { administration: instance.administration.id, createdAt: new Date() };
    const ada = em.create(Citizen, { ...common, id: newId(), fiscalCode: person("ada.rossi").fiscalCode, spidCode: null, messageChoice: "IO" });
    const bruno = em.create(Citizen, { ...common, id: newId(), fiscalCode: person("bruno.ferrero").fiscalCode, spidCode: null, messageChoice: "EMAIL", email: address, emailConfirmedAt: new Date() });
    const messages = positions.map(({ id: payment }, index) => em.create(Message, { ...common, id: newId(), citizen: index < positions.length / 2 ? ada : bruno, kind: "NOTICE_ISSUED", eventId: newId(), payment, state: "QUEUED", deliveries: [], dueAt: new Date() }));
    await em.flush();
    await queues.enqueue(em, sendMessage, messages.map(({ id }) => id));
  });
}

test("whoever sends may be killed while the channel has the message and the answer is on its way: none is lost, one copy more for each death of what was under way", async () => {
  // Whoever starts first makes the queue.
  (await sender()).kill("SIGKILL");
  const positions = await makePositions(instance, Array.from({ length: 24 }, () => ({ dueOn: "2099-12-31" })));
  await queue(positions);
  sandbox.world.faults.impose("io", { kind: "slow", ms: 400 }, "messages");
  sandbox.world.faults.impose("mail", { kind: "late", ms: 400 }, "data");
  const arrived = async (): Promise<number> => (await onPhone()).length + (await inMail()).length;
  let underWay = 0;
  for (let death = 0; death < 4; death += 1) {
    const before = await arrived();
    const child = await sender();
    await until("a message that the channel has", arrived, now => now > before);
    const over = once(child, "exit");
    child.kill("SIGKILL");
    await over;
    // What the queues do themselves with work that nobody ended, once its time is over.
    underWay += (await rows(`update job.job set state = 'retry', start_after = now() where name = 'send-message' and state = 'active' returning id`)).length;
  }
  expect(underWay).toBeGreaterThan(0);
  sandbox.world.faults.lift();
  await sender();
  await until("nothing that waits", async () => (await rows(`select 1 from message where state = 'QUEUED'`)).length, waiting => waiting === 0);

  expect(await rows(`select state, count(*)::int from message group by state`)).toEqual([{ state: "SENT", count: positions.length }]);
  const [inApp, mails] = [await onPhone(), await inMail()];
  expect(new Set(inApp)).toEqual(new Set(positions.slice(0, 12).map(({ notice }) => notice)));
  expect(new Set(mails.map(({ attachments: [notice] }) => notice!.name))).toEqual(new Set(positions.slice(12).map(({ notice }) => `avviso-pagopa-${notice}.pdf`)));
  // Copies of a mail bear one name, by which mail systems drop them.
  expect(new Set(mails.map(({ messageId }) => messageId)).size).toBe(12);
  const copies = inApp.length + mails.length - positions.length;
  expect(copies).toBeGreaterThan(0);
  expect(copies).toBeLessThanOrEqual(underWay);
}, 300_000);
