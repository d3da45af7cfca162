import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { openCitizenApp, type AppMessage, type CitizenApp } from "../../../connectors/io/index.ts";
import { SourceMalformed, SourceRefused, SourceUnavailable } from "../../../connectors/upstream.ts";
import { systemClock } from "../../../kernel/clock.ts";
import { silentLog } from "../../../kernel/log.ts";

interface Asked {
  readonly method: string;
  readonly url: string;
  readonly key: unknown;
  readonly body: unknown;
}

let server: Server;
let asked: Asked[];
let answer: { status: number; body?: string; headers?: Record<string, string> } | "nothing";
let app: CitizenApp;
beforeEach(async () => {
  asked = [];
  server = createServer((request, response) => void read(request).then(body => {
    asked.push({ method: request.method!, url: request.url!, key: request.headers["ocp-apim-subscription-key"], body: JSON.parse(body) });
    if (answer === "nothing") return;
    response.writeHead(answer.status, { "content-type": "application/json", ...answer.headers }).end(answer.body ?? "{}");
  })).listen(0, "127.0.0.1");
  await once(server, "listening");
  app = openCitizenApp({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1`, subscriptionKey: "the-key", organisation: "00480530047", deadlineMs: 1_000 }, { clock: systemClock, log: silentLog });
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise(closed => server.close(closed));
});

async function read(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const part of request) text += String(part);
  return text;
}

const person = "RSSMRA80A01D205U";
const message: AppMessage = {
  fiscalCode: person, subject: "Avviso di pagamento", markdown: "Testo. ".repeat(20), dueOn: "2027-01-12",
  notice: { noticeNumber: "302000000000001505", amountCents: 4_000, endsWithDueDay: false, creditorFiscalCode: "00480530047" },
};
const failure = (work: Promise<unknown>) => work.then(value => value, (error: unknown) => error);

test("the profile is asked for in the body, with the key of the service", async () => {
  answer = { status: 200, body: JSON.stringify({ sender_allowed: true, preferred_languages: ["en_GB", "it_IT"] }) };
  expect(await app.reach(person)).toEqual({ reachable: true, language: "EN" });
  expect(asked).toEqual([{ method: "POST", url: "/api/v1/profiles", key: "the-key", body: { fiscal_code: person } }]);
});

test.each([
  ["who turned the service off", { status: 200, body: `{"sender_allowed":false,"preferred_languages":["it_IT"]}` }, { reachable: false, language: "IT" }],
  ["who has no app", { status: 404 }, { reachable: false, language: null }],
  ["who reads a language that we cannot write", { status: 200, body: `{"sender_allowed":true,"preferred_languages":["fr_FR"]}` }, { reachable: true, language: null }],
  ["whose app has no languages", { status: 200, body: `{"sender_allowed":true,"preferred_languages":null}` }, { reachable: true, language: null }],
  ["whose app says nothing of languages", { status: 200, body: `{"sender_allowed":true}` }, { reachable: true, language: null }],
])("somebody %s", async (_name, given, reach) => {
  answer = given;
  expect(await app.reach(person)).toEqual(reach);
});

test.each(["null", "[]", "{}", "<html>"])("%s says nothing of a profile: it is not taken for somebody without the app", async body => {
  answer = { status: 200, body };
  expect(await failure(app.reach(person))).toBeInstanceOf(SourceMalformed);
});

test.each([undefined, "soon", "Wed, 21 Oct 2099 07:28:00 GMT"])("too many questions, and no seconds said (%s): not asked again at once", async said => {
  answer = { status: 429, ...(said === undefined ? {} : { headers: { "retry-after": said } }) };
  expect(await failure(app.reach(person))).toMatchObject({ diagnosis: "HTTP_429" });
  expect(asked).toHaveLength(1);
});

test.each(["12345678901", "", "RSSMRA80A01D205", "rssmra80a01d205u", "../messages"])("%j has no app, and IO is not asked", async code => {
  expect(await app.reach(code)).toEqual({ reachable: false, language: null });
  expect(asked).toEqual([]);
});

test("a message goes as IO reads it, the fiscal code in the body alone", async () => {
  answer = { status: 201, body: `{"id":"01BX9NSMKVXXS5PSP2FATZMYYY"}` };
  expect(await app.send(message)).toEqual({ id: "01BX9NSMKVXXS5PSP2FATZMYYY" });
  expect(asked).toEqual([{ method: "POST", url: "/api/v1/messages", key: "the-key", body: {
    fiscal_code: person,
    content: { subject: message.subject, markdown: message.markdown, due_date: "2027-01-12T22:59:59.000Z", payment_data: { amount: 4_000, notice_number: "302000000000001505", invalid_after_due_date: false } },
  } }]);
});

test("a message outside the limits is not sent", async () => {
  expect(await failure(app.send({ ...message, markdown: "breve" }))).toBeInstanceOf(RangeError);
  expect(asked).toEqual([]);
});

test.each([
  ["400", { status: 400 }, SourceRefused, { reason: "BAD_REQUEST" }],
  ["401", { status: 401 }, SourceRefused, { reason: "NOT_AUTHORISED" }],
  ["403", { status: 403 }, SourceRefused, { reason: "NOT_AUTHORISED" }],
  ["429", { status: 429, headers: { "retry-after": "7" } }, SourceUnavailable, { unknown: false, diagnosis: "HTTP_429" }],
  ["500", { status: 500 }, SourceUnavailable, { unknown: true, diagnosis: "HTTP_500" }],
  ["503", { status: 503 }, SourceUnavailable, { unknown: false, diagnosis: "HTTP_503" }],
  ["nothing in time", "nothing" as const, SourceUnavailable, { unknown: true, diagnosis: "TIMEOUT" }],
  ["201 without an id", { status: 201, body: "{}" }, SourceMalformed, {}],
  ["201 that is no JSON", { status: 201, body: `{"id":` }, SourceMalformed, {}],
])("%s to a message means what it says, and is asked once", async (_name, given, kind, expected) => {
  answer = given;
  const met = await failure(app.send(message));
  expect(met).toBeInstanceOf(kind);
  expect(met).toMatchObject(expected);
  expect(asked).toHaveLength(1);
  expect(`${(met as Error).message} ${JSON.stringify(met)}`).not.toContain(person);
  if (met instanceof SourceUnavailable && met.diagnosis === "HTTP_429") expect(Math.round((met.retryAfter.getTime() - Date.now()) / 1_000)).toBeGreaterThanOrEqual(6);
});

test("the key is seen to be taken by a question about nobody, which IO refuses", async () => {
  answer = { status: 400 };
  expect(await failure(app.ping())).toBeUndefined();
  answer = { status: 401 };
  expect(await failure(app.ping())).toMatchObject({ reason: "NOT_AUTHORISED" });
  expect(asked.map(({ body }) => body)).toEqual([{}, {}]);
});
