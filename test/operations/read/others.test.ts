import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { randomUUID } from "node:crypto";
import { ReferenceKind } from "@mikro-orm/core";
import type { EntityMetadata, MikroORM } from "@mikro-orm/postgresql";
import { isInterfaceType, isObjectType } from "graphql";
import pg from "pg";
import type { Planned, StoredType } from "../../../kernel/stored.ts";
import type { Caller } from "../../../operations/caller.ts";
import { ownership } from "../../../operations/read/ownership.ts";
import { openOrm } from "../../../server/database/orm.ts";
import { buildGraph } from "../../../server/graph/schema.ts";
import type { Client } from "../../helpers/client.ts";
import { startHub, type TestHub } from "../../helpers/hub.ts";

/** Every type of the graph that has a global id and is read from a table: a new one is tried here without anybody's adding it. */
const nodes = Object.values(buildGraph().getTypeMap()).flatMap(type => {
  const { stored } = type.extensions as Planned;
  return stored && (isObjectType(type) || isInterfaceType(type)) && type.getInterfaces().some(({ name }) => name === "Node") ? [[type.name, stored] as const] : [];
});

let hub: TestHub;
let orm: MikroORM;
let callers: Record<Caller["kind"], Client>;
let administration: string;
beforeAll(async () => {
  hub = await startHub();
  orm = await openOrm({ url: hub.databaseUrl, poolSize: 1, statementTimeoutMs: 60_000 });
  callers = {
    visitor: hub.visitor, citizen: await hub.citizen("ada.rossi"), staff: await hub.staff({ edilizia: ["SUPERVISOR"], informagiovani: ["SUPERVISOR"] }),
    partner: await hub.partner(["RESIDENCE", "RESIDENCE_ADDRESS", "CIVIL_STATUS"]),
  };
  administration = (await hub.sql<{ id: string }>(`select "id" from "administration"`))[0]!.id;
});
afterAll(async () => {
  await orm.close(true);
  await hub.close();
});

let numbers = 1_000;

/** A value of a column's type that belongs to nobody whom the hub knows. */
function strange(type: string): unknown {
  if (type === "uuid") return randomUUID();
  if (type.startsWith("timestamp") || type === "date") return "2026-11-20";
  if (/^(?:int|bigint|smallint|numeric|double)/.test(type)) return (numbers += 1);
  if (type.startsWith("bool")) return true;
  if (type === "jsonb") return "[]";
  if (type === "bytea") return Buffer.from("x");
  return type.endsWith("[]") ? [] : `strange-${randomUUID()}`;
}

/** Puts in a row of a stranger's, or of the citizen `of`: every key in it is of something that is nobody's, unless it is the administration's. */
async function put(meta: EntityMetadata, of?: string): Promise<string> {
  const { discriminator } = nodes.find(([, stored]) => orm.getMetadata().get(stored.entity() as never) === meta)![1];
  const id = randomUUID();
  const values = Object.values(meta.properties).filter(({ kind, fieldNames, persist }) => kind !== ReferenceKind.MANY_TO_MANY && fieldNames?.length === 1 && persist !== false).map(property => {
    const value = property.name === "id" ? id : property.name === "administration" ? administration : property.name === "citizen" && of ? of
      : discriminator?.property === property.name ? Object.keys(discriminator.types)[0]! : property.items ? Object.values(property.items)[0] : strange(property.columnTypes[0]!);
    return [property.fieldNames[0]!, value] as const;
  });
  // Keys point to nothing here: what is tried is who sees the row, not what it hangs on.
  const client = new pg.Client({ connectionString: hub.databaseUrl, options: "-c session_replication_role=replica" });
  await client.connect();
  try {
    await client.query(`insert into "${meta.tableName}" (${values.map(([name]) => `"${name}"`).join()}) values (${values.map((_, place) => `$${place + 1}`).join()})`, values.map(([, value]) => value));
  } finally {
    await client.end();
  }
  return id;
}

const metaOf = ({ entity }: StoredType): EntityMetadata => orm.getMetadata().get(entity() as never);
const node = (client: Client, id: string) => client.ask("query ($id: ID!) { node(id: $id) { __typename id } }", { id });
const seesAll = (entity: StoredType["entity"], kind: Caller["kind"]): boolean => {
  const rule = ownership.get(entity())?.[kind];
  return typeof rule === "function" && rule(() => "column", () => "mine") === "true";
};

describe.each(nodes)("somebody else's %s", (_name, stored) => {
  test("answers nobody but as what does not exist", async () => {
    const absent = (await node(callers.citizen, `${stored.idPrefix}_${randomUUID()}`)).text;
    const id = `${stored.idPrefix}_${await put(metaOf(stored))}`;
    const told = await Promise.all((["visitor", "citizen", "staff"] as const).filter(kind => !seesAll(stored.entity, kind)).map(async kind => [kind, (await node(callers[kind], id)).text]));
    expect(told.filter(([, text]) => text !== absent)).toEqual([]);
  });
});

test("what is the citizen's own is answered to them alone", async () => {
  const [{ id: ada } = { id: "" }] = await hub.sql<{ id: string }>(`select "citizen_id" as id from "session" where "staff_member_id" is null order by "created_at" limit 1`);
  const own = nodes.filter(([, stored]) => "citizen" in metaOf(stored).properties && ownership.get(stored.entity())?.citizen && !seesAll(stored.entity, "citizen") && metaOf(stored).tableName !== "session");
  expect(own.length).toBeGreaterThanOrEqual(3);
  for (const [name, stored] of own) {
    const id = `${stored.idPrefix}_${await put(metaOf(stored), ada)}`;
    expect([name, (await node(callers.citizen, id)).data["node"]?.["id"]]).toEqual([name, id]);
    expect([name, (await node(callers.visitor, id)).data["node"]]).toEqual([name, null]);
  }
});

test("a partner has no way to look for things by their ids", async () => {
  const { status, errors } = await node(callers.partner, `app_${randomUUID()}`);
  expect([status, errors[0]?.extensions.code]).toEqual([400, "GRAPHQL_VALIDATION_FAILED"]);
});
