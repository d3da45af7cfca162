import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { buildClientSchema, getIntrospectionQuery, type IntrospectionQuery, lexicographicSortSchema, printSchema } from "graphql";
import type { Client } from "../../helpers/client.ts";
import { startHub, type TestHub } from "../../helpers/hub.ts";

let hub: TestHub;
const clients: Record<string, Client> = {};
beforeAll(async () => {
  hub = await startHub();
  Object.assign(clients, { visitor: hub.visitor, citizen: await hub.citizen("ada.rossi"), staff: await hub.staff({ edilizia: ["SUPERVISOR"] }), partner: await hub.partner(["RESIDENCE"]) });
});
afterAll(() => hub.close());

describe.each(["visitor", "citizen", "staff", "partner"])("a %s who asks the schema about itself", name => {
  test("as IDEs and generators do is told their own slice, over HTTP, over WebSocket and as text", async () => {
    const client = clients[name]!;
    const query = getIntrospectionQuery({ inputValueDeprecation: true, specifiedByUrl: true, oneOf: true });
    const overHttp = (await client.data(query)) as unknown as IntrospectionQuery;
    const { data, errors } = await client.askSocket(query);
    expect(errors).toEqual([]);
    expect(data).toEqual(overHttp);
    const text = await (await fetch(`${hub.url}/schema.graphql`, { headers: client.headers })).text();
    expect(printSchema(lexicographicSortSchema(buildClientSchema(overHttp)))).toBe(text);
    for (const [word, allowed] of [["desk: Desk", ["staff"]], ["me: Citizen", ["citizen"]], ["verifications: Verifications", ["partner"]], ["type Citizen ", ["citizen"]], ["decideApplication", ["staff"]]] as const) {
      expect([word, text.includes(word)]).toEqual([word, (allowed as readonly string[]).includes(name)]);
    }
  });
});

test("going round in circles in the schema is refused before it is executed", async () => {
  const round = `{ __schema { types { ${"fields { type { ".repeat(12)} name ${"} } ".repeat(12)} } } }`;
  const { status, errors } = await hub.visitor.ask(round);
  expect(status).toBe(400);
  expect(errors[0]!.extensions.code).toBe("GRAPHQL_VALIDATION_FAILED");
});
