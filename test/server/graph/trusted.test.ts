import { createHash } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { catalogue, holdSlot, myUpdates, person } from "../../../scripts/story/queries.ts";
import { readManifests } from "../../../server/graph/trusted.ts";
import type { Client } from "../../helpers/client.ts";
import { startHub, type TestHub } from "../../helpers/hub.ts";

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

describe("lists of documents", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "sportello-documents-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test("are read by client and release, and an absent folder holds none", async () => {
    await mkdir(join(folder, "good/app"), { recursive: true });
    await writeFile(join(folder, "good/app/1.2.0.json"), JSON.stringify({ [sha256("{ a }")]: "{ a }" }));
    expect(await readManifests(join(folder, "good"))).toEqual([{ client: "app", release: "1.2.0", manifest: { [sha256("{ a }")]: "{ a }" } }]);
    expect(await readManifests(join(folder, "nowhere"))).toEqual([]);
  });

  test.each([
    ["no JSON", "{", "is no list of documents"],
    ["another shape", '{"operations":{}}', "is no list of documents"],
    ["a name that is no hash", '{"Catalogue":"{ a }"}', "is no list of documents"],
    ["a text under another hash", JSON.stringify({ [sha256("{ a }")]: "{ b }" }), "has another hash"],
  ])("stop the hub at its start when one holds %s", async (name, text, reason) => {
    const place = join(folder, sha256(name).slice(0, 8));
    await mkdir(join(place, "app"), { recursive: true });
    await writeFile(join(place, "app/1.json"), text);
    await expect(readManifests(place)).rejects.toThrow(reason);
  });
});

describe("a hub where visitors and citizens send registered documents alone", () => {
  let hub: TestHub;
  let citizen: Client;
  let staff: Client;
  beforeAll(async () => {
    hub = await startHub({ settings: { TRUSTED_ONLY: "visitors,citizens" } });
    [citizen, staff] = await Promise.all([hub.citizen("ada.rossi"), hub.staff({ "polizia-locale": ["FRONT_OFFICE"] })]);
  });
  afterAll(() => hub.close());

  const send = (body: object, client: Client = hub.visitor) => client.post(JSON.stringify(body));

  test.each([
    ["its text", { query: catalogue }],
    ["documentId", { documentId: `sha256:${sha256(catalogue)}` }],
    ["Apollo's extension", { extensions: { persistedQuery: { version: 1, sha256Hash: sha256(catalogue) } } }],
    ["Apollo's extension and its text", { query: catalogue, extensions: { persistedQuery: { version: 1, sha256Hash: sha256(catalogue) } } }],
  ])("answers a registered document by %s", async (_name, body) => {
    const { status, data } = await send(body);
    expect(status).toBe(200);
    expect(Number(data["services"]!["totalCount"])).toBeGreaterThan(10);
  });

  test("answers a registered document by GET, where caches can know it", async () => {
    for (const search of [`documentId=sha256:${sha256(catalogue)}`, `extensions=${encodeURIComponent(JSON.stringify({ persistedQuery: { version: 1, sha256Hash: sha256(catalogue) } }))}`]) {
      const response = await fetch(`${hub.url}/graphql?${search}`, { headers: { "apollo-require-preflight": "true" } });
      expect(response.status).toBe(200);
    }
  });

  const guesses = [
    "{ __typename }", "{ __schema { queryType { fields { name } } } }", '{ __type(name: "Query") { name } }', "{ desk { member } }", "{ servces { nodes { id } } }",
    `${catalogue} `, catalogue.replace("slug", "slug categoryTitle"), `query Me { me { fiscalCode } }`, `{`, "mutation { nothing }", "subscription { myUpdates { __typename } }",
  ];

  test.each(guesses)("tells nothing to who sends anything else: %s", async query => {
    for (const client of [hub.visitor, citizen]) {
      const { status, errors, text } = await send({ query }, client);
      expect({ status, code: errors[0]!.extensions.code, more: errors.length }).toEqual({ status: 400, code: "UNTRUSTED_DOCUMENT", more: 1 });
      expect(text).not.toMatch(/Did you mean|Query|Service|Citizen|field|campo/);
    }
    const overSocket = await citizen.askSocket(query);
    expect(overSocket.errors[0]!.extensions.code).toBe("UNTRUSTED_DOCUMENT");
  });

  test("does not tell by its variables what the graph holds", async () => {
    const { status, errors, text } = await send({ query: holdSlot, variables: { input: { servce: "x" } } });
    expect({ status, code: errors[0]!.extensions.code }).toEqual({ status: 400, code: "BAD_USER_INPUT" });
    expect(text).not.toMatch(/service|office|startsAt|HoldSlotInput|idempotencyKey/);
  });

  test("does not print the graph for them", async () => {
    const response = await fetch(`${hub.url}/schema.graphql`);
    expect(response.status).toBe(403);
    expect(await response.text()).not.toContain("type Query");
  });

  test("lets them listen with a registered subscription", async () => {
    const socket = await citizen.bare();
    socket.send({ type: "subscribe", id: "named", payload: { query: "", extensions: { documentId: `sha256:${sha256(myUpdates)}` } } });
    socket.subscribe("other", "subscription { myUpdates { __typename } }");
    expect((await socket.next(({ id }) => id === "other")).type).toBe("error");
    await new Promise(resolve => setTimeout(resolve, 100));
    expect(socket.messages.filter(({ id }) => id === "named")).toEqual([]);
    socket.ws.close();
  });

  test("says of a document that nobody registered that it does not know it", async () => {
    for (const body of [{ documentId: `sha256:${sha256("nothing")}` }, { extensions: { persistedQuery: { version: 1, sha256Hash: sha256("nothing") } } }]) {
      const { status, errors } = await send(body);
      expect({ status, message: errors[0]!.message, code: errors[0]!.extensions.code }).toEqual({ status: 400, message: "PersistedQueryNotFound", code: "PERSISTED_QUERY_NOT_FOUND" });
    }
  });

  test("lets staff ask what they like", async () => {
    expect((await staff.data("{ desk { member } __schema { queryType { name } } }"))["desk"]).toBeDefined();
    expect((await send({ query: person }, citizen)).status).toBe(200);
  });
});
