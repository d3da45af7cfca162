import { createServer, type IncomingMessage, type Server } from "node:http";
import formbody from "@fastify/formbody";
import Fastify, { type FastifyInstance } from "fastify";
import { silentLog } from "../../../kernel/log.ts";
import { Faults } from "../../../sandbox/faults.ts";
import { createPagopa } from "../../../sandbox/pagopa/index.ts";
import { defaultSettings, type NodeSettings } from "../../../sandbox/pagopa/settings.ts";
import type { World } from "../../../sandbox/world.ts";

export const creditor = "77777777777";
export const iban = "IT45R0760103200000000001016";
export const notice = "302001069073736611";

/** What the tiny station got, and what it shall answer. */
export interface Call {
  readonly operation: string;
  readonly body: string;
}

export type Answer = string | number;

const reading = async (request: IncomingMessage): Promise<string> => (await request.toArray()).map(String).join("");

/** A creditor's station of a few lines: answers what the test says, remembers what it was asked. */
export class TinyStation {
  readonly calls: Call[] = [];
  /** By operation: the XML of the SOAP body, an HTTP status, or how not to answer (`silence`, `hang up`). */
  readonly answers: Record<string, Answer | ((call: Call) => Answer)> = {};
  private readonly server: Server;

  constructor() {
    this.server = createServer((request, response) => {
      void reading(request).then(body => {
        const call = { operation: String(request.headers.soapaction).replaceAll('"', ""), body };
        this.calls.push(call);
        const told = this.answers[call.operation] ?? 404;
        const answer = typeof told === "function" ? told(call) : told;
        if (answer === "silence") return;
        if (answer === "hang up") request.socket.destroy();
        else if (typeof answer === "number") response.writeHead(answer).end("no");
        else response.writeHead(200, { "content-type": "text/xml" }).end(envelope(answer));
      });
    });
  }

  async listen(): Promise<string> {
    await new Promise<void>(done => this.server.listen(0, "127.0.0.1", done));
    const address = this.server.address();
    return `http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}/pa`;
  }

  of(operation: string): Call[] {
    return this.calls.filter(call => call.operation === operation);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise(done => this.server.close(done));
  }
}

export const envelope = (body: string): string =>
  `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:p="http://pagopa-api.pagopa.gov.it/pa/paForNode.xsd"><s:Body>${body}</s:Body></s:Envelope>`;

export const verifyOk = `<p:paVerifyPaymentNoticeRes><outcome>OK</outcome><paymentList><paymentOptionDescription><amount>10.00</amount><options>EQ</options><allCCP>false</allCCP></paymentOptionDescription></paymentList><paymentDescription>Mensa scolastica</paymentDescription><fiscalCodePA>${creditor}</fiscalCodePA><companyName>Ente</companyName></p:paVerifyPaymentNoticeRes>`;

export const ko = (element: string, code: string): string =>
  `<p:${element}><outcome>KO</outcome><fault><faultCode>${code}</faultCode><faultString>testo</faultString><id>${creditor}</id></fault></p:${element}>`;

const debtor =
  "<debtor><uniqueIdentifier><entityUniqueIdentifierType>F</entityUniqueIdentifierType><entityUniqueIdentifierValue>ANONIMO</entityUniqueIdentifierValue></uniqueIdentifier><fullName>Persona di prova</fullName></debtor>";

export const transfer = (index: number, amount: string, account = `<IBAN>${iban}</IBAN>`, beneficiary = creditor): string =>
  `<transfer><idTransfer>${index}</idTransfer><transferAmount>${amount}</transferAmount><fiscalCodePA>${beneficiary}</fiscalCodePA>${account}<remittanceInformation>causale</remittanceInformation><transferCategory>9/0101100AP/</transferCategory></transfer>`;

export const paymentOk = (element: string, transfers = transfer(1, "10.00"), amount = "10.00"): string =>
  `<p:${element}><outcome>OK</outcome><data><creditorReferenceId>${notice.slice(1)}</creditorReferenceId><paymentAmount>${amount}</paymentAmount><dueDate>2026-12-31</dueDate><description>Mensa</description><companyName>Ente</companyName>${debtor}<transferList>${transfers}</transferList><metadata><mapEntry><key>pratica</key><value>42</value></mapEntry></metadata></data></p:${element}>`;

/** A station to which every notice is known and open, and every receipt welcome. */
export const willing = {
  paVerifyPaymentNotice: verifyOk,
  paGetPaymentV2: paymentOk("paGetPaymentV2Response"),
  paGetPayment: paymentOk("paGetPaymentRes"),
  paSendRTV2: "<p:paSendRTV2Response><outcome>OK</outcome></p:paSendRTV2Response>",
  paSendRT: "<p:paSendRTRes><outcome>OK</outcome></p:paSendRTRes>",
} as const;

export interface Stage {
  readonly app: FastifyInstance;
  readonly station: TinyStation;
  readonly stationUrl: string;
  readonly faults: Faults;
  /** How long the node waits, in milliseconds: long, so that a busy machine is not taken for silence. Shorten it where the station keeps silent. */
  readonly patience: { enquiry: number; receipt: number };
  /** Moves the platform's clock forward. */
  pass(ms: number): void;
  /** A call of the simulator's JSON or REST side: status, headers and parsed body. */
  call(method: "GET" | "POST" | "PUT" | "DELETE", url: string, body?: unknown, headers?: Record<string, string>): Promise<Reply>;
  close(): Promise<void>;
}

export interface Reply {
  readonly status: number;
  readonly headers: Record<string, unknown>;
  readonly text: string;
  readonly body: Json;
}

/** JSON as tests walk through it. */
export type Json = { readonly [key: string]: Json } & { readonly length: number } & string;

/** The pagoPA simulator with a willing tiny station, and little patience between tries. */
export async function setStage(changes: Partial<NodeSettings> = {}): Promise<Stage> {
  const station = new TinyStation();
  Object.assign(station.answers, willing);
  const stationUrl = await station.listen();
  const faults = new Faults();
  let ahead = 0;
  const world: World = {
    people: [],
    faults,
    sandboxUrl: "http://sandbox.test",
    hubUrl: "http://hub.test",
    dataDir: "/nonexistent",
    clock: { now: () => new Date(Date.UTC(2026, 5, 1, 22, 30) + ahead) },
    log: silentLog,
  };
  const app = Fastify({ forceCloseConnections: true });
  await app.register(formbody);
  const patience = { enquiry: 60_000, receipt: 60_000 };
  const settings = { stationUrl, timeouts: patience, retry: { everyMs: 40, tries: 48 }, waitingMs: 30, ...changes };
  await app.register(async scope => createPagopa(settings).register(scope, world));
  return {
    app,
    station,
    stationUrl,
    faults,
    patience,
    pass: ms => void (ahead += ms),
    call: async (method, url, body, headers = {}) => {
      const reply = await app.inject({ method, url, headers, ...(body !== undefined && { payload: body as object }) });
      const isJson = String(reply.headers["content-type"]).includes("json");
      return { status: reply.statusCode, headers: reply.headers, text: reply.body, body: (isJson ? reply.json() : {}) as Json };
    },
    close: async () => {
      await app.close();
      await station.close();
    },
  };
}

/** Waits until something holds, at most half a minute. */
export async function until(holds: () => boolean): Promise<void> {
  for (const end = Date.now() + 30_000; Date.now() < end && !holds();) await new Promise(done => setTimeout(done, 10));
}

/** The default institutions, with one of them changed. */
export const withInstitution = (fiscalCode: string, change: object) =>
  defaultSettings.institutions.map(each => (each.fiscalCode === fiscalCode ? { ...each, ...change } : each));
