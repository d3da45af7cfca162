import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { instantInRome } from "../../../rules/rome-time.ts";
import type { Client, Json } from "../../helpers/client.ts";
import { startHub, type TestHub } from "../../helpers/hub.ts";
import { person } from "../../helpers/sandbox.ts";

let hub: TestHub;
beforeAll(async () => { hub = await startHub({ sandbox: true }); });
afterAll(() => hub.close());

const verify = async (client: Client, input: object, selection = "resident since provenance { source purpose }"): Promise<Json> =>
  (await client.data(`query ($input: VerifyResidenceInput!) { verifications { residence(input: $input) { __typename ... on Problem { code message path } ... on QuotaExceeded { resetsAt } ... on ResidenceVerification { ${selection} } } } }`, { input }))["verifications"]!["residence"]!;
const elena = () => ({ fiscalCode: person("elena.giordano").fiscalCode, reference: "PROT-2026/17" });

describe("a partner", () => {
  test("gets a token for a signed assertion, and verifies a residence with it", async () => {
    const token = await (await fetch(`${hub.sandbox.url}/partner/token`, { method: "POST", headers: { "content-type": "application/json" }, body: "{}" })).json() as { access_token: string; token_type: string; scope: string };
    expect(token).toMatchObject({ token_type: "Bearer", scope: "ACC-2026-001" });
    const client = hub.visitor.with({ authorization: `Bearer ${token.access_token}` });
    expect(await verify(client, elena())).toMatchObject({ __typename: "ResidenceVerification", resident: true, since: "2021-09-15", provenance: { source: "ANPR", purpose: "AGREEMENT" } });
    const { status, errors } = await client.with({ authorization: `DPoP ${token.access_token}` }).ask("{ __typename }");
    expect([status, errors[0]!.extensions.code]).toEqual([401, "INVALID_TOKEN"]);
  });

  test("is told that somebody unknown is not in the registry", async () => {
    const partner = await hub.partner(["RESIDENCE"]);
    expect(await verify(partner, { fiscalCode: "PRMLVI80C45D205Z", reference: "1" })).toMatchObject({ __typename: "NotInRegistry", code: "NOT_IN_REGISTRY" });
  });

  test.each([["no reference", "   ", "Il campo non può essere vuoto."], ["a reference that is too long", "x".repeat(61), "Il testo è troppo lungo: al massimo 60 caratteri."]])("with %s is told so, and nothing is read or counted", async (_, reference, message) => {
    const partner = await hub.partner(["RESIDENCE"]);
    const reads = await hub.sql(`select count(*) as n from "access_record"`);
    expect(await verify(partner, { ...elena(), reference })).toMatchObject({ __typename: "InvalidInput", code: "INVALID_INPUT", path: ["input", "reference"], message });
    expect(await hub.sql(`select count(*) as n from "access_record"`)).toEqual(reads);
    expect(await hub.sql(`select * from "counter" where "key" like $1`, [`${partner.agreementId}/%`])).toEqual([]);
  });

  test.each([["address", ["RESIDENCE"]], ["civilStatus", ["RESIDENCE", "RESIDENCE_ADDRESS"]]] as const)("is refused %s where its agreement does not hold it, over both transports and in both languages", async (field, dataSets) => {
    const partner = await hub.partner(dataSets);
    const query = `query ($input: VerifyResidenceInput!) { verifications { residence(input: $input) { ... on ResidenceVerification { resident ${field} } } } }`;
    const { status, errors } = await partner.ask(query, { input: elena() });
    expect(status).toBe(400);
    expect(errors).toMatchObject([{ extensions: { code: "OUTSIDE_AGREEMENT" }, message: `Il campo "${field}" non fa parte dell'accordo.` }]);
    expect((await partner.with({ "accept-language": "en" }).askSocket(query, { input: elena() })).errors).toMatchObject([{ extensions: { code: "OUTSIDE_AGREEMENT" }, message: `The field "${field}" is not part of the agreement.` }]);
  });

  test("gets what its agreement holds", async () => {
    const partner = await hub.partner(["RESIDENCE", "RESIDENCE_ADDRESS", "CIVIL_STATUS"]);
    expect(await verify(partner, elena(), "resident address civilStatus")).toMatchObject({ resident: true, address: expect.stringMatching(/Nizza.*45/i), civilStatus: "SINGLE" });
  });

  test("whose agreement holds civil status alone asks for that alone", async () => {
    const partner = await hub.partner(["CIVIL_STATUS"]);
    const asked = await partner.data(`query ($input: VerifyCivilStatusInput!) { verifications { agreement civilStatus(input: $input) { __typename ... on CivilStatusVerification { civilStatus provenance { purpose } } } } }`, { input: elena() });
    expect(asked["verifications"]).toEqual({ agreement: partner.reference, civilStatus: { __typename: "CivilStatusVerification", civilStatus: "SINGLE", provenance: { purpose: "AGREEMENT" } } });
    const [kept] = await hub.sql(`select "data_sets"::text as "sets" from "access_record" order by "sequence" desc limit 1`);
    expect(kept).toEqual({ sets: '["CIVIL_STATUS"]' });
    const { errors } = await partner.ask(`{ verifications { residence(input: { fiscalCode: "${elena().fiscalCode}", reference: "1" }) { __typename } } }`);
    expect(errors[0]!.extensions.code).toBe("OUTSIDE_AGREEMENT");
  });

  test("reads so many times a day, at once or one by one, and is told when it may again", async () => {
    const partner = await hub.partner(["RESIDENCE"], { quota: 3 });
    const answers = await Promise.all(Array.from({ length: 8 }, (_, number) => verify(partner, { ...elena(), reference: `case ${number}` })));
    const refused = answers.filter(({ __typename: type }) => type === "QuotaExceeded");
    expect(refused).toHaveLength(5);
    const tomorrow = new Date(hub.clock.now().getTime() + 86_400_000);
    const midnight = instantInRome(new Intl.DateTimeFormat("en-CA", { timeZone: "Europe/Rome" }).format(tomorrow), "00:00");
    expect(refused[0]).toMatchObject({ code: "QUOTA_EXCEEDED", message: "La quota giornaliera dell'accordo è esaurita.", resetsAt: midnight.toISOString() });
  });

  test("is nobody any more from the day after its agreement ends", async () => {
    const ended = await hub.partner(["RESIDENCE"], { validTo: "2026-02-01" });
    const { status, errors } = await ended.ask("{ verifications { agreement } }");
    expect([status, errors[0]!.extensions.code]).toEqual([401, "INVALID_TOKEN"]);
  });

  test("leaves a trace that the person can read, with purpose and reference", async () => {
    const partner = await hub.partner(["RESIDENCE"]);
    await verify(partner, { ...elena(), reference: "PROT-TRACE" });
    const client = await hub.citizen("elena.giordano");
    const { nodes } = (await client.data("{ me { whoReadMyData(first: 5) { nodes { actor actorName purpose purposeText reference dataSets source } } } }"))["me"]!["whoReadMyData"]!;
    expect(nodes![0]).toEqual({ actor: "PARTNER", actorName: "Ente di prova", purpose: "AGREEMENT", purposeText: "Verifica di prova", reference: `${partner.reference} PROT-TRACE`, dataSets: ["RESIDENCE"], source: "ANPR" });
  });
});

describe("the token endpoint", () => {
  const ask = async (fields: Record<string, string>) => {
    const response = await fetch(`${hub.url}/oauth/token`, { method: "POST", body: new URLSearchParams(fields) });
    return { status: response.status, body: await response.json() as Record<string, string>, cache: response.headers.get("cache-control") };
  };
  const whole = { grant_type: "client_credentials", client_id: "partner-sandbox", client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer", client_assertion: "a.b.c" };

  test.each([
    ["without an assertion", { grant_type: "client_credentials", client_id: "partner-sandbox" }, 400, "invalid_request"], ["with a password", { ...whole, grant_type: "password" }, 400, "unsupported_grant_type"],
    ["of a stranger", { ...whole, client_id: "nobody" }, 401, "invalid_client"], ["with an assertion that is none", whole, 401, "invalid_client"], ["for another agreement", { ...whole, scope: "ACC-NONE" }, 400, "invalid_scope"],
  ])("refuses a request %s, and repeats nothing of it", async (_, fields, status, error) => {
    const answer = await ask(fields);
    expect(answer).toMatchObject({ status, body: { error }, cache: "no-store" });
    expect(JSON.stringify(answer.body)).not.toContain("a.b.c");
  });
});
