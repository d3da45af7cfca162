import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { creditor, iban, setStage, type Stage } from "./harness.ts";

let stage: Stage;
beforeEach(async () => void (stage = await setStage()));
afterEach(async () => stage.close());

type Version = 1 | 3;
const call = async (method: "GET" | "POST" | "PUT" | "DELETE", version: Version, path: string, body?: object, key = "sandbox-gpd-key") =>
  stage.call(method, `/gpd/debt-positions-service/v${version}/organizations/${creditor}${path}`, body, { "ocp-apim-subscription-key": key });

const transfer = { idTransfer: "1", amount: 1_000, organizationFiscalCode: creditor, remittanceInformation: "Mensa", category: "9/0101100IM/", iban, transferMetadata: [] };
const payable = (last: number, change: object = {}) => ({ nav: `3020010690737366${last}`, iuv: `020010690737366${last}`, amount: 1_000, description: "Mensa", dueDate: "2099-12-31T22:59:59Z", transfer: [transfer], ...change });
const debtor = { type: "F", fiscalCode: "RSSMRA80A01H501U", fullName: "Persona di prova" };
const position = (change: object = {}, ...payables: object[]) => ({
  iupd: "debt-1", ...debtor, switchToExpired: false, companyName: "Ente",
  paymentOption: (payables.length > 0 ? payables : [payable(11)]).map((each, index) => ({ ...each, isPartialPayment: index > 0, paymentOptionMetadata: [] })), ...change,
});
const position3 = (...options: object[][]) => ({
  iupd: "debt-1", companyName: "Ente", paymentOption: options.map(payables => ({ switchToExpired: false, debtor, installments: payables.map(each => ({ ...each, installmentMetadata: [] })) })),
});
const create = (body: object, version: Version = 1, publish = true) => call("POST", version, `/debtpositions?toPublish=${publish}`, body);

describe("GPD", () => {
  test("makes, shows, lists, replaces and takes out a position", async () => {
    expect(await create(position())).toMatchObject({ status: 201, body: { iupd: "debt-1", status: "VALID" } });
    expect(await call("GET", 1, "/debtpositions/debt-1")).toMatchObject({ status: 200, body: { status: "VALID" } });
    expect((await call("GET", 1, "/debtpositions?limit=1")).body).toMatchObject({ payment_position_list: [{ iupd: "debt-1" }] });
    expect(await call("PUT", 1, "/debtpositions/debt-1?toPublish=true", position({ companyName: "Altro" }))).toMatchObject({ status: 200, body: { companyName: "Altro" } });
    expect((await call("DELETE", 1, "/debtpositions/debt-1")).status).toBe(200);
    expect((await call("GET", 1, "/debtpositions/debt-1")).status).toBe(404);
  });

  test("publishes what was not, invalidates what was: each once", async () => {
    await create(position(), 1, false);
    expect((await call("POST", 1, "/debtpositions/debt-1/invalidate")).status).toBe(409);
    expect((await call("POST", 1, "/debtpositions/debt-1/publish")).body).toMatchObject({ status: "VALID" });
    expect((await call("POST", 1, "/debtpositions/debt-1/publish")).status).toBe(409);
    expect((await call("POST", 1, "/debtpositions/debt-1/invalidate")).body).toMatchObject({ status: "INVALID" });
    expect((await call("PUT", 1, "/debtpositions/debt-1?toPublish=true", position())).status).toBe(409);
  });

  test.each<[number, string, () => Promise<{ status: number }>]>([
    [401, "no key", () => call("GET", 1, "/debtpositions", undefined, "another")],
    [400, "an amount that is not the sum", () => create(position({}, payable(11, { amount: 999 })))],
    [400, "an account and a stamp for one share", () => create(position({}, payable(11, { transfer: [{ ...transfer, stamp: { hashDocument: "aGFzaA==", stampType: "01", provincialResidence: "CN" } }] })))],
    [400, "neither", () => create(position({}, payable(11, { transfer: [{ ...transfer, iban: undefined }] })))],
    [400, "six shares", () => create(position({}, payable(11, { amount: 6_000, transfer: Array.from({ length: 6 }, () => transfer) })))],
    [400, "a stamp with a postal account", () => create(position({}, payable(11, { transfer: [{ ...transfer, iban: undefined, postalIban: iban, stamp: { hashDocument: "aGFzaA==", stampType: "01", provincialResidence: "CN" } }] })))],
    [400, "an account with blanks", () => create(position({}, payable(11, { transfer: [{ ...transfer, iban: "IT45 R076" }] })))],
    [400, "a country that is none", () => create(position({ country: "Italia" }))],
    [400, "a country that is none, in version 3", () => create({ ...position3([payable(11)]), paymentOption: [{ switchToExpired: false, debtor: { ...debtor, country: "it" }, installments: [{ ...payable(11), installmentMetadata: [] }] }] }, 3)],
    [400, "validity that has begun", () => create(position({ validityDate: "2026-01-01T00:00:00Z" }))],
    [400, "a due day before validity", () => create(position({ validityDate: "2099-12-31T23:59:59Z" }))],
    [400, "retention that ends before the due day", () => create(position({}, payable(11, { retentionDate: "2099-12-31T00:00:00Z" })))],
    [400, "a page too large", () => call("GET", 1, "/debtpositions?limit=51")],
    [400, "a page before the first", () => call("GET", 1, "/debtpositions?page=-1")],
    [400, "due dates and payment dates at once", () => call("GET", 1, "/debtpositions?due_date_from=2026-01-01&payment_date_from=2026-01-01")],
    [403, "another institution's register", () => stage.call("GET", "/gpd/debt-positions-service/v1/organizations/12345678901/debtpositions", undefined, { "ocp-apim-subscription-key": "sandbox-gpd-key" })],
    [422, "payment of what is not valid yet", () => create(position({ validityDate: "2099-01-01T00:00:00Z" })).then(() => call("POST", 1, "/paymentoptions/paids/302001069073736611"))],
    [400, "a day that is past", () => create(position({}, payable(11, { dueDate: "2020-01-01T00:00:00Z" })))],
    [400, "another key in the body than in the address", () => create(position()).then(() => call("PUT", 1, "/debtpositions/debt-1", position({ iupd: "debt-2" }, payable(12))))],
    [404, "a change of what was never there", () => call("PUT", 1, "/debtpositions/debt-9", position({ iupd: "debt-9" }))],
    [409, "the same key twice", () => create(position()).then(() => create(position({}, payable(12))))],
    [409, "a notice of another debt", () => create(position()).then(() => create(position({ iupd: "debt-2" })))],
    [409, "one notice twice", () => create(position({}, payable(11), payable(11)))],
    [409, "a reserved key of metadata", () => create(position({ paymentOption: [{ ...payable(11), isPartialPayment: false, paymentOptionMetadata: [{ key: "NOTIFICATION_FEE", value: "1" }] }] }))],
    [404, "invalidating in version 3", () => create(position3([payable(11)]), 3).then(() => call("POST", 3, "/debtpositions/debt-1/invalidate"))],
    [422, "a plan of version 3 read in version 1", () => create(position3([payable(11)], [payable(12), payable(13)]), 3).then(() => call("GET", 1, "/debtpositions/debt-1"))],
  ])("%i for %s", async (status, _, act) => expect((await act()).status).toBe(status));

  test("lists by page, state and days, and says how many there are", async () => {
    for (const last of [11, 12, 13]) await create(position({ iupd: `debt-${last}` }, payable(last, { dueDate: `20${last + 20}-06-15T10:00:00Z` })), 1, last > 11);
    const listed = async (query: string) => {
      const { payment_position_list: all, page_info: info } = (await call("GET", 1, `/debtpositions?${query}`)).body as unknown as { payment_position_list: { iupd: string }[]; page_info: object };
      return [all.map(({ iupd }) => iupd), info];
    };
    expect(await listed("limit=2")).toEqual([["debt-13", "debt-12"], { page: 0, limit: 2, items_found: 2, total_pages: 2 }]);
    expect(await listed("limit=2&page=1&ordering=ASC")).toEqual([["debt-13"], { page: 1, limit: 2, items_found: 1, total_pages: 2 }]);
    expect(await listed("page=9")).toEqual([[], { page: 9, limit: 10, items_found: 0, total_pages: 1 }]);
    expect((await listed("status=DRAFT"))[0]).toEqual(["debt-11"]);
    expect((await listed("due_date_from=2032-06-15&due_date_to=2032-06-15"))[0]).toEqual(["debt-12"]);
    await call("POST", 1, "/paymentoptions/paids/302001069073736612", { paymentDate: "2026-06-01T10:00:00Z" });
    expect((await listed("payment_date_from=2026-06-01&payment_date_to=2026-06-01"))[0]).toEqual(["debt-12"]);
    expect((await listed("payment_date_from=2026-06-02"))[0]).toEqual([]);
  });

  test("what is published becomes valid in its time, and expires if it is to", async () => {
    const dated = { validityDate: "2026-06-03T00:00:00Z", switchToExpired: true };
    await create(position(dated, payable(11, { dueDate: "2026-06-05T00:00:00Z" })));
    const status = async (version: Version) => ((await call("GET", version, "/debtpositions/debt-1")).body as unknown as { status: string }).status;
    expect([await status(1), await status(3)]).toEqual(["PUBLISHED", "PUBLISHED"]);
    stage.pass(2 * 86_400_000);
    expect(await status(1)).toBe("VALID");
    stage.pass(2 * 86_400_000);
    expect([await status(1), await status(3)]).toEqual(["EXPIRED", "UNPAYABLE"]);
    expect((await call("POST", 1, "/debtpositions/debt-1/invalidate")).status).toBe(409);
    expect((await call("PUT", 1, "/debtpositions/debt-1?toPublish=true", position())).body).toMatchObject({ status: "VALID" });
  });

  test("shows a position without who owes it in version 1, option by option with where each stands", async () => {
    await create(position({}, payable(11)));
    expect((await call("GET", 1, "/debtpositions/debt-1")).body).toMatchObject({ organizationFiscalCode: creditor, type: "F", paymentOption: [{ nav: "302001069073736611", status: "PO_UNPAID", isPartialPayment: false, transfer: [{ status: "T_UNREPORTED", iban }] }] });
    expect((await call("GET", 1, "/debtpositions/debt-1")).text).not.toContain(debtor.fiscalCode);
    expect((await call("GET", 3, "/debtpositions/debt-1")).body).toMatchObject({ paymentOption: [{ debtor, installments: [{ status: "UNPAID" }] }] });
    expect((await call("DELETE", 1, "/debtpositions/debt-1")).text).toBe('"Debt position deleted"');
  });

  test("one option paid shuts out the other, and what is paid cannot be changed or taken out", async () => {
    expect(await create(position3([payable(11)], [payable(12), payable(13)]), 3)).toMatchObject({ status: 201 });
    const paid = (nav: string) => call("POST", 1, `/paymentoptions/paids/${nav}`, { paymentDate: "2026-07-01T10:00:00Z" });
    expect((await paid("302001069073736612")).status).toBe(200);
    expect((await call("GET", 3, "/debtpositions/debt-1")).body).toMatchObject({ status: "PARTIALLY_PAID" });
    expect((await paid("302001069073736611")).status).toBe(409);
    expect((await paid("302001069073736613")).status).toBe(200);
    expect((await call("GET", 3, "/debtpositions/debt-1")).body).toMatchObject({ status: "PAID" });
    expect((await call("PUT", 3, "/debtpositions/debt-1", position3([payable(11)]))).status).toBe(409);
    expect((await call("DELETE", 3, "/debtpositions/debt-1")).status).toBe(409);
  });
});
