import type { EntityManager, MikroORM } from "@mikro-orm/postgresql";
import { judge } from "../../../connectors/pagopa/contract.ts";
import { withBody } from "../../../connectors/pagopa/envelope.ts";
import { readRequest, writeResponse, type StationAnswer, type StationRequest } from "../../../connectors/pagopa/station.ts";
import { Administration } from "../../../entities/administration.ts";
import { Application, type ApplicationState } from "../../../entities/application.ts";
import { Citizen } from "../../../entities/citizen.ts";
import { Office } from "../../../entities/office.ts";
import { Payment, type PaymentState } from "../../../entities/payment.ts";
import { Service } from "../../../entities/service.ts";
import type { Clock } from "../../../kernel/clock.ts";
import { newId } from "../../../kernel/ids.ts";
import { silentLog, type Log } from "../../../kernel/log.ts";
import type { AdministrationInfo } from "../../../operations/hub.ts";
import { answerNode } from "../../../operations/payment/answer-node.ts";
import { openStation as putTogether, type Station, type StationParts } from "../../../operations/payment/station.ts";
import { iuvOf, noticeNumber } from "../../../rules/notice-number.ts";
import { openChanges } from "../../../server/database/changes.ts";
import { openOrm } from "../../../server/database/orm.ts";
import { openReads, type Reads } from "../../../server/database/reads.ts";
import { createDatabase, demonstrationTemplate, type TestDatabase } from "../../helpers/postgres.ts";
import { addressed, envelope, subject } from "../../connectors/pagopa/messages.ts";

export const clock: Clock = { now: () => new Date("2026-07-01T08:00:00Z") };
export const wire = { brokerFiscalCode: "00480530047", messageBytes: 102_400, receiptBytes: 524_288 } as const;

/** A database of one's own, migrated and seeded. */
export const freshDatabase = async (): Promise<TestDatabase> => createDatabase(await demonstrationTemplate());

/** One process's station on a database: its own pools, its own units of work. */
export interface Instance extends Station, StationParts {
  /** Where the database is, for whoever else works on it. */
  readonly url: string;
  readonly orm: MikroORM;
  readonly announced: () => number;
  close(): Promise<void>;
}

/** Opens a station as the server does, on the database at `url`; without it, on one of its own that goes when it closes. `settings` replaces some of the administration's for pagoPA. */
export async function openStation(url?: string, { settings = {}, log = silentLog }: { settings?: Partial<AdministrationInfo["settings"]["pagopa"]>; log?: Log } = {}): Promise<Instance> {
  const database = url === undefined ? await freshDatabase() : { url, drop: () => Promise.resolve() };
  const options = { url: database.url, poolSize: 10, statementTimeoutMs: 10_000 };
  const orm = await openOrm(options);
  const reads: Reads = openReads(options);
  const changes = openChanges(options);
  const row = await orm.em.fork().findOneOrFail(Administration, { ipaCode: "c_d205" });
  const administration = { ...row, settings: { ...row.settings, pagopa: { ...row.settings.pagopa, ...settings } } } as AdministrationInfo;
  let announced = 0;
  const parts: StationParts = { orm, jobs: { enqueue: () => Promise.resolve() }, run: (...query) => reads.run(...query), change: (...query) => changes.run(...query), administration, clock, log, bus: { announce: () => void (announced += 1) } };
  return {
    ...parts, ...putTogether(parts), orm, url: database.url,
    announced: () => announced,
    close: async () => {
      await Promise.all([orm.close(), reads.close(), changes.close()]);
      await database.drop();
    },
  };
}

export interface Position {
  readonly id: string;
  readonly notice: string;
  readonly amountCents: number;
  readonly application: string | null;
}

export interface PositionOptions {
  readonly state?: PaymentState;
  readonly amountCents?: number;
  readonly dueOn?: string;
  readonly postalIban?: string;
  /** The state of the application that the fee is for; null for a debt of another origin. */
  readonly application?: ApplicationState | null;
}

let series = 0n;

/** Puts debt positions into the database, each with a citizen of its own and, unless told otherwise, an application that waits for it. */
export async function makePositions({ orm, administration }: Instance, wanted: readonly PositionOptions[]): Promise<Position[]> {
  const em = orm.em.fork() as EntityManager;
  const now = clock.now();
  const common = { administration: administration.id };
  const service = await em.findOneOrFail(Service, { applicationKind: "ZTL_PERMIT" });
  const office = await em.findOneOrFail(Office, { slug: "polizia-locale" });
  const made = wanted.map(({ state = "OPEN", amountCents = 4_630, dueOn = "2026-07-31", postalIban, application: stage = "SUBMITTED" }) => {
    const citizen = em.create(Citizen, { ...common, fiscalCode: null, spidCode: `TEST${series}`, createdAt: now });
    const application = stage && em.create(Application, { ...common, id: newId(), service, office, citizen, kind: "ZTL_PERMIT", state: stage, details: {}, createdAt: now, updatedAt: now });
    const notice = noticeNumber("02", series++);
    const transfer = { creditorFiscalCode: administration.fiscalCode, creditorName: administration.name, amountCents, iban: "IT60X0542811101000000123456", ...(postalIban ? { postalIban } : {}), remittance: "Permesso ZTL", taxonomyCode: "9/0101100IM/" };
    return em.create(Payment, {
      ...common, id: newId(), citizen, application, noticeNumber: notice, iuv: iuvOf(notice), amountCents, description: "Permesso ZTL", debtorName: "Lucia Bertò", debtorFiscalCode: "BRTLCU80A01D205X",
      dueOn, transfers: [transfer], state, paidAt: state === "PAID" ? now : null, paidCents: state === "PAID" ? amountCents : null, createdAt: now,
    });
  });
  await em.flush();
  return made.map(({ id, noticeNumber: notice, amountCents, application }) => ({ id, notice, amountCents, application: application?.id ?? null }));
}

/** One debt position. */
export const makePosition = async (instance: Instance, wanted: PositionOptions = {}): Promise<Position> => (await makePositions(instance, [wanted]))[0]!;

const qrCode = (notice: string, fiscalCode = "00480530047"): string => `<qrCode><fiscalCode>${fiscalCode}</fiscalCode><noticeNumber>${notice}</noticeNumber></qrCode>`;
export const euro = (cents: number): string => (cents / 100).toFixed(2);

/** Messages of the node by operation; `to` replaces who is addressed. */
export const ask = {
  verify: (notice: string, to = addressed): string => envelope("paVerifyPaymentNoticeReq", to + qrCode(notice)),
  pay: (notice: string, more = "", version: 1 | 2 = 2, to = addressed): string => envelope(version === 2 ? "paGetPaymentV2Request" : "paGetPaymentReq", to + qrCode(notice) + more),
  demand: (to = addressed): string => envelope("paDemandPaymentNoticeRequest", `${to}<idServizio>00005</idServizio><idSoggettoServizio>00041</idSoggettoServizio><datiSpecificiServizioRequest>PHMvPg==</datiSpecificiServizioRequest>`),
  verifyOf: (fiscalCode: string, notice: string): string => envelope("paVerifyPaymentNoticeReq", addressed + qrCode(notice, fiscalCode)),
};

export interface ReceiptFacts {
  readonly id: string;
  readonly notice: string;
  readonly cents: number;
  readonly version?: 1 | 2;
  readonly outcome?: "OK" | "KO";
  readonly issuer?: string;
  readonly to?: string;
  readonly extra?: string;
}

/** A receipt as the node sends it, with what tells it apart. */
export const receipt = ({ id, notice, cents, version = 2, outcome = "OK", issuer = "00480530047", to = addressed, extra = "" }: ReceiptFacts): string =>
  envelope(version === 2 ? "paSendRTV2Request" : "paSendRTReq", `${to}<receipt><receiptId>${id}</receiptId><noticeNumber>${notice}</noticeNumber><fiscalCode>${issuer}</fiscalCode><outcome>${outcome}</outcome>`
  + `<creditorReferenceId>${notice.slice(1)}</creditorReferenceId><paymentAmount>${euro(cents)}</paymentAmount><description>Permesso ZTL</description><companyName>Comune di Cuneo</companyName>${subject("debtor")}`
  + `<transferList><transfer><idTransfer>1</idTransfer><transferAmount>${euro(cents)}</transferAmount><fiscalCodePA>00480530047</fiscalCodePA><IBAN>IT60X0542811101000000123456</IBAN>`
  + `<remittanceInformation>Permesso ZTL</remittanceInformation><transferCategory>9/0101100IM/</transferCategory></transfer></transferList>`
  + `<idPSP>PROVAIT1</idPSP><PSPCompanyName>Banca di prova</PSPCompanyName><idChannel>99999000001_01</idChannel><channelDescription>app</channelDescription>${extra}`
  + `<paymentMethod>creditCard</paymentMethod><paymentDateTime>2026-07-01T09:30:00</paymentDateTime></receipt>`);

/** Sends a message through the wire layer and the operations. Every answer must be one that the contract takes. */
export async function say(station: Station, xml: string): Promise<StationAnswer> {
  const message = Buffer.from(xml);
  const request = readRequest(message, {}, wire) as StationRequest | { refused: string };
  if ("refused" in request) throw new Error(`not a message of the contract: ${request.refused}`);
  const answer = await answerNode(station, request, message);
  const verdict = withBody(Buffer.from(writeResponse(answer).body), judge);
  if (!verdict.valid) throw new Error(`an answer outside the contract: ${verdict.element ?? ""}`);
  return answer;
}

/** The word of an answer: `OK`, or why not. */
export const word = (answer: StationAnswer): string => (answer.outcome === "OK" ? "OK" : answer.fault);

/** All rows of a table, as the database has them. */
export const rowsOf = ({ orm }: Instance, table: string): Promise<Record<string, unknown>[]> => orm.em.fork().execute(`select * from "${table}" order by "id"`);

/** What the money comes to, in cents, by three ways of counting that must agree, and how many events tell of it. */
export async function books({ orm }: Instance): Promise<{ ledger: number; settled: number; paid: number; lines: number; receipts: number; events: Record<string, number> }> {
  const em = orm.em.fork();
  const [sums] = await em.execute<Record<string, string>[]>(`select
    (select coalesce(sum("amount_cents"), 0) from "ledger_entry") as "ledger",
    (select coalesce(sum("amount_cents"), 0) from "receipt" where "meaning" = 'SETTLED') as "settled",
    (select coalesce(sum("paid_cents"), 0) from "payment" where "state" = 'PAID') as "paid",
    (select count(*) from "ledger_entry") as "lines", (select count(*) from "receipt") as "receipts"`);
  const events = await em.execute<{ kind: string; count: string }[]>(`select "kind", count(*) as "count" from "event" group by "kind"`);
  const { ledger, settled, paid, lines, receipts } = Object.fromEntries(Object.entries(sums!).map(([key, value]) => [key, Number(value)])) as Record<"ledger" | "settled" | "paid" | "lines" | "receipts", number>;
  return { ledger, settled, paid, lines, receipts, events: Object.fromEntries(events.map(({ kind, count }) => [kind, Number(count)])) };
}
