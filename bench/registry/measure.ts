import { once } from "node:events";
import { join } from "node:path";
import pg from "pg";
import { hashOfSecret } from "../../operations/session/secret.ts";
import { makePeople } from "../../sandbox/people/index.ts";
import type { Server } from "../database.ts";
import type { Field } from "../parts.ts";
import { cpuOf, cpuOfFamily, start, type Running } from "../processes.ts";
import { participants } from "../participants.ts";
import { askOnce, median, round, wire, type Runner } from "../rounds.ts";
import type { Step } from "../works.ts";
import { operations } from "../works.ts";
import type { RegistryHeard, RegistryOrder } from "./simulator.ts";

/** What asking the residents' registry costs, and what it costs others when it hangs. */
export interface RegistryResults {
  readonly reads: number;
  /** What the hub adds to the registry's own time, in milliseconds. */
  readonly added: { readonly p50: number; readonly p99: number };
  /** The registry's own time for a question, in milliseconds. */
  readonly registry: number;
  /** Processor time of a read in milliseconds: the hub's, and the database's for it. */
  readonly cpu: number;
  readonly databaseCpu: number;
  /** How many questions each query came to; a run that finds another number fails. */
  readonly calls: readonly { readonly what: string; readonly calls: number }[];
  readonly hanging: {
    /** The slowest answer of a field whose registry hangs, in milliseconds. */
    readonly slowest: number;
    /** How many questions went out before the breaker opened. */
    readonly failures: number;
    /** The answer in the middle, and the one that 99 of 100 beat, once it was open, in milliseconds. */
    readonly open: { readonly p50: number; readonly p99: number };
    /** p99 of the catalogue page in milliseconds: before and after, and meanwhile. `against` is meanwhile against both; `noise` after against before, which nothing but the machine sets apart. */
    readonly others: { readonly otherwise: number; readonly meanwhile: number; readonly against: number; readonly noise: number };
    /** Connections that were still open afterwards. */
    readonly sockets: number;
  };
}

const port = 27_900;
const secretOf = (number: number): string => `bench-registry-${number}`;
const people = makePeople().filter(({ login }) => login);

/** Signs in the test persons whom the registry knows. */
async function signIn(server: Server, applications: number): Promise<void> {
  const client = new pg.Client({ connectionString: await server.database(applications) });
  await client.connect();
  try {
    for (const [number, { fiscalCode, givenName, familyName }] of people.entries()) {
      await client.query(`with c as (
          insert into "citizen" ("id", "administration_id", "fiscal_code", "created_at") select gen_random_uuid(), "id", $1, now() from "administration"
          on conflict ("administration_id", "fiscal_code") do update set "created_at" = now() returning *)
        insert into "session" ("id", "secret_hash", "administration_id", "citizen_id", "assurance", "given_name", "family_name", "created_at", "seen_at", "ends_at", "scheme", "provider", "name_id", "name_qualifier")
        select gen_random_uuid(), $2, "administration_id", "id", 'L2', $3, $4, now(), now(), now() + interval '8 hours', 'spid', 'https://idp.bench.example', 'bench', 'https://idp.bench.example' from c`,
      [fiscalCode, hashOfSecret(secretOf(number)), givenName, familyName]);
    }
  } finally {
    await client.end();
  }
}

const asking = (selection: string, number = 0): Step => ({ path: "/graphql", session: secretOf(number), body: { query: `{ me { ${selection} } }` } });
const person = "person { __typename ... on Person { familyName residence { address } civilStatus } }";

/** Queries whose cost in questions is promised. */
const promised: readonly { readonly what: string; readonly steps: readonly Step[]; readonly calls: number }[] = [
  { what: "one person, with four data sets", steps: [asking("person { ... on Person { familyName residence { address } civilStatus citizenships { country } identityNumbers { identityCard { number } } } }")], calls: 1 },
  { what: "the same person under five names, each with other fields", steps: [asking(["familyName", "civilStatus", "residence { address }", "citizenships { country }", "birthDate"].map((field, index) => `p${index}: person { ... on Person { ${field} } }`).join(" "))], calls: 1 },
  { what: "a household and its members under three names", steps: [asking("a: household { ... on Household { members { givenName } } } b: household { ... on Household { members { tie } } } c: household { ... on Household { kind } }")], calls: 2 },
  { what: "a person and their household with its members", steps: [asking(`${person} household { ... on Household { members { givenName tie } } }`)], calls: 2 },
  { what: "two persons at once", steps: [asking(person, 0), asking(person, 1)], calls: 2 },
];

interface Stage {
  readonly hub: Runner;
  readonly order: <Answer>(what: RegistryOrder) => Promise<Answer>;
}

/** Asks once, and tells how long it took. Throws when the answer is not of the type expected. */
async function timed({ hub }: Stage, step: Step, expected: string): Promise<number> {
  const began = performance.now();
  const answer = await askOnce(step, hub.port);
  const took = performance.now() - began;
  if (!answer.includes(`"${expected}"`)) throw new Error(`not ${expected}: ${answer.slice(0, 300)}`);
  return took;
}

const heard = ({ order }: Stage): Promise<RegistryHeard> => order({ tell: true });
const quantile = (values: readonly number[], share: number): number => [...values].sort((one, other) => one - other)[Math.min(values.length - 1, Math.floor(values.length * share))]!;

async function overhead(stage: Stage, server: Server, reads: number): Promise<Pick<RegistryResults, "reads" | "added" | "registry" | "cpu" | "databaseCpu">> {
  for (let number = 0; number < 500; number += 1) await timed(stage, asking(person, number % people.length), "Person");
  await heard(stage);
  const before = await Promise.all([cpuOf(stage.hub.process.pid), cpuOfFamily(server.pid)]);
  const times: number[] = [];
  for (let number = 0; number < reads; number += 1) times.push(await timed(stage, asking(person, number % people.length), "Person"));
  const after = await Promise.all([cpuOf(stage.hub.process.pid), cpuOfFamily(server.pid)]);
  const { times: own, calls } = await heard(stage);
  if (calls !== reads || own.length !== reads) throw new Error(`${reads} reads came to ${calls} questions`);
  const added = times.map((time, index) => time - own[index]!);
  return { reads, added: { p50: quantile(added, 0.5), p99: quantile(added, 0.99) }, registry: quantile(own, 0.5), cpu: (after[0] - before[0]) / reads, databaseCpu: (after[1] - before[1]) / reads };
}

async function callsOf(stage: Stage): Promise<RegistryResults["calls"]> {
  const found: { what: string; calls: number }[] = [];
  for (const { what, steps, calls } of promised) {
    await heard(stage);
    const answers = await Promise.all(steps.map(step => askOnce(step, stage.hub.port)));
    const bad = answers.find(answer => answer.includes('"errors"'));
    if (bad) throw new Error(`${what}: ${bad.slice(0, 300)}`);
    const { calls: asked } = await heard(stage);
    if (asked !== calls) throw new Error(`${what}: ${asked} questions, ${calls} were promised`);
    found.push({ what, calls });
  }
  return found;
}

async function whileHanging(stage: Stage, { server, generator, options: { rounds, milliseconds } }: Field): Promise<RegistryResults["hanging"]> {
  const catalogue = wire({ path: "/graphql", session: undefined, body: { query: operations.catalogue } }, stage.hub.port);
  const other = async (): Promise<number> => (await round(generator, server.pid, stage.hub, { connections: 8, milliseconds, sequences: [[catalogue]], once: false })).p99;
  const others = async (): Promise<number[]> => {
    const found: number[] = [];
    for (let number = 0; number < rounds; number += 1) found.push(await other());
    return found;
  };
  await other();
  const before = await others();

  await heard(stage);
  await stage.order({ hang: true });
  // Two rounds of everybody at once, each until its deadline; the catalogue is asked for all the while.
  const fields: number[] = [];
  const ask = async (): Promise<void> => {
    for (let time = 0; time < 2; time += 1) fields.push(...await Promise.all(people.map((_, number) => timed(stage, asking(person, number), "SourceUnavailable"))));
  };
  const asked = ask();
  const meanwhile = await others();
  await asked;
  const { calls: failures } = await heard(stage);
  const open: number[] = [];
  for (let number = 0; number < 100; number += 1) open.push(await timed(stage, asking(person, number % people.length), "SourceUnavailable"));
  await new Promise(resolve => setTimeout(resolve, 500));
  const { sockets } = await heard(stage);
  await stage.order({ hang: false });
  const after = await others();
  const otherwise = median([...before, ...after]);
  return {
    slowest: Math.max(...fields), failures, open: { p50: quantile(open, 0.5), p99: quantile(open, 0.99) }, sockets,
    others: { otherwise, meanwhile: median(meanwhile), against: median(meanwhile) / otherwise, noise: median(after) / median(before) },
  };
}

async function stageOf(server: Server, applications: number): Promise<Stage & { readonly simulator: Running }> {
  const folder = join(server.folder, "sandbox");
  const simulator = await startSimulator(folder);
  const process = await start("dist/bench/hub.js", {
    PORT: String(port), DATABASE_URL: await server.database(applications), HUB_ENV: "sandbox", HOST: "127.0.0.1", DATA_DIR: server.folder, SANDBOX_DATA: folder, LOG_LEVEL: "silent",
    ANPR_SOAP_URL: simulator.url, BUDGET_VISITOR: "1000000000", BUDGET_CITIZEN: "1000000000",
  });
  const order = async <Answer>(what: RegistryOrder): Promise<Answer> => {
    const answer = once(simulator.running.child, "message");
    simulator.running.child.send(what);
    return ((await answer) as [Answer])[0];
  };
  return { hub: { participant: participants[0]!, applications, process, port }, order, simulator: simulator.running };
}

async function startSimulator(folder: string): Promise<{ readonly running: Running; readonly url: string }> {
  const running = await start("dist/bench/registry/simulator.js", { SANDBOX_DATA: folder });
  running.child.send({ where: true });
  const [{ url }] = (await once(running.child, "message")) as [{ url: string }];
  return { running, url };
}

/** Measures reads of the registry over the hub, the questions that queries come to, and everybody else while the registry hangs. */
export async function measureRegistry(field: Field, applications: number): Promise<RegistryResults> {
  const { server, say } = field;
  await signIn(server, applications);
  const stage = await stageOf(server, applications);
  try {
    const read = await overhead(stage, server, 500);
    say(`  registry: ${read.added.p50.toFixed(2)} ms added to ${read.registry.toFixed(2)}; ${read.cpu.toFixed(2)} + ${read.databaseCpu.toFixed(2)} ms of processor a read`);
    const calls = await callsOf(stage);
    const hanging = await whileHanging(stage, field);
    say(`  registry hanging: fields after ${hanging.slowest.toFixed(0)} ms, open after ${hanging.failures} failures, then ${hanging.open.p50.toFixed(1)} ms; others' p99 ×${hanging.others.against.toFixed(2)}; ${hanging.sockets} sockets left`);
    return { ...read, calls, hanging };
  } finally {
    await Promise.all([stage.hub.process.stop(), stage.simulator.stop()]);
  }
}
