import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { readRequest } from "../../../sandbox/pagopa/contract/read.ts";
import { creditor, envelope, iban, ko, notice, setStage, type Stage, until, willing, withInstitution } from "./harness.ts";

let stage: Stage;
beforeEach(async () => void (stage = await setStage()));
afterEach(async () => stage.close());

const other = "302001069073736712";
const pay = async (noticeNumber = notice, more: object = {}) => (await stage.call("POST", "/pagopa/node/pay", { fiscalCode: creditor, noticeNumber, skipVerify: true, ...more })).body;
const again = async (more: object = {}) => (await stage.call("POST", "/pagopa/node/receipts/deliver", { fiscalCode: creditor, noticeNumber: notice, ...more })).body;
const received = () => stage.station.of("paSendRTV2");
const idOf = ({ body }: { body: string }) => /<receiptId>(.*?)</.exec(body)![1];
const afterTwoIntervals = async () => new Promise(done => setTimeout(done, 120));

test.each([
  ["silence", "silence"],
  ["a bad answer", "<p:paSendRTV2Response/>"],
  ["HTTP 500", 500],
  ["a closed connection", "hang up"],
] as const)("after %s a receipt comes again, the same, until it is taken", async (_name, first) => {
  const { receipt } = stage.patience;
  if (first === "silence") stage.patience.receipt = 200;
  let tries = 0;
  stage.station.answers.paSendRTV2 = () => {
    tries += 1;
    if (tries === 2) stage.patience.receipt = receipt;
    return tries > 2 ? willing.paSendRTV2 : first;
  };
  const paid = await pay();
  expect(paid).toMatchObject({ outcome: "OK", payment: { deliveries: [{ state: "NOTICE_PENDING", tries: 1 }] } });
  await until(() => received().length === 3);
  await afterTwoIntervals();
  expect(received().map(idOf)).toEqual(Array.from({ length: 3 }, () => paid.paymentToken));
});

test.each([
  ["OK", willing.paSendRTV2],
  ["KO", ko("paSendRTV2Response", "PAA_RECEIPT_DUPLICATA")],
])("a valid %s is final", async (_name, answer) => {
  stage.station.answers.paSendRTV2 = answer;
  expect(await pay()).toMatchObject({ payment: { deliveries: [{ state: "NOTIFIED" }] } });
  await afterTwoIntervals();
  expect(received()).toHaveLength(1);
});

test("after the last try a receipt stays where it is until somebody restarts it", async () => {
  await stage.close();
  stage = await setStage({ retry: { everyMs: 10, tries: 2 } });
  stage.station.answers.paSendRTV2 = 500;
  await pay();
  await until(() => received().length === 3);
  await afterTwoIntervals();
  expect(received()).toHaveLength(3);
  stage.station.answers.paSendRTV2 = willing.paSendRTV2;
  const restarted = await stage.call("POST", "/pagopa/node/receipts/retry", {});
  expect(restarted.body).toMatchObject({ deliveries: [{ state: "NOTIFIED", tries: 4 }] });
  expect((await stage.call("POST", "/pagopa/node/receipts/retry", {})).body).toMatchObject({ deliveries: [] });
});

test("lost: the node believes it delivered, the station never sees it", async () => {
  stage.faults.impose("pagopa", { kind: "silent", times: 1 }, "receipt");
  expect(await pay()).toMatchObject({ payment: { deliveries: [{ state: "NOTIFIED", heldBy: "silent" }] } });
  await afterTwoIntervals();
  expect(received()).toEqual([]);
});

test("late: it comes after a while", async () => {
  stage.faults.impose("pagopa", { kind: "late", ms: 60, times: 1 }, "receipt");
  await pay();
  expect(received()).toEqual([]);
  await until(() => received().length === 1);
  expect(received()).toHaveLength(1);
});

test("double: it comes twice at once", async () => {
  stage.faults.impose("pagopa", { kind: "duplicate", times: 1 }, "receipt");
  const paid = await pay();
  expect(received().map(idOf)).toEqual([paid.paymentToken, paid.paymentToken]);
});

test("out of order: the first is overtaken by the second", async () => {
  stage.faults.impose("pagopa", { kind: "late", code: "reorder", times: 1 }, "receipt");
  const first = await pay();
  const second = await pay(other);
  await until(() => received().length === 2);
  expect(received().map(idOf)).toEqual([second.paymentToken, first.paymentToken]);
});

test("an answer lost on the way back makes the node deliver again what the station already has", async () => {
  stage.faults.impose("pagopa", { kind: "reset", times: 1 }, "receipt");
  const paid = await pay();
  await until(() => received().length === 2);
  expect(received().map(idOf)).toEqual([paid.paymentToken, paid.paymentToken]);
});

test("cut on the way, and not sent at all: both come again", async () => {
  stage.station.answers.paSendRTV2 = ({ body }) => (body.endsWith("</soapenv:Envelope>") ? willing.paSendRTV2 : 500);
  stage.faults.impose("pagopa", { kind: "malformed", times: 1 }, "receipt");
  await pay();
  await until(() => received().length === 2);
  expect(received()).toHaveLength(2);
  stage.faults.impose("pagopa", { kind: "unavailable", times: 1 }, "receipt");
  await pay(other);
  expect(received()).toHaveLength(2);
  await until(() => received().length === 3);
  expect(received()).toHaveLength(3);
});

test("a receipt can be delivered again, many times at once, or as a second payment of the notice", async () => {
  const paid = await pay();
  await again({ times: 50 });
  expect(new Set(received().map(idOf))).toEqual(new Set([paid.paymentToken]));
  expect(received()).toHaveLength(51);
  await again({ mode: "another" });
  expect(idOf(received().at(-1)!)).not.toBe(paid.paymentToken);
  expect(await again({ noticeNumber: other })).toMatchObject({ outcome: "KO" });
});

test("another institution's receipt reaches a beneficiary", async () => {
  await again({ mode: "foreign", fiscalCode: "90000000001", noticeNumber: other, idPA: creditor, amount: "7.50" });
  expect(readRequest("paSendRTV2", received()[0]!.body)).toMatchObject({
    idPA: creditor,
    receipt: { fiscalCode: "90000000001", noticeNumber: other, paymentAmount: "7.50", transferList: { transfer: [{ fiscalCodePA: creditor, IBAN: iban }] } },
  });
});

test("stations that asked for copies get one each, beside the issuer's", async () => {
  const { stationUrl } = stage;
  const institutions = withInstitution(creditor, { broadcast: [{ brokerId: "broker", stationId: "copie_01", url: stationUrl, version: 1 }] });
  await stage.close();
  stage = await setStage({ institutions: institutions.map(each => ({ ...each, broadcast: each.broadcast.map(({ url: _, ...copy }) => copy) })) });
  const paid = await pay();
  expect(readRequest("paSendRTV2", received()[0]!.body)).toMatchObject({ idStation: `${creditor}_01` });
  const [copy] = stage.station.of("paSendRT");
  expect(readRequest("paSendRT", copy!.body)).toMatchObject({ idPA: creditor, idBrokerPA: "broker", idStation: "copie_01", receipt: { receiptId: paid.paymentToken } });
});

test("a payment seen by the driver shows the raw messages", async () => {
  await pay();
  const { body } = await stage.call("GET", `/pagopa/node/payments?noticeNumber=${notice}`);
  expect(body).toMatchObject({ payments: [{ phase: "PAID", deliveries: [{ last: { operation: "paSendRTV2", status: 200, response: envelope(willing.paSendRTV2) } }] }] });
});
