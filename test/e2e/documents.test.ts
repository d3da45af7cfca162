import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { createHash, randomUUID } from "node:crypto";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { getOperationAST, isEnumType, isInputObjectType, isListType, isNonNullType, isScalarType, Kind, OperationTypeNode, parse, typeFromAST, type GraphQLInputType } from "graphql";
import { buildGraph } from "../../server/graph/schema.ts";
import { readManifests, type Registered } from "../../server/graph/trusted.ts";
import type { Client } from "../helpers/client.ts";
import { startHub, type TestHub } from "../helpers/hub.ts";
import { person } from "../helpers/sandbox.ts";

const schema = buildGraph();
const documents = resolve(import.meta.dirname, "../../schema/documents");
const released = "query OfAnEarlierRelease { administration { name } }";
const registered = await readManifests(documents);
const cases = registered.flatMap(({ client, release, manifest }: Registered) =>
  Object.values(manifest).map(source => [`${client} ${release}: ${/\b(?:query|mutation|subscription) \w+/.exec(source)?.[0] ?? "?"}`, client, source] as const));

let folder: string;
let hub: TestHub;
const clients: Record<string, Client> = {};
let ids: Record<string, string>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sportello-documents-"));
  await cp(documents, folder, { recursive: true });
  // What an app of the release before asks, which the present one asks no more.
  await mkdir(join(folder, "portal"), { recursive: true });
  await writeFile(join(folder, "portal/0.0.9.json"), JSON.stringify({ [createHash("sha256").update(released).digest("hex")]: released }));
  hub = await startHub({ sandbox: true, settings: { TRUSTED_DOCUMENTS: folder, TRUSTED_ONLY: "visitors,citizens,staff,partners" } });
  Object.assign(clients, { portal: await hub.citizen("ada.rossi"), desk: await hub.staff({ "polizia-locale": ["SUPERVISOR"], "sportello-unico": ["SUPERVISOR"] }), partner: await hub.partner(["RESIDENCE", "RESIDENCE_ADDRESS", "CIVIL_STATUS"]) });
  [ids = {}] = await hub.sql(`select (select 'srv_' || "id" from "service" where "appointment_minutes" is not null order by "position" limit 1) as service, (select 'off_' || "office_id" from "service_office" where "service_id" = (select "id" from "service" where "appointment_minutes" is not null order by "position" limit 1) limit 1) as office`);
}, 60_000);
afterAll(async () => {
  await hub.close();
  await rm(folder, { recursive: true });
});

/** What begins the global ids that inputs ask for, by the field's name; anything else is an application's. */
const prefixes: Readonly<Record<string, string>> = { appointment: "apt", payment: "pay", session: "ses", citizen: "cit", check: "chk" };

/** A value that an input takes, of nothing that exists but the catalogue: what is tried is whether the operation is understood and run. */
function value(type: GraphQLInputType, name: string): unknown {
  if (isNonNullType(type)) return value(type.ofType, name);
  if (isListType(type)) return [value(type.ofType, name)];
  if (isInputObjectType(type)) return Object.fromEntries(Object.values(type.getFields()).filter(field => isNonNullType(field.type)).map(field => [field.name, value(field.type, field.name)]));
  if (isEnumType(type)) return type.getValues()[0]!.name;
  if (!isScalarType(type)) throw new Error(`no value for ${String(type)}`);
  switch (type.name) {
    case "ID": return ids[name] ?? `${prefixes[name] ?? "app"}_${randomUUID()}`;
    case "Int": case "Float": return 1;
    case "Boolean": return true;
    case "Date": return name === "to" ? "2027-03-05" : "2027-03-01";
    case "DateTime": return "2027-03-01T09:00:00.000Z";
    case "Cursor": return "0";
    case "FiscalCode": return person("elena.giordano").fiscalCode;
    case "JSON": return {};
    default: return name === "idempotencyKey" ? randomUUID() : name === "slug" ? "carta-identita-elettronica" : "testo di prova";
  }
}

/** The variables that an operation must be given. */
const variablesOf = (source: string): Record<string, unknown> =>
  Object.fromEntries((getOperationAST(parse(source))?.variableDefinitions ?? []).filter(({ type }) => type.kind === Kind.NON_NULL_TYPE).map(({ variable: { name }, type }) => [name.value, value(typeFromAST(schema, type as never) as GraphQLInputType, name.value)]));

/** What an operation may be answered about things that are not there. */
const understood = ["NOT_FOUND", "INVALID_INPUT", "NOT_ELIGIBLE"];

describe("documents that clients registered, where nobody may send anything else", () => {
  test.each(cases)("%s is run", async (_name, client, source) => {
    const caller = clients[client]!;
    const id = `sha256:${createHash("sha256").update(source).digest("hex")}`;
    if (getOperationAST(parse(source))?.operation === OperationTypeNode.SUBSCRIPTION) {
      const socket = await caller.bare();
      socket.send({ type: "subscribe", id: "1", payload: { query: source } });
      // Another operation after it is refused, the subscription itself was not.
      socket.subscribe("2", "{ __typename }");
      expect(await socket.next(message => message.type === "error")).toMatchObject({ id: "2" });
      socket.send({ type: "ping" });
      await socket.next(message => message.type === "pong");
      expect(socket.messages.filter(message => message.id === "1")).toEqual([]);
      return socket.ws.close();
    }
    const { status, errors } = await caller.post(JSON.stringify({ documentId: id, variables: variablesOf(source) }));
    expect({ status, errors: errors.filter(({ extensions }) => !understood.includes(extensions.code)) }).toEqual({ status: 200, errors: [] });
  });

  test("of an earlier release is run as long as its list is there, and others are not", async () => {
    expect((await clients["portal"]!.data(released))["administration"]).toBeTruthy();
    expect((await clients["portal"]!.ask("query OfNoRelease { administration { name } }")).errors[0]?.extensions.code).toBe("UNTRUSTED_DOCUMENT");
  });

  test("are all of them tried", () => {
    expect(new Set(cases.map(([, client]) => client))).toEqual(new Set(Object.keys(clients)));
    expect(cases.length).toBeGreaterThan(15);
  });
});
