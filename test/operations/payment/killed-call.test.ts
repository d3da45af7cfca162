import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as after } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { Payment } from "../../../entities/payment.ts";
import { pagopa } from "../../../sandbox/pagopa/index.ts";
import { type Sandbox, startSandbox } from "../../../sandbox/server.ts";
import { creditor } from "./position.ts";
import { until } from "../../helpers/until.ts";
import { makePositions, openStation, type Instance, type Position } from "./station-world.ts";

let folder: string;
let sandbox: Sandbox;
const children: ChildProcess[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "killed-call-"));
  sandbox = await startSandbox({ port: 0, hubUrl: "http://localhost:1", dataDir: folder, simulators: [pagopa] });
});
afterAll(async () => {
  for (const child of children) child.kill("SIGKILL");
  await sandbox.close();
  await rm(folder, { recursive: true });
});

interface Register {
  /** How many entries the other side has, and what it has of each position that is to be paid. */
  readonly entries: (positions: readonly Position[]) => Promise<{ readonly count: number; readonly open: readonly string[] }>;
  /** What faults are imposed on. */
  readonly operation: string;
}

const registers: Readonly<Record<"ACA" | "GPD", Register>> = {
  ACA: {
    operation: "aca",
    entries: async positions => {
      const found = await Promise.all(positions.map(async ({ notice }) => (await fetch(`${sandbox.url}/pagopa/node/archive/${creditor}/${notice}`)).json() as Promise<{ nav?: string; status?: string; amount?: number }>));
      const known = found.filter(({ nav }) => nav !== undefined);
      return { count: known.length, open: known.filter(({ status }) => status === "VALID").map(({ nav, amount }) => `${nav} ${amount}`) };
    },
  },
  GPD: {
    operation: "gpd",
    entries: async () => {
      const url = `${sandbox.url}/gpd/debt-positions-service/v1/organizations/${creditor}/debtpositions?limit=50`;
      const { payment_position_list: all = [] } = await (await fetch(url, { headers: { "ocp-apim-subscription-key": "sandbox-gpd-key" } })).json() as { payment_position_list?: { status: string; paymentOption: { nav: string; amount: number }[] }[] };
      return { count: all.length, open: all.filter(({ status }) => status === "VALID").flatMap(({ paymentOption }) => paymentOption.map(({ nav, amount }) => `${nav} ${amount}`)) };
    },
  },
};

describe.each(["ACA", "GPD"] as const)("%s", model => {
  let instance: Instance;
  const { operation, entries } = registers[model];
  beforeAll(async () => {
    instance = await openStation();
  });
  afterAll(() => instance.close());

  const states = async (state: string): Promise<number> => instance.orm.em.fork().count(Payment, { handOver: state as "KEPT" });
  async function hander(): Promise<ChildProcess> {
    const args = ["--experimental-transform-types", "--no-warnings", join(import.meta.dirname, "handing-process.ts"), instance.url, sandbox.url, model];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
    children.push(child);
    await once(child.stdout, "data");
    return child;
  }
  const kill = async (child: ChildProcess): Promise<void> => {
    child.kill("SIGKILL");
    await once(child, "exit");
  };
  /** The other side does what it is asked and answers late; meanwhile whoever asked is killed. */
  async function killInTheMidst(positions: readonly Position[]): Promise<void> {
    const late = () => sandbox.world.faults.impose("pagopa", { kind: "late", ms: 2_500 }, operation);
    late();
    const child = await hander();
    await until("something done there of which nobody here knows", async () => {
      // Looked at without delay: a call that is under way stays late.
      sandbox.world.faults.lift();
      const found = (await entries(positions)).count > await states("KEPT");
      if (!found) late();
      return found;
    });
    await kill(child);
  }

  test("whoever hands positions over is killed while the answer is on its way: all are told again, and each is there once", async () => {
    const positions = await makePositions(instance, Array.from({ length: 12 }, (_, index) => ({ amountCents: 1_000 + index, dueOn: "2099-12-31" })));
    await instance.orm.em.fork().nativeUpdate(Payment, {}, { handOver: "WAITING" });
    await killInTheMidst(positions);
    const last = await hander();
    // What it held is taken for lost once it has given no sign of life for a while.
    for (const end = Date.now() + 60_000; await states("KEPT") < positions.length && Date.now() < end; await after(100));
    const expected = positions.map(({ notice, amountCents }) => `${notice} ${amountCents}`).sort();
    const kept = await entries(positions);
    expect([await states("KEPT"), kept.count, [...kept.open].sort()]).toEqual([positions.length, positions.length, expected]);
    await kill(last);
  }, 120_000);
});
