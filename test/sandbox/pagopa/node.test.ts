import { createServer, type AddressInfo, type Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { readRequest } from "../../../sandbox/pagopa/contract/read.ts";
import { creditor, envelope, iban, ko, notice, paymentOk, setStage, type Stage, TinyStation, transfer, until, verifyOk } from "./harness.ts";

let stage: Stage;
beforeEach(async () => void (stage = await setStage()));
afterEach(async () => stage.close());

const node = async (path: string, more: object = {}) => (await stage.call("POST", `/pagopa/node${path}`, { fiscalCode: creditor, noticeNumber: notice, ...more })).body;
const operationsCalled = () => stage.station.calls.map(({ operation }) => operation);

test("a payment asks, takes, pays and notifies, in this order", async () => {
  const paid = await node("/pay", { amount: "10.00", paymentNote: "ORD-1", fee: "1.50" });
  expect(paid).toMatchObject({ outcome: "OK", payment: { phase: "PAID", deliveries: [{ state: "NOTIFIED", tries: 1 }] } });
  expect(operationsCalled()).toEqual(["paVerifyPaymentNotice", "paGetPaymentV2", "paSendRTV2"]);
  expect(readRequest("paGetPaymentV2", stage.station.calls[1]!.body)).toEqual({
    idPA: creditor, idBrokerPA: creditor, idStation: `${creditor}_01`, qrCode: { fiscalCode: creditor, noticeNumber: notice }, amount: "10.00", paymentNote: "ORD-1",
  });
  const { receipt } = readRequest("paSendRTV2", stage.station.calls[2]!.body);
  expect(receipt).toMatchObject({
    receiptId: paid.paymentToken, noticeNumber: notice, fiscalCode: creditor, outcome: "OK", creditorReferenceId: notice.slice(1), paymentAmount: "10.00", companyName: "Ente",
    transferList: { transfer: [{ idTransfer: "1", IBAN: iban }] }, paymentNote: "ORD-1", fee: "1.50", metadata: { mapEntry: [{ key: "pratica", value: "42" }] }, standIn: "false",
    // 22:30 UTC on the first of June is half past midnight of the second in Italy.
    paymentDateTime: "2026-06-02T00:30:00", applicationDate: "2026-06-02", transferDate: "2026-06-03",
  });
  expect(paid.paymentToken).toMatch(/^[0-9a-f]{32}$/);
});

test("a station of the first version gets the first version's receipt, without what it does not know", async () => {
  await node("/pay", { version: 1, style: "defaulted", paymentNote: "ORD-1" });
  expect(operationsCalled()).toEqual(["paVerifyPaymentNotice", "paGetPayment", "paSendRT"]);
  expect(readRequest("paSendRT", stage.station.calls[2]!.body).receipt).not.toHaveProperty("paymentNote");
});

test("a stamp comes back with the receipt: the document's digest in a marca da bollo", async () => {
  const stamp = "<richiestaMarcaDaBollo><hashDocumento>wHpFSLCGZjIvNSXxqtGbxg7275t446DRTk5ZrsdUQ6E=</hashDocumento><tipoBollo>01</tipoBollo><provinciaResidenza>CN</provinciaResidenza></richiestaMarcaDaBollo>";
  stage.station.answers.paGetPaymentV2 = paymentOk("paGetPaymentV2Response", transfer(1, "16.00", stamp), "16.00");
  const paid = await node("/pay");
  const [got] = (paid as unknown as { payment: { receipt: { transferList: { transfer: { MBDAttachment: string }[] } } } }).payment.receipt.transferList.transfer;
  const mark = Buffer.from(got!.MBDAttachment, "base64").toString();
  expect(mark).toContain("<Importo>16.00</Importo>");
  expect(mark).toContain("<ns2:DigestValue>wHpFSLCGZjIvNSXxqtGbxg7275t446DRTk5ZrsdUQ6E=</ns2:DigestValue>");
});

test.each([
  ["the creditor's KO", ko("paVerifyPaymentNoticeRes", "PAA_PAGAMENTO_SCONOSCIUTO"), "PPT_ERRORE_EMESSO_DA_PAA"],
  ["a bad answer", "<p:paVerifyPaymentNoticeRes><outcome>OK</outcome></p:paVerifyPaymentNoticeRes>", "PPT_STAZIONE_INT_PA_ERRORE_RESPONSE"],
  ["HTTP 500", 500, "PPT_STAZIONE_INT_PA_ERRORE_RESPONSE"],
  ["silence", "silence", "PPT_STAZIONE_INT_PA_TIMEOUT"],
  ["a closed connection", "hang up", "PPT_STAZIONE_INT_PA_IRRAGGIUNGIBILE"],
] as const)("a PSP sees %s", async (_name, answer, faultCode) => {
  if (answer === "silence") stage.patience.enquiry = 100;
  stage.station.answers.paVerifyPaymentNotice = answer;
  expect(await node("/pay")).toMatchObject({ outcome: "KO", fault: { faultCode } });
  expect(operationsCalled()).toEqual(["paVerifyPaymentNotice"]);
});

test("the node answers for institutions that it does not know or does not serve", async () => {
  expect(await node("/verify", { fiscalCode: "12345678901" })).toMatchObject({ fault: { faultCode: "PPT_DOMINIO_SCONOSCIUTO" } });
  expect(await node("/verify", { fiscalCode: "11111122222" })).toMatchObject({ fault: { faultCode: "PPT_DOMINIO_DISABILITATO" } });
  expect(stage.station.calls).toEqual([]);
});

test("of twenty who want to pay one notice at once, one does", async () => {
  const all = await Promise.all(Array.from({ length: 20 }, async () => node("/pay", { skipVerify: true })));
  expect(all.filter(({ outcome }) => outcome === "OK")).toHaveLength(1);
  expect(all.filter(({ fault }) => fault?.faultCode === "PPT_PAGAMENTO_IN_CORSO")).toHaveLength(19);
  expect(stage.station.of("paGetPaymentV2")).toHaveLength(1);
});

test("a token blocks the notice until it expires; an abandoned or failed attempt frees it; a paid notice stays paid", async () => {
  expect(await node("/activate", { expirationTime: 60_000 })).toMatchObject({ outcome: "OK", payment: { phase: "PAYING" } });
  expect(await node("/verify")).toMatchObject({ fault: { faultCode: "PPT_PAGAMENTO_IN_CORSO" } });
  stage.pass(60_000);
  expect(await node("/verify")).toMatchObject({ outcome: "OK" });
  expect(await node("/pay", { outcome: "KO" })).toMatchObject({ outcome: "OK", payment: { phase: "ABANDONED" } });
  stage.station.answers.paGetPaymentV2 = "silence";
  const { enquiry } = stage.patience;
  stage.patience.enquiry = 100;
  expect(await node("/activate")).toMatchObject({ fault: { faultCode: "PPT_STAZIONE_INT_PA_TIMEOUT" } });
  stage.patience.enquiry = enquiry;
  stage.station.answers.paGetPaymentV2 = paymentOk("paGetPaymentV2Response");
  expect(await node("/pay")).toMatchObject({ outcome: "OK" });
  expect(await node("/pay")).toMatchObject({ fault: { faultCode: "PPT_PAGAMENTO_DUPLICATO" } });
  expect(stage.station.of("paSendRTV2")).toHaveLength(1);
});

test("an outcome after the token expired is told so to the PSP and notified all the same: two payments of one notice can happen", async () => {
  const first = (await node("/activate", { expirationTime: 1_000 })).payment!.paymentToken;
  stage.pass(1_000);
  await node("/pay");
  const late = await stage.call("POST", "/pagopa/node/outcome", { paymentToken: first });
  expect(late.body).toMatchObject({ outcome: "KO", fault: { faultCode: "PPT_TOKEN_SCADUTO" }, payment: { phase: "PAID" } });
  const ids = stage.station.of("paSendRTV2").map(({ body }) => /<receiptId>(.*?)</.exec(body)![1]);
  expect(new Set(ids).size).toBe(2);
});

test("the probe of the way out of stand-in asks for the notice of eighteen zeros", async () => {
  stage.station.answers.paVerifyPaymentNotice = ko("paVerifyPaymentNoticeRes", "PAA_PAGAMENTO_SCONOSCIUTO");
  const probed = (await stage.call("POST", "/pagopa/node/probe", { fiscalCode: creditor })).body;
  expect(probed).toMatchObject({ fault: { originalFaultCode: "PAA_PAGAMENTO_SCONOSCIUTO" } });
  expect(stage.station.calls[0]!.body).toContain("<noticeNumber>000000000000000000</noticeNumber>");
});

test("other identifiers can be tried on a station", async () => {
  await node("/verify", { as: { idPA: "99999999999", idStation: "altrove" } });
  expect(readRequest("paVerifyPaymentNotice", stage.station.calls[0]!.body)).toMatchObject({ idPA: "99999999999", idBrokerPA: creditor, idStation: "altrove" });
});

test("a spontaneous payment asks for its notice", async () => {
  stage.station.answers.paDemandPaymentNotice = ko("paDemandPaymentNoticeResponse", "PAA_SYSTEM_ERROR");
  const asked = (await stage.call("POST", "/pagopa/node/demand", { fiscalCode: creditor, idServizio: "00001", idSoggettoServizio: "00002", datiSpecificiServizioRequest: "AAAA" })).body;
  expect(asked).toMatchObject({ fault: { originalFaultCode: "PAA_SYSTEM_ERROR" } });
  expect(readRequest("paDemandPaymentNotice", stage.station.calls[0]!.body)).toMatchObject({ idServizio: "00001", idSoggettoServizio: "00002" });
});

test("faults of the node's own: it refuses, is down, asks twice", async () => {
  stage.faults.impose("pagopa", { kind: "refuse", code: "PPT_PSP_DISABILITATO", times: 1 }, "verify");
  expect(await node("/verify")).toMatchObject({ fault: { faultCode: "PPT_PSP_DISABILITATO" } });
  stage.faults.impose("pagopa", { kind: "unavailable", times: 1 }, "activate");
  expect(await node("/activate")).toMatchObject({ fault: { faultCode: "PPT_SYSTEM_ERROR" } });
  expect(stage.station.calls).toEqual([]);
  stage.faults.impose("pagopa", { kind: "duplicate", times: 1 }, "verify");
  expect(await node("/verify")).toMatchObject({ outcome: "OK" });
  await until(() => stage.station.calls.length === 2);
  expect(operationsCalled()).toEqual(["paVerifyPaymentNotice", "paVerifyPaymentNotice"]);
});

test("what is no request is named by its fields", async () => {
  const reply = await stage.call("POST", "/pagopa/node/pay", { fiscalCode: "12", noticeNumber: notice, surprise: 1 });
  expect(reply.status).toBe(400);
  expect(reply.text).toContain("fiscalCode");
  expect(reply.text).toContain("surprise");
});

describe("the verdict alone", () => {
  const judged = async (operation: string, payload: string | Buffer, type?: string) => {
    const reply = await stage.app.inject({ method: "POST", url: `/pagopa/node/judge/${operation}`, payload, headers: type === undefined ? {} : { "content-type": type } });
    return { status: reply.statusCode, ...reply.json<object>() };
  };

  test.each([undefined, "text/xml; charset=utf-8", "application/x-www-form-urlencoded", "application/json"])("is given for an answer of type %s, by the operation's name or its answer's", async type => {
    for (const operation of ["paVerifyPaymentNotice", "paVerifyPaymentNoticeRes"]) {
      expect(await judged(operation, envelope(verifyOk), type)).toMatchObject({ status: 200, outcome: "OK", answer: { companyName: "Ente" } });
      expect(await judged(operation, "", type)).toMatchObject({ status: 200, outcome: "KO", fault: { faultCode: "PPT_STAZIONE_INT_PA_ERRORE_RESPONSE" } });
    }
    expect(stage.station.calls).toEqual([]);
  });

  test("is the same as for a station that answers so, with the institutions as they are configured", async () => {
    const answer = paymentOk("paGetPaymentV2Response", transfer(1, "10.00", "<IBAN>IT60X0542811101000000123456</IBAN>"));
    expect(await judged("paGetPaymentV2Response", envelope(answer))).toMatchObject({ outcome: "KO", fault: { description: "IBAN is not registered for fiscalCodePA" } });
    await stage.call("PUT", `/pagopa/node/institutions/${creditor}`, { name: "Ente", ibans: ["*"], brokerId: creditor, stationId: `${creditor}_01` });
    expect(await judged("paGetPaymentV2Response", envelope(answer))).toMatchObject({ outcome: "OK" });
  });

  test("is not given for an operation that does not exist", async () => {
    expect(await judged("paSendRTV3", envelope(verifyOk))).toMatchObject({ status: 404, operations: expect.arrayContaining(["paSendRTV2"]) });
  });
});

test("a station that ends connections without a word is asked again all the same, and an answer without end is read no further than it may be long", async () => {
  const answered: Socket[] = [];
  const server = createServer(socket => {
    // Nothing more is read from a connection that has had its answer.
    socket.on("error", () => undefined).once("data", () => {
      answered.push(socket);
      if (answered.length < 3) {
        const body = envelope(verifyOk);
        socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
      } else {
        socket.write("HTTP/1.1 200 OK\r\n\r\n");
        const pour = (): void => void (socket.writable && socket.write(" ".repeat(100_000), pour));
        pour();
      }
    });
  });
  await new Promise<void>(done => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  try {
    await stage.call("PUT", `/pagopa/node/institutions/${creditor}`, { name: "Ente", ibans: ["*"], brokerId: creditor, stationId: "s", stationUrl: `http://127.0.0.1:${port}/` });
    expect(await node("/verify")).toMatchObject({ outcome: "OK" });
    expect(await node("/verify")).toMatchObject({ outcome: "OK" });
    expect(await node("/verify")).toMatchObject({ fault: { description: "larger than 1 MiB" } });
  } finally {
    for (const socket of answered) socket.destroy();
    await new Promise(done => server.close(done));
  }
});

test("an institution may have its station elsewhere", async () => {
  const other = new TinyStation();
  other.answers.paVerifyPaymentNotice = verifyOk.replace("<companyName>Ente", "<companyName>Altrove");
  const reply = { name: "Ente", ibans: ["*"], brokerId: creditor, stationId: `${creditor}_02`, stationUrl: await other.listen() };
  try {
    await stage.call("PUT", `/pagopa/node/institutions/${creditor}`, reply);
    expect(await node("/verify")).toMatchObject({ outcome: "OK", exchange: { url: reply.stationUrl, verdict: { answer: { companyName: "Altrove" } } } });
    expect(readRequest("paVerifyPaymentNotice", other.calls[0]!.body)).toMatchObject({ idStation: `${creditor}_02` });
    expect(stage.station.calls).toEqual([]);
  } finally {
    await other.close();
  }
});
