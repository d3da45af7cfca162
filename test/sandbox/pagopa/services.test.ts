import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { creditor, iban, notice, paymentOk, setStage, type Stage, transfer } from "./harness.ts";

let stage: Stage;
beforeEach(async () => void (stage = await setStage()));
afterEach(async () => stage.close());

const keyed = (product: string) => ({ "ocp-apim-subscription-key": `sandbox-${product}-key` });
const pay = async (noticeNumber = notice, more: object = {}) => (await stage.call("POST", "/pagopa/node/pay", { fiscalCode: creditor, noticeNumber, skipVerify: true, ...more })).body;

describe("ACA", () => {
  const position = {
    paFiscalCode: creditor, entityType: "F", entityFiscalCode: "RSSMRA80A01H501U", entityFullName: "Persona di prova", iuv: notice.slice(1), nav: notice,
    amount: 1000, description: "Mensa scolastica", expirationDate: "2026-12-31T22:59:59Z", iban,
  };
  const put = async (change: object = {}, headers: Record<string, string> = keyed("aca")) => stage.call("POST", "/aca/v1/paCreatePosition", { ...position, ...change }, headers);

  test("creates, updates and closes; a repeat changes nothing", async () => {
    expect((await put()).body).toMatchObject({ status: "VALID", amount: 1000, nav: notice, switchToExpired: false });
    expect((await put()).body).toEqual((await put()).body);
    expect((await put({ amount: 1200 })).body).toMatchObject({ amount: 1200 });
    expect((await put({ amount: 0 })).body).toMatchObject({ status: "INVALID" });
    expect(await put({ amount: 0 })).toMatchObject({ status: 200, body: { status: "INVALID" } });
  });

  test("makes the notice number from the IUV when none is given", async () => {
    expect((await put({ nav: undefined })).body).toMatchObject({ nav: notice });
  });

  test.each([
    [401, "no key", {}, {}],
    [400, "an unknown kind of debtor", { entityType: "X" }, undefined],
    [400, "an expiry that is a day", { expirationDate: "2026-12-31" }, undefined],
    [400, "an expiry without its zone", { expirationDate: "2026-12-31T22:59:59" }, undefined],
    [400, "an account of 26 characters", { iban: iban.slice(1) }, undefined],
    [404, "an unknown creditor", { paFiscalCode: "12345678901" }, undefined],
    [404, "closing what was never there", { amount: 0 }, undefined],
    [422, "an account that nobody registered", { iban: "IT45R0760103200000000001015" }, undefined],
  ])("%i for %s", async (status, _name, change, headers) => expect((await put(change, headers)).status).toBe(status));

  test("409 for a notice number of another position, 422 for reopening a closed one", async () => {
    await put();
    expect((await put({ iuv: "02001069073736712" })).status).toBe(409);
    await put({ amount: 0 });
    expect((await put()).status).toBe(422);
  });

  test("serves the node while the station is away, at the amount deposited; what was paid so cannot change", async () => {
    expect(await pay(notice, { standIn: true })).toMatchObject({ outcome: "KO", fault: { faultCode: "PPT_STAZIONE_INT_PA_IRRAGGIUNGIBILE" } });
    await put({ amount: 1550 });
    expect(await pay(notice, { standIn: true })).toMatchObject({ outcome: "OK", payment: { receipt: { standIn: "true", paymentAmount: "15.50", debtor: { fullName: "Persona di prova" } } } });
    expect(stage.station.of("paGetPaymentV2")).toEqual([]);
    expect((await put()).status).toBe(422);
  });

  test.each([
    ["a closed position", { amount: 0 }],
    ["a position that may not be", { payStandIn: false }],
    ["an expired position that expires", { expirationDate: "2026-05-31T00:00:00Z", switchToExpired: true }],
  ])("%s is not served", async (_name, change) => {
    await put();
    await put(change);
    expect(await pay(notice, { standIn: true })).toMatchObject({ outcome: "KO" });
  });
});

test("without a key nobody's body is read; with one, what is none is named", async () => {
  const broken = async (url: string, headers: object, type = "application/json") => {
    const reply = await stage.app.inject({ method: "POST", url, headers: { ...headers, "content-type": type }, payload: "{" });
    return [reply.statusCode, String(reply.headers["content-type"]).split(";")[0]];
  };
  for (const [product, url] of [["checkout", "/checkout/ec/v2/carts"], ["aca", "/aca/v1/paCreatePosition"], ["gpd", `/gpd/debt-positions-service/v1/organizations/${creditor}/debtpositions`]] as const) {
    expect(await broken(url, {})).toEqual([401, "application/json"]);
    expect(await broken(url, keyed("fdr"))).toEqual([401, "application/json"]);
    expect(await broken(url, keyed(product))).toEqual([400, "application/problem+json"]);
    expect(await broken(url, keyed(product), "application/xml")).toEqual([415, "application/problem+json"]);
  }
});

describe("biz-events", () => {
  const lookup = async (iur: string, iuv = notice.slice(1), organization = creditor) =>
    stage.call("GET", `/bizevents/service/v1/organizations/${organization}/receipts/${iur}/paymentoptions/${iuv}`, undefined, keyed("biz-events"));

  test("finds a receipt that the station never got", async () => {
    stage.faults.impose("pagopa", { kind: "silent" }, "receipt");
    const { paymentToken } = await pay();
    expect(await lookup(paymentToken!)).toMatchObject({
      status: 200,
      body: { receiptId: paymentToken, paymentAmount: 10, debtor: { entityUniqueIdentifierValue: "ANONIMO" }, transferList: [{ idTransfer: 1, transferAmount: 10, iban }], metadata: [{ key: "pratica", value: "42" }] },
    });
  });

  test("finds nothing by wrong identifiers or for others", async () => {
    const { paymentToken } = await pay();
    const wrong = [["0", undefined, undefined], [paymentToken, "1", undefined], [paymentToken, undefined, "44444444444"]] as const;
    for (const [iur, iuv, organization] of wrong) {
      expect((await lookup(iur!, iuv, organization)).status).toBe(404);
      stage.pass(5_000);
    }
  });

  test("answers one call in five seconds, and ten in an hour", async () => {
    const { paymentToken } = await pay();
    const status = async () => (await lookup(paymentToken!)).status;
    expect([await status(), await status()]).toEqual([200, 429]);
    for (let call = 2; call <= 10; call += 1) {
      stage.pass(5_000);
      expect(await status()).toBe(200);
    }
    stage.pass(5_000);
    expect(await status()).toBe(429);
    stage.pass(3_600_000);
    expect(await status()).toBe(200);
  });
});

describe("FdR", () => {
  const base = `/fdr-org/service/v1/organizations/${creditor}/fdrs`;
  const get = async (url: string) => stage.call("GET", url, undefined, keyed("fdr"));
  const publish = async (more: object = {}) => (await stage.call("POST", "/pagopa/node/flows", { fiscalCode: creditor, ...more })).body.flows!;
  const fiveNotices = async () => {
    const tokens: string[] = [];
    for (let i = 0; i < 5; i += 1) tokens.push((await pay(`30200106907373661${i}`)).paymentToken!);
    return tokens;
  };

  test("reports what was paid, once, in pages, and ties to the cent", async () => {
    const tokens = await fiveNotices();
    await publish();
    expect(await publish()).toEqual([]);
    const list = (await get(base)).body;
    expect(list).toMatchObject({ count: 1, metadata: { pageNumber: 1, totPage: 1 }, data: [{ fdr: "2026-06-02ABI99998-0000000001", pspId: "ABI99998", revision: 1 }] });
    const flow = `${base}/2026-06-02ABI99998-0000000001/revisions/1/psps/ABI99998`;
    expect((await get(flow)).body).toMatchObject({ status: "PUBLISHED", totPayments: 5, sumPayments: 50, computedSumPayments: 50, regulationDate: "2026-06-02" });
    const pages = [await get(`${flow}/payments?page=1&size=2`), await get(`${flow}/payments?page=3&size=2`)].map(({ body }) => body);
    expect(pages[0]).toMatchObject({ count: 2, metadata: { pageSize: 2, pageNumber: 1, totPage: 3 }, data: [{ index: 1, iur: tokens[0], iuv: notice.slice(1), idTransfer: 1, pay: 10, payStatus: "EXECUTED" }, { index: 2 }] });
    expect(pages[1]).toMatchObject({ data: [{ index: 5, iur: tokens[4] }] });
  });

  test("makes one flow for each account, and leaves out stamps and other beneficiaries", async () => {
    await stage.close();
    stage = await setStage({ institutions: [{ fiscalCode: creditor, name: "Ente", enabled: true, ibans: ["*"], brokerId: creditor, stationId: "s", broadcast: [] }, { fiscalCode: "44444444444", name: "Altro", enabled: true, ibans: ["*"], brokerId: "b", stationId: "s", broadcast: [] }] });
    const stamp = "<richiestaMarcaDaBollo><hashDocumento>AAAA</hashDocumento><tipoBollo>01</tipoBollo><provinciaResidenza>CN</provinciaResidenza></richiestaMarcaDaBollo>";
    const transfers = [transfer(1, "1.00", "<IBAN>A</IBAN>"), transfer(2, "2.00", "<IBAN>B</IBAN>"), transfer(3, "16.00", stamp), transfer(4, "4.00", "<IBAN>C</IBAN>", "44444444444")].join("");
    stage.station.answers.paGetPaymentV2 = paymentOk("paGetPaymentV2Response", transfers, "23.00");
    await pay();
    expect(await publish()).toMatchObject([{ payments: [{ idTransfer: 1, pay: 100 }] }, { payments: [{ idTransfer: 2, pay: 200 }] }]);
  });

  test("publishes anew what was wrong: the list shows the last revision, the old one can still be read", async () => {
    const [first, second] = await fiveNotices();
    const [flow] = await publish({ omit: [first], amend: [{ iur: second, pay: 999 }], extra: [{ iuv: "99999999999999999", iur: "sconosciuto", pay: 1 }] }) as unknown as { fdr: string }[];
    const at = (revision: number) => `${base}/${flow!.fdr}/revisions/${revision}/psps/ABI99998`;
    expect((await get(at(1))).body).toMatchObject({ totPayments: 5, sumPayments: 40 });
    stage.pass(60_000);
    await stage.call("POST", `/pagopa/node/flows/${flow!.fdr}/revisions`, { amend: [{ iur: second, pay: 1000 }] });
    expect((await get(base)).body).toMatchObject({ count: 1, data: [{ revision: 2 }] });
    expect((await get(at(2))).body).toMatchObject({ revision: 2, sumPayments: 40.01 });
    expect((await get(at(1))).status).toBe(200);
  });

  test("lists by publication, forgets after thirty days", async () => {
    await pay();
    await publish();
    expect((await get(`${base}?publishedGt=2026-06-01T22:29:00Z`)).body).toMatchObject({ count: 1 });
    expect((await get(`${base}?publishedGt=2026-06-01T22:30:00Z`)).body).toMatchObject({ count: 0 });
    expect((await get(`${base}?pspId=ALTRA`)).body).toMatchObject({ count: 0 });
    stage.pass(31 * 86_400_000);
    expect((await get(base)).body).toMatchObject({ count: 0, data: [] });
  });

  test("what is not published is not there; wrong queries are named; no key, no flow", async () => {
    await pay();
    const [flow] = await publish({ status: "INSERTED" }) as unknown as { fdr: string }[];
    expect(await get(`${base}/${flow!.fdr}/revisions/1/psps/ABI99998`)).toMatchObject({ status: 404, body: { httpStatusCode: 404, appErrorCode: "FDR-0701" } });
    expect(await get(`${base}?size=1001`)).toMatchObject({ status: 400, body: { httpStatusDescription: "Bad Request", errors: [{ path: "size" }] } });
    expect((await get(`${base}/x/revisions/zero/psps/ABI99998/payments`)).status).toBe(400);
    expect((await get("/fdr-org/service/v1/organizations/12345678901/fdrs")).status).toBe(404);
    expect((await stage.call("GET", base)).status).toBe(401);
  });
});
