import { request, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import Fastify, { type FastifyInstance } from "fastify";
import { judge } from "../../../connectors/pagopa/contract.ts";
import { withBody } from "../../../connectors/pagopa/envelope.ts";
import type { ClientRule } from "../../../server/web/client-certificate.ts";
import { registerStation } from "../../../server/web/station.ts";
import { messageIn, valueAt } from "../../connectors/pagopa/xml.ts";
import { ask, books, freshDatabase, makePosition, openStation, receipt, wire, type Instance } from "../../operations/payment/station-world.ts";
import { authority, type Pair } from "./certificates.ts";

const path = "/pagopa/paForNode";
let station: Instance;
let app: FastifyInstance;
let address: string;

const serve = (at: Instance, client: ClientRule = { by: "NOBODY" }, https?: object): FastifyInstance => {
  const server = (https ? Fastify({ https } as object) : Fastify()) as FastifyInstance;
  // A route of the same server with its usual parsers: those of the station are its own.
  server.post("/echo", async request => request.body);
  registerStation(server, { station: at, wire, client });
  return server;
};

beforeAll(async () => {
  station = await openStation();
  app = serve(station);
  address = await app.listen({ port: 0, host: "127.0.0.1" });
});

afterAll(async () => {
  await app.close();
  await station.close();
});

const post = (body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}, to = address): Promise<Response> =>
  fetch(to + path, { method: "POST", body, headers: { "content-type": "text/xml; charset=utf-8", ...headers } });

/** The body of an answer within the contract. */
async function answerTo(body: string, headers?: Record<string, string>): Promise<string> {
  const response = await post(body, headers);
  expect([response.status, response.headers.get("content-type")]).toEqual([200, "text/xml; charset=utf-8"]);
  const text = await response.text();
  expect({ verdict: withBody(Buffer.from(text), judge), text }).toMatchObject({ verdict: { valid: true } });
  return text;
}

test("a notice is verified, activated and paid over HTTP, as the node does it", async () => {
  const { notice, amountCents } = await makePosition(station);
  expect(valueAt(await answerTo(ask.verify(notice), { soapaction: `"paVerifyPaymentNotice"` }), "paVerifyPaymentNoticeRes", "paymentList", "paymentOptionDescription", "amount")).toBe("46.30");
  expect(valueAt(await answerTo(ask.pay(notice), { soapaction: "paGetPaymentV2" }), "paGetPaymentV2Response", "data", "paymentAmount")).toBe("46.30");
  const xml = receipt({ id: "http", notice, cents: amountCents });
  expect(valueAt(await answerTo(xml, { soapaction: "paSendRTV2" }), "paSendRTV2Response", "outcome")).toBe("OK");
  expect(valueAt(await answerTo(xml, { soapaction: "paSendRTV2" }), "paSendRTV2Response", "fault", "faultCode")).toBe("PAA_RECEIPT_DUPLICATA");
  expect(valueAt(await answerTo(ask.verify(notice)), "paVerifyPaymentNoticeRes", "fault", "faultCode")).toBe("PAA_PAGAMENTO_DUPLICATO");
  expect(valueAt(await answerTo(ask.demand()), "paDemandPaymentNoticeResponse", "fault", "faultCode")).toBe("PAA_SEMANTICA");
  expect(valueAt(await answerTo(ask.verify("000000000000000000")), "paVerifyPaymentNoticeRes", "fault", "faultCode")).toBe("PAA_PAGAMENTO_SCONOSCIUTO");
});

test("a message outside the contract is refused in the contract", async () => {
  const answer = await answerTo(ask.verify("30200106907373661A"), { soapaction: "paVerifyPaymentNotice" });
  expect(valueAt(answer, "paVerifyPaymentNoticeRes", "fault", "faultCode")).toBe("PAA_SINTASSI_EXTRAXSD");
});

describe("what is no message gets a SOAP fault and leaves nothing", () => {
  const verify = ask.verify("302001069073736611");
  test.each([
    ["nothing at all", "", {}, 500, "NOT_XML"],
    ["no XML", "{}", {}, 500, "NOT_XML"],
    ["a document type", `<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>${verify.replace(/^<\?.*\?>/, "")}`, {}, 500, "DOCTYPE"],
    ["another operation in its header", verify, { soapaction: "paSendRTV2" }, 500, "SOAP_ACTION"],
    ["another media type", verify, { "content-type": "application/json" }, 415, "MEDIA_TYPE"],
    ["a media type that is none", verify, { "content-type": "xml" }, 415, "MEDIA_TYPE"],
    ["a compressed body", verify, { "content-encoding": "gzip" }, 415, "ENCODED"],
    ["more than a message may be", verify.replace("</pafn:", `${" ".repeat(wire.messageBytes)}</pafn:`), { soapaction: "paVerifyPaymentNotice" }, 413, "TOO_LARGE"],
    ["more than any may be", " ".repeat(wire.receiptBytes + 1), { soapaction: "paSendRTV2" }, 413, "TOO_LARGE"],
  ])("%s", async (_, body, headers, status, reason) => {
    const before = await books(station);
    const response = await post(body, headers);
    const text = await response.text();
    expect([response.status, response.headers.get("content-type"), messageIn(text).localName, /<faultstring>(.*)<\/faultstring>/.exec(text)?.[1]]).toEqual([status, "text/xml; charset=utf-8", "Fault", reason]);
    expect(await books(station)).toEqual(before);
  });
});

test("a body without end is not read to its end", async () => {
  const { port, hostname } = new URL(address);
  const socket = connect(Number(port), hostname);
  const closed = new Promise<string>((resolve, reject) => {
    let text = "";
    socket.setEncoding("utf8").on("data", (chunk: string) => void (text += chunk)).on("close", () => resolve(text)).on("error", reject);
  });
  socket.write(`POST ${path} HTTP/1.1\r\nhost: hub\r\ncontent-type: text/xml\r\ntransfer-encoding: chunked\r\n\r\n`);
  const chunk = " ".repeat(0x10000);
  for (let sent = 0; sent <= wire.receiptBytes; sent += chunk.length) socket.write(`10000\r\n${chunk}\r\n`);
  expect(await closed).toMatch(/^HTTP\/1\.1 413 /);
});

test.each(["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])("%s is no way to speak to the station", async method => {
  const response = await new Promise<IncomingMessage>((done, fail) => request(address + path, { method }, done).on("error", fail).end());
  expect([response.statusCode, response.headers.allow, Buffer.concat(await response.toArray() as Buffer[]).toString()]).toEqual([405, "POST", ""]);
});

test("other routes keep their parsers", async () => {
  const response = await fetch(`${address}/echo`, { method: "POST", body: `{"a":1}`, headers: { "content-type": "application/json" } });
  expect(await response.json()).toEqual({ a: 1 });
});

test("with the database away the node is told to come again, and nothing else", async () => {
  const lost = await freshDatabase();
  const gone = await openStation(lost.url);
  const server = serve(gone);
  await lost.drop();
  for (const message of [ask.verify("302001069073736611"), ask.pay("302001069073736611"), receipt({ id: "later", notice: "302001069073736611", cents: 1 })]) {
    const { statusCode, body } = await server.inject({ method: "POST", url: path, headers: { "content-type": "text/xml" }, payload: message });
    expect([statusCode, messageIn(body).localName, /<faultstring>(.*)<\/faultstring>/.exec(body)?.[1]]).toEqual([500, "Fault", "TEMPORARY_FAILURE"]);
  }
  await Promise.all([server.close(), gone.close()]);
});

describe("who may speak as the node", () => {
  const names = { issuer: "Prova CA G1", names: ["forwarder.platform.example"] } as const;
  let node: Pair, impostor: Pair, expired: Pair, strange: Pair, server: Pair, trusted: string;

  beforeAll(async () => {
    const [ca, stranger] = await Promise.all([authority("Prova CA G1"), authority("Altra CA")]);
    trusted = ca.pem;
    [node, impostor, expired, strange, server] = await Promise.all([ca.issue("forwarder.platform.example"), ca.issue("forwarder.platform.example.evil"), ca.issue("forwarder.platform.example", -1), stranger.issue("forwarder.platform.example"), ca.issue("hub.example")]);
  });

  const inject = (server: FastifyInstance, headers: Record<string, string>, remoteAddress?: string) =>
    server.inject({ method: "POST", url: path, headers: { "content-type": "text/xml", ...headers }, payload: ask.verify("000000000000000000"), ...(remoteAddress ? { remoteAddress } : {}) }).then(({ statusCode }) => statusCode);

  test("a certificate that a trusted proxy hands on, by any of its ways of writing it", async () => {
    const behind = serve(station, { by: "PROXY", header: "Client-Cert", proxies: ["10.1.0.0/16", "::1", "127.0.0.1"], ...names });
    const base64 = node.certificate.replace(/-----[A-Z ]+-----|\s/g, "");
    const [structured, escaped] = [`:${base64}:`, encodeURIComponent(node.certificate)];
    for (const written of [structured, escaped]) expect(await inject(behind, { "client-cert": written })).toBe(200);
    for (const from of ["10.1.200.3", "::1", "::ffff:10.1.0.9"]) expect(await inject(behind, { "client-cert": structured }, from)).toBe(200);
    for (const from of ["10.2.0.1", "::2", "::ffff:10.2.0.9"]) expect(await inject(behind, { "client-cert": structured }, from)).toBe(403);
    for (const other of [impostor, expired, strange]) expect(await inject(behind, { "client-cert": encodeURIComponent(other.certificate) })).toBe(403);
    for (const broken of ["", "%", "::", "(null)", `:${base64.slice(8)}:`, `${structured}, ${structured}`, `:${base64}${base64}:`, escaped + escaped]) expect(await inject(behind, { "client-cert": broken })).toBe(403);
    expect(await inject(behind, {})).toBe(403);
    await behind.close();
  });

  test("no proxy named is no rule", () => {
    expect(() => serve(station, { by: "PROXY", header: "client-cert", proxies: [], ...names })).toThrow("no proxy");
    expect(() => serve(station, { by: "PROXY", header: "client-cert", proxies: ["10.0.0.0/99"], ...names })).toThrow();
  });

  test("a certificate shown to the hub itself", async () => {
    const own = serve(station, { by: "TLS", ...names }, { key: server.key, cert: server.certificate, ca: trusted, requestCert: true, rejectUnauthorized: false });
    const url = new URL(await own.listen({ port: 0, host: "127.0.0.1" }));
    const show = (pair?: Pair): Promise<number> => new Promise((resolve, reject) => {
      httpsRequest({ host: url.hostname, port: url.port, path, method: "POST", agent: false, rejectUnauthorized: false, headers: { "content-type": "text/xml" }, ...(pair ? { key: pair.key, cert: pair.certificate } : {}) }, response => {
        response.resume().on("end", () => resolve(response.statusCode!));
      }).on("error", reject).end(ask.verify("000000000000000000"));
    });
    expect([await show(node), await show(impostor), await show(expired), await show(strange), await show()]).toEqual([200, 403, 403, 403, 403]);
    await own.close();
    // Over plain HTTP there is nothing to show.
    const plain = serve(station, { by: "TLS", ...names });
    expect(await inject(plain, { "client-cert": node.certificate.replaceAll("\n", "") })).toBe(403);
    await plain.close();
  });
});
