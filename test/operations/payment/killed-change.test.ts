import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as after } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { isStamp, Payment, type Transfer } from "../../../entities/payment.ts";
import { keepReceipt } from "../../../operations/payment/keep-receipt.ts";
import { pagopa } from "../../../sandbox/pagopa/index.ts";
import { type Sandbox, startSandbox } from "../../../sandbox/server.ts";
import { creditor } from "./position.ts";
import { until } from "../../helpers/until.ts";
import { makePositions, openStation, type Instance, type Position } from "./station-world.ts";

interface Register {
  /** What is said to the process that hands over. */
  readonly arguments: readonly string[];
  /** What faults are imposed on. */
  readonly operation: string;
  /** How the register has each position: notice number, amount and state of those that it has. */
  readonly shows: (url: string, positions: readonly Position[]) => Promise<readonly string[]>;
  /** The state of what was paid outside, and of what was cancelled; nothing where it is not there any more. */
  readonly paid: string;
  readonly cancelled: string | null;
}

interface Shown { readonly status: string; readonly paymentOption: readonly ({ readonly nav: string; readonly amount: number } | { readonly installments: readonly { readonly nav: string; readonly amount: number }[] })[] }

const inRegister = (version: "1" | "3", cancelled: string | null): Register => ({
  arguments: ["GPD", version], operation: "gpd", paid: "PAID", cancelled,
  async shows(url) {
    const answer = await fetch(`${url}/gpd/debt-positions-service/v${version}/organizations/${creditor}/debtpositions?limit=50`, { headers: { "ocp-apim-subscription-key": "sandbox-gpd-key" } });
    const { payment_position_list: all } = await answer.json() as { payment_position_list: readonly Shown[] };
    return all.flatMap(({ status, paymentOption }) => paymentOption.flatMap(option => ("installments" in option ? option.installments : [option])).map(({ nav, amount }) => `${nav} ${amount} ${status}`));
  },
});

const registers: Readonly<Record<string, Register>> = {
  "GPD, version 1": inRegister("1", "INVALID"), "GPD, version 3": inRegister("3", null),
  ACA: {
    arguments: ["ACA"], operation: "aca", paid: "INVALID", cancelled: "INVALID",
    async shows(url, positions) {
      const found = await Promise.all(positions.map(async ({ notice }) => (await fetch(`${url}/pagopa/node/archive/${creditor}/${notice}`)).json() as Promise<{ nav: string; amount: number; status: string }>));
      return found.map(({ nav, amount, status }) => `${nav} ${amount} ${status}`);
    },
  },
};

describe.each(Object.entries(registers))("%s", (_, register) => {
  let folder: string;
  let sandbox: Sandbox;
  let instance: Instance;
  const children: ChildProcess[] = [];
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "killed-change-"));
    sandbox = await startSandbox({ port: 0, hubUrl: "http://localhost:1", dataDir: folder, simulators: [pagopa] });
    instance = await openStation();
  }, 60_000);
  afterAll(async () => {
    for (const child of children) child.kill("SIGKILL");
    await Promise.all([sandbox.close(), instance.close()]);
    await rm(folder, { recursive: true });
  });

  async function hander(): Promise<ChildProcess> {
    const [model, ...version] = register.arguments;
    const args = ["--experimental-transform-types", "--no-warnings", join(import.meta.dirname, "handing-process.ts"), instance.url, sandbox.url, model!, ...version];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
    children.push(child);
    await once(child.stdout, "data");
    return child;
  }
  const kill = async (child: ChildProcess): Promise<void> => {
    const over = once(child, "exit");
    child.kill("SIGKILL");
    await over;
  };
  const waiting = (): Promise<number> => instance.orm.em.fork().count(Payment, { handOver: "WAITING" });
  /** Nothing waits any more; whatever a dead process held is taken for lost after a while. */
  async function allTold(): Promise<void> {
    for (const end = Date.now() + 60_000; await waiting() > 0 && Date.now() < end; await after(100));
    expect(await waiting()).toBe(0);
  }

  /** By thirds: paid outside, cancelled, changed in its amount; so that whatever is told of one of them is of another kind. */
  async function change(positions: readonly Position[]): Promise<string[]> {
    const em = instance.orm.em.fork();
    const wanted: string[] = [];
    for (const [place, { id, notice, amountCents }] of positions.entries()) {
      const payment = await em.findOneOrFail(Payment, id);
      if (place % 3 === 0) {
        await keepReceipt(instance, {
          receiptId: `staff-${place}`, noticeNumber: notice, creditorFiscalCode: creditor, iuv: notice.slice(1), amountCents, paid: true, pspName: "—", paymentMethod: null, paidAt: new Date(),
          message: new Uint8Array(), source: "STAFF", because: { reason: "Bonifico visto in tesoreria" },
        });
        wanted.push(`${notice} ${amountCents} ${register.paid}`);
      } else if (place % 3 === 1) {
        em.assign(payment, { state: "CANCELLED", handOver: "WAITING" });
        if (register.cancelled !== null) wanted.push(`${notice} ${amountCents} ${register.cancelled}`);
      } else {
        const transfers = payment.transfers.map((transfer): Transfer => (isStamp(transfer) ? transfer : { ...transfer, amountCents: amountCents + 500 }));
        em.assign(payment, { amountCents: amountCents + 500, transfers, handOver: "WAITING" });
        wanted.push(`${notice} ${amountCents + 500} VALID`);
      }
    }
    await em.flush();
    return wanted.sort();
  }

  test("whoever tells of what was paid, cancelled or changed is killed while the answer is on its way: told again, each is there as it is here, and none is refused", async () => {
    const positions = await makePositions(instance, Array.from({ length: 12 }, (_none, index) => ({ amountCents: 1_000 + index, dueOn: "2099-12-31" })));
    await instance.orm.em.fork().nativeUpdate(Payment, {}, { handOver: "WAITING" });
    const first = await hander();
    await allTold();
    await kill(first);
    const before = new Set(await register.shows(sandbox.url, positions));
    expect(before.size).toBe(positions.length);
    const wanted = await change(positions);
    /** How many are already there as they are to be, or not there any more. */
    const toldOf = async (): Promise<number> => {
      const now = new Set(await register.shows(sandbox.url, positions));
      return [...before].filter(entry => !now.has(entry)).length;
    };
    for (let death = 0; death < 2; death += 1) {
      const late = () => sandbox.world.faults.impose("pagopa", { kind: "late", ms: 2_500 }, register.operation);
      late();
      const child = await hander();
      await until("something done there of which nobody here knows", async () => {
        // Looked at without delay: a call that is under way stays late.
        sandbox.world.faults.lift();
        const found = await toldOf() > positions.length - await waiting();
        if (!found) late();
        return found;
      });
      await kill(child);
    }
    sandbox.world.faults.lift();
    const last = await hander();
    await allTold();
    expect([...await register.shows(sandbox.url, positions)].sort()).toEqual(wanted);
    const states = await instance.orm.em.fork().find(Payment, {}, { fields: ["state", "handOver", "handOverRefusal"] });
    expect(states.map(({ state, handOver, handOverRefusal }) => `${state} ${handOver} ${handOverRefusal ?? ""}`).sort()).toEqual(["CANCELLED CLOSED ", "OPEN KEPT ", "PAID CLOSED "].flatMap(each => Array.from({ length: 4 }, () => each)));
    await kill(last);
  }, 240_000);
});
