import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import type { Answer, Client, GraphError } from "../helpers/client.ts";
import { startHub, type TestHub } from "../helpers/hub.ts";
import { personalData } from "../helpers/sandbox.ts";
import { form, rowCounts, start } from "../operations/application/application.ts";
import { book, bookable, hold } from "../operations/appointment/appointment.ts";

let hub: TestHub;
const clients: Record<string, Client> = {};
const ids: Record<string, string> = {};
let before: Record<string, number>;

beforeAll(async () => {
  hub = await startHub();
  const [ada, bruno] = await Promise.all([hub.citizen("ada.rossi"), hub.citizen("bruno.ferrero")]);
  Object.assign(clients, { visitor: hub.visitor, ada, bruno, staff: await hub.staff({ edilizia: ["CASE_OFFICER"] }), partner: await hub.partner(["RESIDENCE"]) });
  ids["application"] = (await start(ada, form.slug))["application"]!["id"]!;
  const what = await bookable(hub.visitor, hub.clock.now());
  ids["appointment"] = (await hold(ada, what, what.times[3]!.startsAt))["appointment"]!["id"]!;
  await book(ada, ids["appointment"]);
  Object.assign(ids, { service: what.service, office: what.office });
});
afterAll(() => hub.close());
beforeEach(async () => { before = await rowCounts(hub); });

/** What nobody but its owner may ever read, in an answer or in a log: the test persons' data and whatever the case itself sent. */
const never = personalData(["ada.rossi", "bruno.ferrero", "guido.garelli"]);

async function leavesNothing(texts: readonly string[], sent: readonly string[] = []): Promise<void> {
  expect(await rowCounts(hub)).toEqual(before);
  const said = [...texts, ...hub.log];
  expect([...never, ...sent].filter(secret => said.some(text => text.includes(secret)))).toEqual([]);
  expect(said.filter(text => /node_modules|\.ts:\d+|at async|"stack"/.test(text.replace(/"at":"[^"]*"/g, "")))).toEqual([]);
}

interface Case {
  readonly as?: string;
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>> | (() => Readonly<Record<string, unknown>>);
  readonly code: string;
  readonly it: string | RegExp;
  readonly en: string | RegExp;
  /** What of the case is not to be repeated to anybody. */
  readonly secret?: string;
  readonly field?: readonly string[];
}

const wrongCode = "RSSDAA84C52D205Y";
const verify = "query ($input: VerifyResidenceInput!) { verifications { residence(input: $input) { __typename } } }";
const contacts = "mutation ($input: UpdateContactsInput!) { updateContacts(input: $input) { __typename } }";
const availability = "query ($input: AvailabilityInput!) { availability(input: $input) { day } }";
const holdSlot = "mutation ($input: HoldSlotInput!) { holdSlot(input: $input) { __typename } }";
const startApplication = "mutation ($input: StartApplicationInput!) { startApplication(input: $input) { __typename ... on Problem { code message path } } }";
const key = { idempotencyKey: "a-key-of-this-test" };
const range = () => ({ service: ids["service"], office: ids["office"] });
const required = /^Il campo [\w.]+ non è valido\. /;
const wrongInEnglish = /^The field [\w.]+ is not valid\. /;

const cases: Readonly<Record<string, Case>> = {
  "a document that breaks off": { query: `{ administration { name`, code: "GRAPHQL_PARSE_FAILED", it: "Il documento non è GraphQL valido (1:24).", en: "The document is not valid GraphQL (1:24)." },
  "a document with something personal where a name should be": { query: `{ administration { "${wrongCode}" } }`, code: "GRAPHQL_PARSE_FAILED", it: /^Il documento non è GraphQL valido/, en: /^The document is not valid GraphQL/, secret: wrongCode },
  "a field that does not exist": { query: "{ administration { nme } }", code: "GRAPHQL_VALIDATION_FAILED", it: 'Il documento non è valido: Cannot query field "nme" on type "Administration".', en: 'The document is not valid: Cannot query field "nme" on type "Administration".' },
  "a way in that is somebody else's": { query: "{ desk { member } }", code: "GRAPHQL_VALIDATION_FAILED", it: 'Il documento non è valido: Cannot query field "desk" on type "Query".', en: 'The document is not valid: Cannot query field "desk" on type "Query".' },
  "an operation that is not in the document": { query: "query A { administration { name } } query B { administration { name } }", code: "OPERATION_RESOLUTION_FAILURE", it: /più operazioni/, en: /several operations/ },
  "a field of an input that does not exist": { as: "ada", query: contacts, variables: { input: { ...key, colour: "red" } }, code: "BAD_USER_INPUT", it: "Il campo input non è valido. UpdateContactsInput non ha il campo colour.", en: "The field input is not valid. UpdateContactsInput has no field colour.", field: ["input"] },
  "a fiscal code with the wrong check letter": { as: "partner", query: verify, variables: { input: { fiscalCode: wrongCode, reference: "1" } }, code: "BAD_USER_INPUT", it: required, en: wrongInEnglish, secret: wrongCode, field: ["input", "fiscalCode"] },
  "the same, written into the document": { as: "partner", query: `{ verifications { residence(input: { fiscalCode: "${wrongCode}", reference: "1" }) { __typename } } }`, code: "BAD_USER_INPUT", it: /^Un valore nel documento non è valido\. /, en: /^A value in the document is not valid\. /, secret: wrongCode },
  "a fiscal code without quotes": { as: "partner", query: `{ verifications { residence(input: { fiscalCode: ${wrongCode}, reference: "1" }) { __typename } } }`, code: "BAD_USER_INPUT", it: "Un valore nel documento non è valido. Serve un testo.", en: "A value in the document is not valid. A text is needed.", secret: wrongCode },
  "a fiscal code where a number should be": { query: `{ services(first: "${wrongCode}") { nodes { id } } }`, code: "BAD_USER_INPUT", it: "Un valore nel documento non è valido. Il valore non è del tipo richiesto.", en: "A value in the document is not valid. The value is not of the type required.", secret: wrongCode },
  "a fiscal code where a state should be": { as: "ada", query: `{ me { applications(filter: { states: [${wrongCode}] }) { totalCount } } }`, code: "BAD_USER_INPUT", it: "Un valore nel documento non è valido. Non è uno dei valori ammessi.", en: "A value in the document is not valid. It is not one of the values allowed.", secret: wrongCode },
  "a state that does not exist": { as: "ada", query: "query ($states: [ApplicationState!]) { me { applications(filter: { states: $states }) { totalCount } } }", variables: { states: [wrongCode] }, code: "BAD_USER_INPUT", it: "Il campo states.0 non è valido. Non è uno dei valori ammessi.", en: "The field states.0 is not valid. It is not one of the values allowed.", secret: wrongCode, field: ["states", "0"] },
  "a day that does not exist": { query: availability, variables: () => ({ input: { ...range(), from: "2026-02-30", to: "2026-03-01" } }), code: "BAD_USER_INPUT", it: "Il campo input.from non è valido. Serve una data esistente nella forma AAAA-MM-GG.", en: "The field input.from is not valid. An existing date is needed, as YYYY-MM-DD.", field: ["input", "from"] },
  "a day of year 0": { query: availability, variables: () => ({ input: { ...range(), from: "2026-13-01", to: "2026-03-01" } }), code: "BAD_USER_INPUT", it: required, en: wrongInEnglish },
  "an instant without a zone": { query: holdSlot, variables: () => ({ input: { ...range(), ...key, startsAt: "2026-12-01T09:00:00" } }), code: "BAD_USER_INPUT", it: /Serve un istante con fuso orario/, en: /An instant with its zone is needed/, field: ["input", "startsAt"] },
  "an instant of a day that does not exist": { query: holdSlot, variables: () => ({ input: { ...range(), ...key, startsAt: "2026-02-30T09:00:00Z" } }), code: "BAD_USER_INPUT", it: required, en: wrongInEnglish },
  "an address that is none": { as: "ada", query: contacts, variables: { input: { ...key, email: "ada.rossi(at)example" } }, code: "BAD_USER_INPUT", it: /L'indirizzo e-mail non è valido/, en: /The e-mail address is not valid/, secret: "ada.rossi(at)example", field: ["input", "email"] },
  "a text for a number": { query: "query ($n: Int) { services(first: $n) { nodes { id } } }", variables: { n: wrongCode }, code: "BAD_USER_INPUT", it: required, en: wrongInEnglish, secret: wrongCode },
  "a number beyond what an integer holds": { query: "query ($n: Int) { services(first: $n) { nodes { id } } }", variables: { n: 4_294_967_296 }, code: "BAD_USER_INPUT", it: required, en: wrongInEnglish },
  "a fraction for a whole number": { query: "query ($n: Int) { services(first: $n) { nodes { id } } }", variables: { n: 1.5 }, code: "BAD_USER_INPUT", it: required, en: wrongInEnglish },
  "an object for an id": { query: "query ($id: ID!) { node(id: $id) { id } }", variables: { id: { $ne: null } }, code: "BAD_USER_INPUT", it: required, en: wrongInEnglish },
  "nothing for what must be there": { query: "query ($id: ID!) { node(id: $id) { id } }", variables: {}, code: "BAD_USER_INPUT", it: "Il campo id non è valido. Manca.", en: "The field id is not valid. It is missing." },
  "null for what must be there": { query: "query ($id: ID!) { node(id: $id) { id } }", variables: { id: null }, code: "BAD_USER_INPUT", it: "Il campo id non è valido. Serve un valore di tipo ID!.", en: "The field id is not valid. A value of type ID! is needed." },
  "no idempotency key": { as: "ada", query: startApplication, variables: () => ({ input: { service: ids["service"] } }), code: "BAD_USER_INPUT", it: "Il campo input non è valido. Manca idempotencyKey (String!).", en: "The field input is not valid. idempotencyKey (String!) is missing.", field: ["input"] },
  "no idempotency key in the document": { as: "ada", query: `mutation { startApplication(input: { service: "srv_1" }) { __typename } }`, code: "BAD_USER_INPUT", it: "Un valore nel documento non è valido. Manca idempotencyKey (String!).", en: "A value in the document is not valid. idempotencyKey (String!) is missing." },
  "a character that no table keeps": { as: "ada", query: contacts, variables: { input: { ...key, phone: "0171\u0000" } }, code: "BAD_USER_INPUT", it: /caratteri non ammessi/, en: /characters that are not allowed/ },
  "half a character": { as: "ada", query: "mutation ($input: GenericDraftInput!) { saveGenericDraft(input: $input) { __typename } }", variables: () => ({ input: { ...key, application: ids["application"], answers: { address: "Via \ud800" } } }), code: "BAD_USER_INPUT", it: /caratteri non ammessi/, en: /characters that are not allowed/ },
  "a character that no table keeps, written into the document": { query: `{ service(slug: "a\\u0000b") { id } }`, code: "BAD_USER_INPUT", it: /caratteri non ammessi/, en: /characters that are not allowed/ },
  "too deep a document": { query: `{ administration ${"{ a ".repeat(40)} ${"}".repeat(40)} }`, code: "LIMIT_EXCEEDED", it: /^La richiesta supera il limite "depth" \(\d+\)/, en: /^The request exceeds the limit "depth" \(\d+\)/ },
  "a thousand aliases": { query: `{ ${Array.from({ length: 1_000 }, (_, n) => `a${n}: __typename`).join(" ")} }`, code: "LIMIT_EXCEEDED", it: /supera il limite/, en: /exceeds the limit/ },
  "ten thousand words": { query: `{ ${"a ".repeat(9_000)} }`, code: "LIMIT_EXCEEDED", it: /supera il limite/, en: /exceeds the limit/ },
  "a document without end": { query: `{ administration { name } } #${"x".repeat(60_000)}`, code: "LIMIT_EXCEEDED", it: /supera il limite "characters"/, en: /exceeds the limit "characters"/ },
  "a hundred directives": { query: `{ administration ${"@skip(if: false) ".repeat(100)} { name } }`, code: "LIMIT_EXCEEDED", it: /supera il limite "directives"/, en: /exceeds the limit "directives"/ },
  "a fragment that leads to itself": { query: "{ administration { ...A } } fragment A on Administration { ...B } fragment B on Administration { ...A }", code: "GRAPHQL_VALIDATION_FAILED", it: /porta a sé stesso/, en: /leads back to itself/ },
  "variables nested without end": { as: "ada", query: "mutation ($input: GenericDraftInput!) { saveGenericDraft(input: $input) { __typename } }", variables: () => ({ input: { ...key, application: ids["application"], answers: JSON.parse(`${'{"a":'.repeat(100)}1${"}".repeat(100)}`) as object } }), code: "LIMIT_EXCEEDED", it: /supera il limite "valueDepth"/, en: /exceeds the limit "valueDepth"/ },
};

const variablesOf = ({ variables }: Case) => (typeof variables === "function" ? variables() : variables);

function says({ code, it, en, field }: Case, [error, ...others]: readonly GraphError[], language: "it" | "en"): void {
  expect(others).toEqual([]);
  expect(error!.extensions.code).toBe(code);
  const words = language === "it" ? it : en;
  if (typeof words === "string") expect(error!.message).toBe(words);
  else expect(error!.message).toMatch(words);
  if (field) expect(error!.extensions["field"]).toEqual(field);
}

describe.each(Object.entries(cases))("%s", (_, each) => {
  test("is refused over HTTP, in Italian and English, and leaves nothing", async () => {
    const client = clients[each.as ?? "visitor"]!;
    const answers: Answer[] = [];
    for (const [language, header] of [["it", "it-IT,it;q=0.9,en;q=0.8"], ["en", "en-GB,en;q=0.9"]] as const) {
      const answer = await client.with({ "accept-language": header }).ask(each.query, variablesOf(each));
      expect(answer.status).toBe(400);
      expect(answer.headers.get("content-type")).toContain("json");
      says(each, answer.errors, language);
      answers.push(answer);
    }
    await leavesNothing(answers.map(({ text }) => text), each.secret ? [each.secret] : []);
  });

  test("is refused over WebSocket in the same words, and the socket lives on", async () => {
    const socket = await clients[each.as ?? "visitor"]!.bare({ headers: { "accept-language": "en" } });
    socket.subscribe("1", each.query, variablesOf(each));
    const message = await socket.next(({ id }) => id === "1");
    expect(message.type).toBe("error");
    says(each, message.payload as GraphError[], "en");
    socket.subscribe("2", "{ __typename }");
    expect(await socket.next(({ id, type }) => id === "2" && type === "next")).toMatchObject({ payload: { data: { __typename: "Query" } } });
    socket.ws.close();
    await leavesNothing([JSON.stringify(message)], each.secret ? [each.secret] : []);
  });
});

describe("a mutation", () => {
  test.each([["short", "1234567"], ["long", "x".repeat(256)], ["empty", ""]])("with a key that is too %s says so as data", async (_, idempotencyKey) => {
    for (const [language, message] of [["it", "La chiave di idempotenza deve avere da 8 a 255 caratteri, per esempio un UUID."], ["en-US", "An idempotency key has 8 to 255 characters: a UUID, for example."]] as const) {
      const { data } = await clients["ada"]!.with({ "accept-language": language }).ask(startApplication, { input: { service: ids["service"], idempotencyKey } });
      expect(data).toEqual({ startApplication: { __typename: "InvalidInput", code: "INVALID_INPUT", message, path: ["input", "idempotencyKey"] } });
    }
    await leavesNothing([]);
  });

  /** Every mutation that names something of somebody's, and how it names it. */
  const naming: Readonly<Record<string, readonly [as: string, input: string, field: string, prefix: string, more: object]>> = {
    bookAppointment: ["bruno", "BookAppointmentInput", "appointment", "apt", {}], cancelAppointment: ["bruno", "CancelAppointmentInput", "appointment", "apt", {}],
    saveZtlPermitDraft: ["bruno", "ZtlPermitDraftInput", "application", "app", { category: "FIRM", plates: ["GA123BC"], from: "2027-01-10" }], saveGenericDraft: ["bruno", "GenericDraftInput", "application", "app", { answers: {} }],
    submitApplication: ["bruno", "SubmitApplicationInput", "application", "app", {}], startPayment: ["bruno", "StartPaymentInput", "payment", "pay", {}],
    decideApplication: ["staff", "DecideApplicationInput", "application", "app", { decision: "ACCEPTED" }],
  };

  test.each(Object.entries(naming))("%s answers somebody else's id as one of nothing, in both languages and over both transports", async (name, [as, input, field, prefix, more]) => {
    const query = `mutation ($input: ${input}!) { result: ${name}(input: $input) { __typename ... on Problem { code message path } } }`;
    const foreign = ids[field] ?? `${prefix}_0192aaaa-1111-7000-8000-000000000000`;
    const answers = [];
    for (const id of [foreign, `${prefix}_0192aaaa-0000-7000-8000-000000000000`, "nonsense", `srv_${foreign.slice(4)}`]) {
      const variables = { input: { [field]: id, idempotencyKey: crypto.randomUUID(), ...more } };
      answers.push((await clients[as]!.ask(query, variables)).data, (await clients[as]!.askSocket(query, variables)).data);
    }
    expect(new Set(answers.map(answer => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]).toEqual({ result: { __typename: "NotFound", code: "NOT_FOUND", message: "L'elemento richiesto non esiste.", path: ["input", field] } });
    await leavesNothing([]);
  });
});

describe("a request that no operation sees", () => {
  const english = { "accept-language": "en" };
  const body = (text: string | undefined, headers: Record<string, string> = {}) => (language: Record<string, string>) => hub.visitor.post(text, { ...headers, ...language });
  const query = JSON.stringify({ query: "{ administration { name } }" });

  test.each<[string, (language: Record<string, string>) => Promise<Answer>, number, string, RegExp, RegExp]>([
    ["malformed JSON", body(`{"query": "{ administration { name } }`), 400, "BAD_REQUEST", /serve JSON valido/, /valid JSON is needed/],
    ["an empty body", body(""), 400, "BAD_REQUEST", /serve JSON valido/, /valid JSON is needed/],
    ["JSON that is no object", body('"query"'), 400, "BAD_REQUEST", /GraphQL su HTTP/, /GraphQL over HTTP/],
    ["an empty object", body("{}"), 400, "BAD_REQUEST", /GraphQL su HTTP/, /GraphQL over HTTP/],
    ["a list of requests", body(`[${query},${query}]`), 400, "BATCH_REFUSED", /una per richiesta/, /request of its own/],
    ["variables that are a text", body('{"query":"{ __typename }","variables":"x"}'), 400, "BAD_REQUEST", /GraphQL su HTTP/, /GraphQL over HTTP/],
    ["a query that is a number", body('{"query":7}'), 400, "BAD_REQUEST", /GraphQL su HTTP/, /GraphQL over HTTP/],
    ["an attempt on the prototype", body('{"query":"{ __typename }","__proto__":{"a":1}}'), 400, "BAD_REQUEST", /serve JSON valido/, /valid JSON is needed/],
    ["another content type", body(query, { "content-type": "text/plain" }), 400, "BAD_REQUEST", /GraphQL su HTTP/, /GraphQL over HTTP/],
    ["a content type of nobody's", body(query, { "content-type": "application/x-nothing" }), 415, "UNSUPPORTED_MEDIA_TYPE", /usare application\/json/, /use application\/json/],
    ["a body that is too large", body(JSON.stringify({ query: `{ __typename } #${"x".repeat(300_000)}` })), 413, "BODY_TOO_LARGE", /troppo grande/, /too large/],
    ["an address where nothing is", language => hub.visitor.post(query, language, "/graphqlx"), 404, "NOT_FOUND", /Qui non c'è nulla/, /There is nothing here/],
    ["a token that is none", language => hub.visitor.with({ authorization: "Bearer abc.def.ghi", ...language }).post(query), 401, "INVALID_TOKEN", /entrare di nuovo/, /sign in again/],
    ["a session that is none", language => hub.visitor.with({ cookie: "session=abcdef", ...language }).post(query), 401, "SESSION_EXPIRED", /entrare di nuovo/, /sign in again/],
  ])("%s", async (_, send, status, code, it, en) => {
    const [italian, inEnglish] = [await send({}), await send(english)];
    expect([italian.status, inEnglish.status]).toEqual([status, status]);
    expect([italian.errors[0]?.extensions.code, inEnglish.errors[0]?.extensions.code]).toEqual([code, code]);
    expect(italian.errors[0]!.message).toMatch(it);
    expect(inEnglish.errors[0]!.message).toMatch(en);
    await leavesNothing([italian.text, inEnglish.text]);
  });

  test("a session that ended is told so, and its cookie is taken back", async () => {
    const client = await hub.citizen("elena.giordano", { endsAt: new Date(hub.clock.now().getTime() - 1_000) });
    const { status, headers, errors } = await client.ask("{ me { id } }");
    expect([status, errors[0]!.extensions.code]).toEqual([401, "SESSION_EXPIRED"]);
    expect(headers.get("set-cookie")).toMatch(/^session=; Max-Age=0/);
    expect(await client.askSocket("{ me { id } }").catch((closed: { code: number }) => closed.code)).toBe(4403);
  });
});
