import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import type { Client, Json } from "../../helpers/client.ts";
import { startHub, type TestHub } from "../../helpers/hub.ts";
import { form, submitted } from "../application/application.ts";

let hub: TestHub;
let ada: Client;
let operator: Client;

beforeAll(async () => {
  hub = await startHub({ sandbox: true });
  [ada, operator] = await Promise.all([hub.citizen("ada.rossi"), hub.staff({ [form.office]: ["FRONT_OFFICE"] })]);
});
afterAll(() => hub.close());
afterEach(() => hub.sandbox.world.faults.lift());

const problem = "... on Problem { code message path } ... on NotCertifiable { reason } ... on NotEligible { reason } ... on InvalidInput { reason }";
const certificate = `__typename ${problem} ... on Certificate { pdf number kinds duty { stampCents feeCents totalCents reason } provenance { source purpose } }`;
const free = { kinds: ["RESIDENCE"], use: "ADOPTION" };
const preview = async (client: Client, input: object): Promise<Json> =>
  (await client.data(`query ($input: CertificateInput!) { me { certificatePreview(input: $input) { ${certificate} } } }`, { input }))["me"]!["certificatePreview"]!;
const take = (client: Client, input: object): Promise<Json> => client.mutate("takeCertificate", { ...input }, `... on TakeCertificateSuccess { certificate { ${certificate} } } ${problem.replace("... on Problem { code message path }", "")}`);
const issue = (client: Client, input: object): Promise<Json> => client.mutate("issueCertificate", { ...input }, `... on IssueCertificateSuccess { certificate { ${certificate} } } ${problem.replace("... on Problem { code message path }", "")}`);
const isPdf = (text: unknown): boolean => Buffer.from(text as string, "base64").subarray(0, 5).toString() === "%PDF-";
const numberOf = (taken: Json): number => Number(taken["certificate"]!["number"]);

describe("a citizen", () => {
  test("sees a certificate as it would be issued, and what it costs", async () => {
    const shown = await preview(ada, { kinds: ["RESIDENCE", "HOUSEHOLD"], use: "ORDINARY" });
    expect(shown).toMatchObject({ __typename: "Certificate", number: null, kinds: ["RESIDENCE", "HOUSEHOLD"], duty: { stampCents: 1_600, feeCents: 52, totalCents: 1_652, reason: "DUTY_DUE" }, provenance: { source: "ANPR", purpose: "OWN_REQUEST" } });
    expect(isPdf(shown["pdf"])).toBe(true);
  });

  test("takes one for which nothing is due, once however often they ask with one key", async () => {
    const idempotencyKey = crypto.randomUUID();
    const taken = await take(ada, { ...free, idempotencyKey });
    expect(taken).toMatchObject({ __typename: "TakeCertificateSuccess", certificate: { number: expect.stringMatching(/^\d+$/), duty: { totalCents: 0, reason: "EXEMPT" } } });
    expect(isPdf(taken["certificate"]!["pdf"])).toBe(true);
    expect(await take(ada, { ...free, idempotencyKey })).toMatchObject({ certificate: { number: taken["certificate"]!["number"], pdf: taken["certificate"]!["pdf"] } });
    expect(numberOf(await take(ada, free))).toBe(numberOf(taken) + 1);
  });

  test.each(["reset", "malformed"] as const)("who lost the answer (%s) gets, with the same key, the one that was issued", async kind => {
    const before = numberOf(await take(ada, free));
    const idempotencyKey = crypto.randomUUID();
    hub.sandbox.world.faults.impose("anpr", { kind, times: 1 }, "6001");
    expect(await take(ada, { ...free, idempotencyKey })).toMatchObject({ __typename: "SourceUnavailable" });
    expect(numberOf(await take(ada, { ...free, idempotencyKey }))).toBe(before + 1);
    expect(numberOf(await take(ada, free))).toBe(before + 2);
  });

  test("has the read in the register, before it is sent, under the number that was sent", async () => {
    const taken = await take(ada, free);
    expect(taken["__typename"]).toBe("TakeCertificateSuccess");
    const [kept] = await hub.sql(`select r."data_sets"::text as "sets", r."purpose", r."purpose_reference" as "reference", o."outcome" from "access_record" r join "access_outcome" o on o."access_id" = r."id" order by r."sequence" desc limit 1`);
    expect(kept).toEqual({ sets: '["CERTIFICATE_RESIDENCE"]', purpose: "OWN_REQUEST", reference: expect.stringMatching(/^CERT-[0-9a-f]{14}$/), outcome: "FOUND" });
  });

  test.each<[string, object, object]>([
    ["duty is due", { kinds: ["RESIDENCE"], use: "ORDINARY" }, { __typename: "NotEligible", reason: "DUTY_DUE", path: ["input", "use"] }],
    ["a fee is due", { kinds: ["RESIDENCE"], use: "TRIAL" }, { __typename: "NotEligible", reason: "DUTY_DUE" }],
    ["the ground has no words", { kinds: ["RESIDENCE"], use: "OTHER_EXEMPT", useText: " " }, { __typename: "InvalidInput", path: ["input", "useText"] }],
    ["it is an administrations' matter", { kinds: ["RESIDENCE"], use: "BETWEEN_ADMINISTRATIONS" }, { __typename: "InvalidInput", path: ["input", "use"] }],
    ["it certifies nothing", { kinds: [], use: "ADOPTION" }, { __typename: "InvalidInput", path: ["input", "kinds"] }],
    ["kinds do not stand together", { kinds: ["RESIDENCE", "RESIDENCE_HISTORY"], use: "ADOPTION" }, { __typename: "NotCertifiable", reason: "COMBINATION", path: ["input", "kinds"] }],
  ])("is told when %s", async (_, input, expected) => {
    expect(await take(ada, input)).toMatchObject(expected);
  });

  test("is told what the registry does not certify, and that it is down", async () => {
    const ioana = await hub.citizen("ioana.popescu");
    expect(await take(ioana, { kinds: ["CITIZENSHIP"], use: "ADOPTION" })).toMatchObject({ __typename: "NotCertifiable", reason: null, message: "L'anagrafe non può certificare questi dati della persona." });
    hub.sandbox.world.faults.impose("anpr", { kind: "refuse", code: "EN181" }, "6001");
    expect(await preview(ada, free)).toMatchObject({ __typename: "NotCertifiable", reason: "OPEN_PROCEEDING" });
    hub.sandbox.world.faults.impose("anpr", { kind: "unavailable" }, "6001");
    expect(await preview(ada, free)).toMatchObject({ __typename: "SourceUnavailable" });
  });

  test("signs in well enough first", async () => {
    expect(await take(await hub.citizen("ada.rossi", { level: 1 }), free)).toMatchObject({ __typename: "AssuranceTooLow" });
  });
});

describe("an operator", () => {
  test("sees and issues a certificate about the applicant of a case of their office, once in the case", async () => {
    const application = await submitted(ada);
    const { node } = await operator.data(`query ($id: ID!) { node(id: $id) { ... on Application { certificatePreview(input: { kinds: [HOUSEHOLD], use: ORDINARY }) { ${certificate} } } } }`, { id: application });
    expect(node!["certificatePreview"]).toMatchObject({ __typename: "Certificate", number: null, duty: { totalCents: 1_652 }, provenance: { purpose: "APPLICATION" } });
    const wanted = { application, kinds: ["HOUSEHOLD"], use: "ORDINARY" };
    expect(await issue(operator, wanted)).toMatchObject({ __typename: "InvalidInput", path: ["input", "dutyPaid"] });
    const issued = await issue(operator, { ...wanted, dutyPaid: "VIRTUALLY" });
    expect(issued).toMatchObject({ __typename: "IssueCertificateSuccess", certificate: { number: expect.any(String) } });
    expect(numberOf(await issue(operator, { ...wanted, dutyPaid: "VIRTUALLY" }))).toBe(numberOf(issued));
    const nodes = (await ada.data("{ me { whoReadMyData(first: 1) { nodes { actor dataSets purpose } } } }"))["me"]!["whoReadMyData"]!["nodes"];
    expect(nodes).toEqual([{ actor: "STAFF", dataSets: ["CERTIFICATE_HOUSEHOLD"], purpose: "APPLICATION" }]);
  });

  test("of another office does not find the case", async () => {
    const elsewhere = await hub.staff({ tributi: ["FRONT_OFFICE"] });
    expect(await issue(elsewhere, { application: await submitted(ada), ...free })).toMatchObject({ __typename: "NotFound", path: ["input", "application"] });
  });
});
