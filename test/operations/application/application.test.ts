import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Client } from "../../helpers/client.ts";
import { startHub, type TestHub } from "../../helpers/hub.ts";
import { wallClockInRome } from "../../../rules/rome-time.ts";
import { decide, form, rowCounts, saveAnswers, saveZtl, start, submit, submitted, ztl } from "./application.ts";

let hub: TestHub;
let ada: Client;
let bruno: Client;
let officer: Client;
const inDays = (days: number): string => new Date(hub.clock.now().getTime() + days * 86_400_000).toISOString().slice(0, 10);

beforeAll(async () => {
  hub = await startHub();
  [ada, bruno, officer] = await Promise.all([hub.citizen("ada.rossi"), hub.citizen("bruno.ferrero"), hub.staff({ edilizia: ["CASE_OFFICER"], "polizia-locale": ["CASE_OFFICER"] })]);
});
afterAll(() => hub.close());

describe("an application with a form", () => {
  test("goes from draft to decision, with its history, number and due date", async () => {
    const started = await start(ada, form.slug);
    expect(started).toMatchObject({ __typename: "StartApplicationSuccess", application: { __typename: "GenericApplication", state: "DRAFT", protocol: null, dueDate: null, submittedAt: null, answers: {}, payments: [], history: [], allowedActions: ["SAVE", "SUBMIT"], office: { slug: form.office }, service: { slug: form.slug } } });
    const id = started["application"]!["id"]!;

    expect(await submit(ada, id)).toMatchObject({ __typename: "InvalidInput", path: ["input", "answers", "address"], reason: "ANSWERS", message: "Una risposta del modulo manca o non è valida." });
    expect(await saveAnswers(ada, id, { address: "Via degli Esempi 12" })).toMatchObject({ __typename: "SaveDraftSuccess", application: { answers: { address: "Via degli Esempi 12" } } });
    expect(await submit(ada, id)).toMatchObject({ __typename: "InvalidInput", path: ["input", "answers", "sheet"] });
    await saveAnswers(ada, id, form.answers);

    const done = await submit(ada, id);
    const year = Number(wallClockInRome(hub.clock.now()).day.slice(0, 4));
    expect(done).toMatchObject({ __typename: "SubmitApplicationSuccess", application: { state: "IN_PROGRESS", protocol: { year, number: expect.any(Number) }, allowedActions: [], payments: [] } });
    const history = done["application"]!["history"]!.map(({ from, to }) => `${from} → ${to}`);
    expect(history).toEqual(["DRAFT → SUBMITTED", "SUBMITTED → IN_PROGRESS"]);
    const { on, steps } = done["application"]!["dueDate"]! as unknown as { on: string; steps: { on: string; text: string }[] };
    expect(on > inDays(20)).toBe(true);
    expect(steps.at(-1)!.on).toBe(on);

    expect(await decide(officer, id, "ACCEPTED", { reason: " Nulla osta " })).toMatchObject({ __typename: "DecideApplicationSuccess", application: { state: "ACCEPTED", decisionReason: "Nulla osta", decidedAt: expect.any(String), allowedActions: [] } });
    const { node } = await ada.data(`query ($id: ID!) { node(id: $id) { ... on Application { state decisionReason } } }`, { id });
    expect(node).toEqual({ state: "ACCEPTED", decisionReason: "Nulla osta" });
  });

  test.each([
    ["an answer of the wrong shape", { sheet: "dodici" }, "sheet"], ["an answer that the form does not ask for", { colour: "red" }, "colour"],
    ["a number for a text", { address: 12 }, "address"], ["a text too long", { reason: "x".repeat(601) }, "reason"],
  ])("does not take %s, not even in a draft", async (_, answers, at) => {
    const id = (await start(ada, form.slug))["application"]!["id"]!;
    expect(await saveAnswers(ada, id, answers)).toMatchObject({ __typename: "InvalidInput", path: ["input", "answers", at], reason: "ANSWERS" });
    const { node } = await ada.data(`query ($id: ID!) { node(id: $id) { ... on GenericApplication { answers } } }`, { id });
    expect(node).toEqual({ answers: {} });
  });

  test.each([["a text", "Via Roma"], ["a list", [1]], ["null", null]])("does not take %s for answers", async (_, answers) => {
    const id = (await start(ada, form.slug))["application"]!["id"]!;
    const { data, errors } = await ada.ask(`mutation ($input: GenericDraftInput!) { saveGenericDraft(input: $input) { __typename } }`, { input: { application: id, answers, idempotencyKey: crypto.randomUUID() } });
    expect(data?.["saveGenericDraft"]?.["__typename"] ?? errors[0]?.extensions.code).toMatch(/^(?:InvalidInput|BAD_USER_INPUT)$/);
  });

  test.each([
    ["2026-02-30", "certificati-estratti-stato-civile", { eventOn: "2026-02-30" }, "eventOn"], ["yesterday", "autorizzazione-ztl-successiva", { passedAt: "yesterday" }, "passedAt"],
    ["an instant without a zone", "autorizzazione-ztl-successiva", { passedAt: "2026-11-23T08:30:00" }, "passedAt"],
  ])("knows that %s is no date", async (_, slug, answers, at) => {
    const id = (await start(ada, slug))["application"]!["id"]!;
    expect(await saveAnswers(ada, id, answers)).toMatchObject({ __typename: "InvalidInput", path: ["input", "answers", at] });
  });

  test("takes dates and instants that are ones", async () => {
    const record = (await start(ada, "certificati-estratti-stato-civile"))["application"]!["id"]!;
    expect(await saveAnswers(ada, record, { eventOn: "2024-02-29" })).toMatchObject({ __typename: "SaveDraftSuccess" });
    const passage = (await start(ada, "autorizzazione-ztl-successiva"))["application"]!["id"]!;
    expect(await saveAnswers(ada, passage, { passedAt: "2026-11-20T22:15:00+01:00" })).toMatchObject({ __typename: "SaveDraftSuccess" });
  });
});

describe("an application for the restricted zone", () => {
  const draft = () => ({ category: "FIRM", plates: ["ga 123 bc", "FZ987XY"], from: inDays(7) });

  test("gets a number, a due date and a notice to pay when it is handed in", async () => {
    const id = (await start(ada, ztl.slug))["application"]!["id"]!;
    expect(await submit(ada, id)).toMatchObject({ __typename: "NotEligible", reason: "DRAFT_INCOMPLETE", message: "Completare la bozza prima di inviarla." });
    expect(await saveZtl(ada, id, draft())).toMatchObject({ __typename: "SaveDraftSuccess", application: { __typename: "ZtlPermitApplication", category: "FIRM", plates: ["GA123BC", "FZ987XY"], from: inDays(7) } });
    const done = await submit(ada, id);
    expect(done).toMatchObject({ __typename: "SubmitApplicationSuccess", application: { state: "SUBMITTED", allowedActions: ["PAY"], payments: [{ state: "OPEN", amount: { cents: 4_000, currency: "EUR" }, noticeNumber: expect.stringMatching(/^3\d{17}$/) }] } });
    expect(await decide(officer, id, "ACCEPTED")).toMatchObject({ __typename: "WrongState", from: "SUBMITTED", to: "ACCEPTED" });
    expect(await saveZtl(ada, id, draft())).toMatchObject({ __typename: "WrongState", from: "SUBMITTED", to: "SUBMITTED" });
    expect(await submit(ada, id)).toMatchObject({ __typename: "WrongState" });
  });

  test.each([
    ["an unknown category", { category: "ALIEN" }, { __typename: "NotEligible", reason: "CATEGORY_UNKNOWN", path: ["input", "category"] }],
    ["no plate", { plates: [] }, { __typename: "NotEligible", reason: "NO_PLATE", path: ["input", "plates"] }],
    ["one plate twice", { plates: ["GA123BC", "ga 123 bc"] }, { __typename: "NotEligible", reason: "PLATE_REPEATED" }],
    ["too many plates", { plates: ["GA123BC", "GA124BC", "GA125BC"] }, { __typename: "NotEligible", reason: "TOO_MANY_PLATES" }],
    ["a plate that is none", { plates: ["GA123BC", "§§§"] }, { __typename: "InvalidInput", reason: "PLATE", path: ["input", "plates", "1"] }],
    ["a day that is past", { from: "2020-01-01" }, { __typename: "InvalidInput", reason: "PAST", path: ["input", "from"] }],
  ])("does not take %s", async (_, change, expected) => {
    const id = (await start(ada, ztl.slug))["application"]!["id"]!;
    expect(await saveZtl(ada, id, { ...draft(), ...change })).toMatchObject(expected);
  });

  test.each([["EE123AB", "a series that Italy does not issue"], ["QI456OU", "letters that Italy does not use"], ["BÜ XY 12", "another shape"]])("takes %s for a foreign plate: %s", async plate => {
    const id = (await start(ada, ztl.slug))["application"]!["id"]!;
    expect(await saveZtl(ada, id, { ...draft(), plates: [plate] })).toMatchObject({ __typename: "SaveDraftSuccess", application: { plates: [plate.replaceAll(" ", "")] } });
  });

  test("cannot be written as a form, nor a form as it", async () => {
    const id = (await start(ada, ztl.slug))["application"]!["id"]!;
    expect(await saveAnswers(ada, id, {})).toMatchObject({ __typename: "NotFound" });
    const other = (await start(ada, form.slug))["application"]!["id"]!;
    expect(await saveZtl(ada, other, draft())).toMatchObject({ __typename: "NotFound" });
  });
});

describe("starting", () => {
  test("a service that is given at the counter alone is refused, and one that does not exist is not found", async () => {
    expect(await start(ada, "giuramento-cittadinanza")).toMatchObject({ __typename: "NotEligible", reason: "SERVICE_NOT_ONLINE" });
    const absent = "srv_0192aaaa-0000-7000-8000-000000000000";
    expect(await ada.mutate("startApplication", { service: absent })).toMatchObject({ __typename: "NotFound", path: ["input", "service"] });
  });

  test("at too low a level says which is needed and where to get it", async () => {
    const low = await hub.citizen("elena.giordano", { level: 1 });
    const answer = await start(low, form.slug);
    expect(answer).toMatchObject({ __typename: "AssuranceTooLow", code: "ASSURANCE_TOO_LOW", required: "L2", message: "Per questa operazione serve un accesso di livello più alto." });
    expect(answer["stepUpUrl"]).toContain(`${hub.url}/`);
    expect(await hub.citizen("elena.giordano").then(high => start(high, form.slug))).toMatchObject({ __typename: "StartApplicationSuccess" });
  });
});

describe("deciding", () => {
  test("a refusal needs a reason, not too long a one", async () => {
    const id = await submitted(ada);
    for (const reason of [undefined, "", "   "]) expect(await decide(officer, id, "REJECTED", { reason })).toMatchObject({ __typename: "InvalidInput", path: ["input", "reason"], reason: "EMPTY" });
    expect(await decide(officer, id, "REJECTED", { reason: "x".repeat(2_001) })).toMatchObject({ __typename: "InvalidInput", reason: "TOO_LONG" });
    expect(await decide(officer, id, "REJECTED", { reason: "Manca il titolo" })).toMatchObject({ application: { state: "REJECTED", decisionReason: "Manca il titolo" } });
    expect(await decide(officer, id, "ACCEPTED")).toMatchObject({ __typename: "WrongState", from: "REJECTED", to: "ACCEPTED" });
  });

  test("is for those who may decide in that very office", async () => {
    const id = await submitted(ada);
    const elsewhere = await hub.staff({ "polizia-locale": ["CASE_OFFICER"] });
    const both = await hub.staff({ "polizia-locale": ["CASE_OFFICER"], edilizia: ["FRONT_OFFICE"] });
    const absent = "app_0192aaaa-0000-7000-8000-000000000000";
    expect(await decide(elsewhere, id, "ACCEPTED")).toEqual(await decide(elsewhere, absent, "ACCEPTED"));
    expect(await decide(both, id, "ACCEPTED")).toEqual(await decide(both, absent, "ACCEPTED"));
    const query = `query ($id: ID!) { node(id: $id) { ... on Application { allowedActions } } }`;
    expect(await both.data(query, { id })).toEqual({ node: { allowedActions: [] } });
    expect(await officer.data(query, { id })).toEqual({ node: { allowedActions: ["DECIDE"] } });
    expect(await decide(officer, id, "ACCEPTED")).toMatchObject({ __typename: "DecideApplicationSuccess" });
  });

  test("of two who decide at once, one has decided", async () => {
    const id = await submitted(ada);
    const other = await hub.staff({ edilizia: ["SUPERVISOR"] });
    const answers = await Promise.all([decide(officer, id, "ACCEPTED"), decide(other, id, "REJECTED", { reason: "No" }), decide(officer, id, "ACCEPTED"), decide(other, id, "REJECTED", { reason: "No" })]);
    expect(answers.map(({ __typename: type }) => type).sort()).toEqual(["DecideApplicationSuccess", "WrongState", "WrongState", "WrongState"]);
  });
});

describe("whose applications", () => {
  test("somebody else's answers as one that does not exist, in every mutation and by its id", async () => {
    const id = (await start(ada, form.slug))["application"]!["id"]!;
    const absent = "app_0192aaaa-0000-7000-8000-000000000000";
    const before = await rowCounts(hub);
    for (const act of [(other: string) => saveAnswers(bruno, other, form.answers), (other: string) => submit(bruno, other), (other: string) => saveZtl(bruno, other, { category: "FIRM", plates: ["GA123BC"], from: inDays(3) })]) {
      expect(await act(id)).toEqual(await act(absent));
      expect(await act(id)).toMatchObject({ __typename: "NotFound", message: "L'elemento richiesto non esiste.", path: ["input", "application"] });
    }
    expect(await bruno.data(`query ($id: ID!) { node(id: $id) { id } }`, { id })).toEqual({ node: null });
    expect(await rowCounts(hub)).toEqual(before);
  });

  test("a draft is its author's alone: the office neither sees nor decides it", async () => {
    const id = (await start(ada, form.slug))["application"]!["id"]!;
    const seen = await officer.data(`query ($id: ID!) { node(id: $id) { id } desk { applications(first: 100) { nodes { id state } } } }`, { id });
    expect(seen["node"]).toBeNull();
    expect(JSON.stringify(seen)).not.toContain(id);
    expect(JSON.stringify(seen)).not.toContain("DRAFT");
    expect(await decide(officer, id, "ACCEPTED")).toMatchObject({ __typename: "NotFound" });
  });

  test("protocol numbers follow one another without a gap, also when many hand in at once", async () => {
    const ids = await Promise.all(Array.from({ length: 12 }, async (_, number) => {
      const id = (await start(number % 2 ? ada : bruno, form.slug))["application"]!["id"]!;
      await saveAnswers(number % 2 ? ada : bruno, id, form.answers);
      return { id, author: number % 2 ? ada : bruno };
    }));
    const answers = await Promise.all(ids.map(({ id, author }) => submit(author, id)));
    const numbers = answers.map(answer => Number(answer["application"]!["protocol"]!["number"]));
    const rows = await hub.sql<{ n: number }>(`select "protocol_number" as n from "application" where "protocol_number" is not null order by 1`);
    expect(new Set(numbers).size).toBe(12);
    expect(rows.map(({ n }) => n)).toEqual(Array.from({ length: rows.length }, (_, place) => place + 1));
  });

  test("fifty times the same hand-in is one: one number, one notice, one event", async () => {
    const id = (await start(ada, ztl.slug))["application"]!["id"]!;
    await saveZtl(ada, id, { category: "FIRM", plates: ["GA123BC"], from: inDays(7) });
    const answers = await Promise.all(Array.from({ length: 50 }, () => submit(ada, id, { idempotencyKey: "hand-in-just-once" })));
    expect(new Set(answers.map(answer => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]).toMatchObject({ __typename: "SubmitApplicationSuccess", application: { state: "SUBMITTED" } });
    const kinds = await hub.sql<{ kind: string }>(`select "kind" from "event" e where "subject_id" = $1 or "subject_id" in (select "id" from "payment" where "application_id" = $1) order by "id"`, [id.slice(4)]);
    expect(kinds.map(({ kind }) => kind)).toEqual(["APPLICATION_SUBMITTED", "PAYMENT_REQUESTED"]);
  });
});
