import { randomUUID } from "node:crypto";
import type { FlowHeader, FlowKey, FlowReporting, PublishedFlow, ReportedPayment } from "../../../connectors/pagopa/fdr.ts";
import { SourceRefused, SourceUnavailable } from "../../../connectors/upstream.ts";
import { StaffMember } from "../../../entities/staff.ts";
import { silentLog } from "../../../kernel/log.ts";
import type { Hub } from "../../../operations/hub.ts";
import type { Job, JobHub, Jobs } from "../../../operations/job.ts";
import { fetchFlow } from "../../../operations/reconciliation/fetch-flow.ts";
import { findFlows } from "../../../operations/reconciliation/find-flows.ts";
import { reconcile } from "../../../operations/reconciliation/reconcile.ts";
import { importStatements, type Imported } from "../../../operations/reconciliation/import-statements.ts";
import { openStation, type Instance } from "../payment/station-world.ts";

/** A flow as a provider published it. */
export interface Published extends FlowKey, Omit<FlowHeader, "counted"> {
  readonly publishedAt: Date;
  readonly payments: readonly ReportedPayment[];
}

/** A payment of a flow: what is not said is as always. */
export const line = (index: number, iuv: string, iur: string, amountCents: number, more: Partial<ReportedPayment> = {}): ReportedPayment =>
  ({ index, iuv, iur, transferIndex: 1, amountCents, outcome: "EXECUTED", paidAt: new Date("2026-07-01T07:30:00Z"), ...more });

/** The platform of reporting, in memory. */
export class Platform implements FlowReporting {
  pageSize = 3;
  readonly flows: Published[] = [];
  /** What was asked, in words; and what is to happen instead of an answer. */
  readonly asked: string[] = [];
  trouble: (asked: string) => Promise<void> = () => Promise.resolve();

  publish(name: string, payments: readonly ReportedPayment[], more: Partial<Published> = {}): Published {
    const revision = more.revision ?? this.flows.filter(flow => flow.name === name).length + 1;
    const flow: Published = {
      pspId: "PSPTEST1", name, revision, publishedAt: new Date("2026-07-02T10:00:00Z"), pspName: "Banca di prova", regulation: `TRN-${name}`, regulationDate: "2026-07-02", count: payments.length,
      sumCents: payments.reduce((sum, { amountCents }) => sum + amountCents, 0), payments, ...more,
    };
    this.flows.push(flow);
    return flow;
  }

  async list(_after: Date, page: number) {
    await this.ask(`list ${page}`);
    return { ...this.paged<PublishedFlow>(this.flows, page), unreadable: 0 };
  }

  async header(key: FlowKey): Promise<FlowHeader> {
    await this.ask(`header ${key.name} ${key.revision}`);
    const { payments, ...flow } = this.find(key);
    return { ...flow, counted: payments.length };
  }

  async payments(key: FlowKey, page: number) {
    await this.ask(`payments ${key.name} ${key.revision} ${page}`);
    return this.paged(this.find(key).payments, page);
  }

  health(): never {
    throw new Error("nobody asks");
  }

  private paged<Item>(items: readonly Item[], page: number) {
    return { items: items.slice((page - 1) * this.pageSize, page * this.pageSize), pages: Math.ceil(items.length / this.pageSize) };
  }

  private find({ pspId, name, revision }: FlowKey): Published {
    const found = this.flows.find(flow => flow.pspId === pspId && flow.name === name && flow.revision === revision);
    if (!found) throw new SourceRefused("PAGOPA_FDR", "NOT_FOUND", "HTTP_404");
    return found;
  }

  private async ask(what: string): Promise<void> {
    this.asked.push(what);
    await this.trouble(what);
  }
}

/** A queue that a test works off by hand. */
interface Waiting {
  readonly job: Job;
  readonly subjectId: string;
  readonly after: Date | undefined;
}

/** An administration that reconciles. */
export interface World {
  readonly station: Instance;
  readonly platform: Platform;
  readonly waiting: Waiting[];
  /** What else was asked for: kinds and subjects of jobs that are not this test's. */
  readonly requested: string[];
  /** When these were to begin, where that was said. */
  readonly later: Date[];
  /** Where the clock stands. */
  now: Date;
  /** What a try of a job works with, under a signal of its own. */
  hub(signal?: AbortSignal): JobHub;
  /** The same as a member of staff who reconciles has it. */
  staff(): Hub;
  /** Does every job that waits, whenever it was to begin, and those that they ask for, until `enough` of them are done. */
  work(enough?: number): Promise<void>;
  /** Asks for flows and reads them. */
  fetch(): Promise<void>;
  reconcile(): Promise<void>;
  import(file: string): Promise<Imported[]>;
  sql<Row extends object = Record<string, string>>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  /** Nothing is published, asked or waiting any more. */
  forget(): void;
  close(): Promise<void>;
}

/** Opens a world on the database at `url`; without it, on one of its own that goes when it closes. */
export async function openWorld(url?: string): Promise<World> {
  const station = await openStation(url);
  const waiting: Waiting[] = [];
  const platform = new Platform();
  const em = station.orm.em.fork();
  const member = em.create(StaffMember, { administration: station.administration.id, fiscalCode: randomUUID(), name: "Persona di prova", active: true });
  await em.flush();
  const enqueue: Jobs["enqueue"] = (_em, job, subjects, after) => {
    for (const subject of typeof subjects === "string" ? [subjects] : subjects) {
      const subjectId = typeof subject === "string" ? subject : subject[0];
      if (job.name === fetchFlow.name) waiting.push({ job: fetchFlow, subjectId, after });
      else {
        world.requested.push(`${job.name} ${subjectId}`);
        if (after) world.later.push(after);
      }
    }
    return Promise.resolve();
  };
  const world: World = {
    station, platform, waiting, requested: [], later: [], now: new Date("2026-07-03T08:00:00Z"),
    hub(signal = new AbortController().signal) {
      const hub: Partial<JobHub> = {
        administration: station.administration, em: station.orm.em.fork(), connectors: { reporting: platform } as Partial<Hub["connectors"]> as Hub["connectors"],
        clock: { now: () => world.now }, log: silentLog, signal, jobs: { enqueue }, bus: station.bus as Hub["bus"],
      };
      return hub as JobHub;
    },
    async work(enough = Infinity) {
      for (let done = 0; done < enough && waiting.length > 0; done += 1) {
        const { job, subjectId } = waiting.shift()!;
        await job.perform(world.hub(), subjectId);
      }
    },
    async fetch() {
      await findFlows.perform(world.hub(), station.administration.id);
      await world.work();
    },
    reconcile: () => reconcile.perform(world.hub(), station.administration.id),
    staff: () => ({ ...world.hub(), bus: station.bus, locale: "it", caller: { kind: "staff", key: `staff:${member.id}`, memberId: member.id, permissions: new Set(["desk:reconciliation"]) } }) as unknown as Hub,
    import: file => importStatements(world.staff(), Buffer.from(file)),
    sql: <Row extends object>(text: string, values: readonly unknown[] = []) => station.orm.em.fork().execute<Row[]>(text, [...values]),
    forget() {
      platform.flows.length = 0;
      platform.asked.length = 0;
      platform.trouble = () => Promise.resolve();
      waiting.length = 0;
    },
    close: () => station.close(),
  };
  return world;
}

/** The last revision of a flow, as the database has it. */
export const flowNamed = async (world: World, name: string) =>
  (await world.sql<{ id: string; state: string; pages: number; failures: number; failure: string | null; payments_cents: string | null }>(`select "id", "state", "pages", "failures", "failure", "payments_cents" from "flow" where "name" = ? order by "revision" desc limit 1`, [name]))[0]!;

/** How many payments of a flow are kept. */
export const paymentsKept = async (world: World, name: string): Promise<number> =>
  Number((await world.sql(`select count(*) as "count" from "flow_payment" l join "flow" f on f."id" = l."flow_id" where f."name" = ?`, [name]))[0]!["count"]);

/** So many payments of one, two, three cents, told apart from another run's. */
export const manyPayments = (run: number, count: number): ReportedPayment[] => Array.from({ length: count }, (_, place) => line(place + 1, `${run}0000000000000000`.slice(0, 17), `iur-${run}-${place}`, place + 1));

/** The platform is down. */
export const unavailable = ({ now }: World): SourceUnavailable => new SourceUnavailable("PAGOPA_FDR", { since: now, retryAfter: now, diagnosis: "HTTP_500" });

/** A credit in a statement. */
export interface Booking {
  readonly cents: number;
  readonly causale: string;
  readonly day?: string;
  readonly reference?: string;
  readonly debit?: boolean;
  /** A credit that is taken back. */
  readonly reversal?: boolean;
  /** References of the transfer, as the banks on its way gave them. */
  readonly references?: readonly string[];
}

export const causaleOf = (flow: string): string => `/PUR/LGPE-RIVERSAMENTO/URI/${flow}`;

/** A bank statement as banks write them, in the second version of the message. */
export const statement = (id: string, bookings: readonly Booking[], from = "2026-07-01", to = "2026-07-03"): string =>
  `<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt><GrpHdr><MsgId>M${id}</MsgId><CreDtTm>2026-07-03T22:00:00</CreDtTm></GrpHdr>
<Stmt><Id>${id}</Id><CreDtTm>${to}T22:00:00</CreDtTm><FrToDt><FrDtTm>${from}T00:00:00</FrDtTm><ToDtTm>${to}T23:59:59</ToDtTm></FrToDt><Acct><Id><IBAN>IT60X0542811101000000123456</IBAN></Id></Acct>
${bookings.map(({ cents, causale, day = "2026-07-02", reference, debit = false, reversal = false, references = [] }) => `<Ntry><Amt Ccy="EUR">${(cents / 100).toFixed(2)}</Amt><CdtDbtInd>${debit || reversal ? "DBIT" : "CRDT"}</CdtDbtInd>${reversal ? "<RvslInd>true</RvslInd>" : ""}<Sts>BOOK</Sts><BookgDt><Dt>${day}</Dt></BookgDt>
${reference === undefined ? "" : `<AcctSvcrRef>${reference}</AcctSvcrRef>`}<NtryDtls><TxDtls><Refs>${references.map(each => `<Prtry><Tp>TRN</Tp><Ref>${each}</Ref></Prtry>`).join("")}</Refs><RmtInf><Ustrd>${causale}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>`).join("\n")}
</Stmt></BkToCstmrStmt></Document>`;
