import { readFile } from "node:fs/promises";
import pg from "pg";
import type { Server } from "../database.ts";
import { startParticipant } from "../field.ts";
import type { Field } from "../parts.ts";
import { start } from "../processes.ts";
import { median, round, type Round, type Runner } from "../rounds.ts";
import { noticeOf, stationRequest, stationWorks, type StationWork } from "./messages.ts";
import { paced, type Paced } from "./pace.ts";

/** The medians of one station over the rounds of one work. */
export interface StationResult extends Round {
  readonly work: StationWork;
  readonly connections: number;
  readonly who: "hub" | "soap";
  /** The hub's requests a second against this one's, round by round. */
  readonly hubAgainst: number;
  /** The processor time of this one, with its database's, against the hub's. */
  readonly processorAgainst: number;
}

/** Everything that was found about the station. */
export interface StationResults {
  /** Version of the `soap` package. */
  readonly soap: string;
  readonly measured: readonly StationResult[];
  /** What 200 requests a second meet: all three works in turn, and receipts alone. */
  readonly steady: Readonly<Record<"mixed" | "receipts", Paced>>;
}

const connections = 16;
const perSecond = 200;
const seconds = 10;
const peerPort = 27_090;

/** Opens positions, each with an application that waits for it, and gives their notices. */
async function openPositions(server: Server, applications: number, from: number, count: number): Promise<string[]> {
  const client = new pg.Client({ connectionString: await server.database(applications) });
  await client.connect();
  try {
    await client.query(`with "work" as (
        insert into "application" ("id", "administration_id", "service_id", "office_id", "citizen_id", "kind", "state", "details", "created_at", "updated_at")
        select bench_id(12, n), a."id", f.service_id, f.office_id, bench_id(1, n % ${applications / 5}), f.kind, 'SUBMITTED', '{}', now(), now() from generate_series($1::bigint, $1::bigint + $2 - 1) n, "administration" a, (select * from bench_offer where place = 0) f
        returning "id", "citizen_id", ('x' || right("id"::text, 12))::bit(48)::bigint as n)
      insert into "payment" ("id", "administration_id", "citizen_id", "application_id", "notice_number", "iuv", "amount_cents", "description", "debtor_name", "debtor_fiscal_code", "due_on", "transfers", "state", "created_at")
      select bench_id(14, n), a."id", w."citizen_id", w."id", '307' || lpad(n::text, 15, '0'), '07' || lpad(n::text, 15, '0'), 4630, 'Permesso ZTL', 'Persona Sintetica', 'BNC0000000000000', '2026-12-31',
        jsonb_build_array(jsonb_build_object('creditorFiscalCode', '00480530047', 'creditorName', 'Comune di Cuneo', 'amountCents', 4630, 'iban', 'IT60X0542811101000000123456', 'remittance', 'Permesso ZTL', 'taxonomyCode', '9/0101100IM/')), 'OPEN', now()
      from "work" w, "administration" a`, [from, count]);
    return Array.from({ length: count }, (_, place) => noticeOf(from + place));
  } finally {
    await client.end();
  }
}

/** How many receipts are in the ledger. */
async function entered(server: Server, applications: number): Promise<number> {
  const client = new pg.Client({ connectionString: await server.database(applications) });
  await client.connect();
  const { rows } = await client.query<{ count: number }>(`select count(*)::int as count from "ledger_entry"`);
  await client.end();
  return rows[0]!.count;
}

/** Measures the hub's station against one that answers a constant, in turn, and what a steady load meets. Throws when an answer is not OK, or a receipt not in the ledger. */
export async function measureStation(field: Field, applications: number): Promise<StationResults> {
  const { server, say } = field;
  const hub = await startParticipant(server, "hub", applications);
  const peer: Runner = { participant: { name: "soap", title: "soap.listen", packages: ["soap"], program: "bench/peers/soap.mjs", ask: () => ({ path: "", session: undefined, body: "" }) }, applications, port: peerPort, process: await start("bench/peers/soap.mjs", { PORT: String(peerPort) }) };
  try {
    let next = 0;
    const open = async (count: number): Promise<string[]> => openPositions(server, applications, (next += count) - count, count);
    const measured: StationResult[] = [];
    for (const work of stationWorks) measured.push(...await sideBySide(field, work, [hub, peer], open));
    for (const { who, work, requestsPerSecond, p50, p99, cpu, databaseCpu, hubAgainst } of measured) {
      say(`  ${work.padEnd(8)} ${who.padEnd(5)} ${requestsPerSecond.toFixed(0).padStart(6)}/s  p50 ${p50.toFixed(2)}  p99 ${p99.toFixed(1)} ms  cpu ${cpu.toFixed(3)} + ${databaseCpu.toFixed(3)} ms  hub ×${hubAgainst.toFixed(2)}`);
    }
    const notices = await open((perSecond * seconds) / 2);
    const before = await entered(server, applications);
    // Other notices are asked about than are paid: nothing says in which order the answers come.
    const unpaid = await open(Math.floor((perSecond * seconds) / 3));
    const mixed = await paced({ port: hub.port, perSecond, requests: unpaid.flatMap((notice, place) => stationWorks.map(work => stationRequest(work, work === "receipt" ? notices[place]! : notice, hub.port))) });
    const rest = [...notices.slice(unpaid.length), ...await open(perSecond * seconds)];
    const receipts = await paced({ port: hub.port, perSecond, requests: rest.map(notice => stationRequest("receipt", notice, hub.port)) });
    if (await entered(server, applications) - before !== notices.length + perSecond * seconds) throw new Error("receipts are missing in the ledger");
    for (const [what, { requests, failures, p50, p99 }] of Object.entries({ mixed, receipts })) say(`  ${perSecond}/s ${what.padEnd(8)} ${requests} requests, ${failures} failed, p50 ${p50.toFixed(1)}  p99 ${p99.toFixed(1)} ms`);
    return { soap: (JSON.parse(await readFile("bench/node_modules/soap/package.json", "utf8")) as { version: string }).version, measured, steady: { mixed, receipts } };
  } finally {
    await Promise.all([hub.process.stop(), peer.process.stop()]);
  }
}

async function sideBySide({ server, generator, options: { rounds, milliseconds } }: Field, work: StationWork, runners: readonly Runner[], open: (count: number) => Promise<string[]>): Promise<StationResult[]> {
  const { applications } = runners[0]!;
  const found = new Map<Runner, Round[]>(runners.map(runner => [runner, []]));
  const some = work === "receipt" ? undefined : await open(200);
  // The first load is not measured.
  for (let number = -1; number < rounds; number += 1) {
    for (const runner of runners) {
      const notices = some ?? await open(Math.ceil(milliseconds * 4));
      if (number < 0) await paced({ port: runner.port, perSecond: 100, requests: notices.slice(-1).map(notice => stationRequest(work, notice, runner.port)) }).then(({ failures }) => failures > 0 && Promise.reject(new Error(`${runner.participant.name} does not answer ${work} with OK`)));
      const before = await entered(server, applications);
      const load = { connections, milliseconds, sequences: notices.slice(0, -1).map(notice => [stationRequest(work, notice, runner.port)]), once: work === "receipt" };
      const { requests, ...one } = await counted(round(generator, server.pid, runner, load), milliseconds);
      // About: a busy machine ends a round late. At a steady pace, where none is left over, they are counted to the last.
      if (work === "receipt" && runner.participant.name === "hub" && await entered(server, applications) - before < requests * 0.8) throw new Error("receipts are missing in the ledger");
      if (number >= 0) found.get(runner)!.push(one);
    }
  }
  const [hub] = [...found.values()];
  return runners.map(runner => {
    const mine = found.get(runner)!;
    const of = (key: keyof Round): number => median(mine.map(each => each[key]));
    return {
      work, connections, who: runner.participant.name as "hub" | "soap",
      requestsPerSecond: of("requestsPerSecond"), p50: of("p50"), p99: of("p99"), cpu: of("cpu"), databaseCpu: of("databaseCpu"), memory: of("memory"),
      hubAgainst: median(mine.map((each, place) => hub![place]!.requestsPerSecond / each.requestsPerSecond)),
      processorAgainst: median(mine.map((each, place) => (each.cpu + each.databaseCpu) / (hub![place]!.cpu + hub![place]!.databaseCpu))),
    };
  });
}

/** A round with how many requests it came to, about: the generator tells them as a rate. */
async function counted(measured: Promise<Round>, milliseconds: number): Promise<Round & { readonly requests: number }> {
  const one = await measured;
  return { ...one, requests: (one.requestsPerSecond * milliseconds) / 1_000 };
}
