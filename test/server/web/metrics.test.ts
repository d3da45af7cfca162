import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Client } from "../../helpers/client.ts";
import { startHub, type TestHub } from "../../helpers/hub.ts";
import { personalData } from "../../helpers/sandbox.ts";

const me = "query Me($first: Int) { me { person { __typename ... on Person { familyName } } applications(first: $first) { nodes { id } } } }";

/** Everything that is counted, by name with labels. */
async function metricsOf({ url }: TestHub, headers: Record<string, string> = {}): Promise<ReadonlyMap<string, number>> {
  const response = await fetch(`${url}/metrics`, { headers });
  expect(response.status).toBe(200);
  const lines = (await response.text()).split("\n").filter(line => line && !line.startsWith("#"));
  return new Map(lines.map(line => [line.slice(0, line.lastIndexOf(" ")), Number(line.slice(line.lastIndexOf(" ") + 1))]));
}

/** Waits until a reading is as it should be: sockets close in their own time. */
async function until(read: () => Promise<number | undefined>, wanted: number): Promise<number | undefined> {
  let value = await read();
  for (let turn = 0; turn < 100 && value !== wanted; turn += 1) {
    await new Promise(resolve => setTimeout(resolve, 20));
    value = await read();
  }
  return value;
}

describe("/metrics", () => {
  let hub: TestHub;
  let citizen: Client;
  beforeAll(async () => {
    hub = await startHub({ sandbox: true });
    citizen = await hub.citizen("ada.rossi");
  });
  afterAll(() => hub.close());

  test("counts operations by kind, caller and outcome, refusals and errors by code, calls by source", async () => {
    await hub.visitor.data("{ services { totalCount } }");
    await citizen.data(me, { first: 3 });
    await citizen.ask("{ nothingOfTheKind }");
    await citizen.ask(me, { first: 1_000 });
    await citizen.askSocket("{ __typename }");
    const metrics = await metricsOf(hub);
    expect(Object.fromEntries([
      'hub_operations_total{type="query",caller="visitor",outcome="OK"}', 'hub_operations_total{type="query",caller="citizen",outcome="OK"}',
      'hub_operations_total{type="unknown",caller="citizen",outcome="REFUSED"}', 'hub_refusals_total{code="GRAPHQL_VALIDATION_FAILED"}', 'hub_errors_total{code="INVALID_INPUT"}',
      'hub_operation_duration_seconds_count{type="query"}', 'hub_connector_calls_total{source="ANPR",operation="person",outcome="OK"}',
    ].map(name => [name, metrics.get(name)]))).toEqual({
      'hub_operations_total{type="query",caller="visitor",outcome="OK"}': 1, 'hub_operations_total{type="query",caller="citizen",outcome="OK"}': 2,
      'hub_operations_total{type="unknown",caller="citizen",outcome="REFUSED"}': 1, 'hub_refusals_total{code="GRAPHQL_VALIDATION_FAILED"}': 1, 'hub_errors_total{code="INVALID_INPUT"}': 1,
      'hub_operation_duration_seconds_count{type="query"}': 4, 'hub_connector_calls_total{source="ANPR",operation="person",outcome="OK"}': 1,
    });
    for (const pool of ["reads", "writes", "events"]) expect(metrics.get(`hub_database_connections{pool="${pool}",state="waiting"}`)).toBe(0);
    expect(metrics.get("process_resident_memory_bytes")).toBeGreaterThan(1e7);
    expect(metrics.get('hub_credential_expiry_seconds{source="ANPR"}')).toBeGreaterThan(Date.now() / 1_000);
  });

  test("counts sockets and subscriptions as they come and go, also those that go without a word", async () => {
    const read = (name: string) => async () => (await metricsOf(hub)).get(name);
    const listener = citizen.listen("subscription { myUpdates { __typename } }");
    expect(await until(read("hub_subscriptions"), 1)).toBe(1);
    expect(await until(read("hub_sockets"), 1)).toBe(1);
    listener.cut();
    expect(await until(read("hub_subscriptions"), 0)).toBe(0);
    expect(await until(read("hub_sockets"), 0)).toBe(0);
    await listener.stop();
  });

  test("counts what listeners are told, and how late this process heard of it", async () => {
    const listener = citizen.listen("subscription { myUpdates { __typename } }");
    expect(await until(async () => (await metricsOf(hub)).get("hub_subscriptions"), 1)).toBe(1);
    await hub.sql(`insert into "event" ("id", "administration_id", "kind", "subject_id", "citizen_id", "occurred_at")
      select gen_random_uuid(), c."administration_id", 'APPOINTMENT_BOOKED', gen_random_uuid(), c."id", now() from "citizen" c join "session" s on s."citizen_id" = c."id" limit 1`);
    await listener.count(1);
    const metrics = await metricsOf(hub);
    expect(metrics.get('hub_deliveries_total{outcome="OK"}')).toBe(1);
    expect(metrics.get("hub_event_delay_seconds_count")).toBe(1);
    // Nobody announced it: it was found at the next look, a second later at most.
    expect(metrics.get("hub_event_delay_seconds_sum")).toBeLessThan(3);
    await listener.stop();
  });

  test("holds nothing of anybody, nor anything that clients make up", async () => {
    await citizen.ask("query EvilName$ { __typename }");
    await citizen.ask("query RSSDAA84C52D205X { x: __typename }");
    const text = await (await fetch(`${hub.url}/metrics`)).text();
    for (const secret of [...personalData(["ada.rossi"]), "EvilName", "RSSDAA84C52D205X", "applications", "citizen:", "127.0.0.1"]) expect(text).not.toContain(secret);
  });

  test("answers this machine alone, and through a proxy nobody", async () => {
    expect((await fetch(`${hub.url}/metrics`, { headers: { "x-forwarded-for": "192.0.2.1" } })).status).toBe(404);
  });

  test("asks for its token where there is one", async () => {
    const other = await startHub({ beside: hub, settings: { METRICS_TOKEN: "metrics-token-of-tests" } });
    expect((await fetch(`${other.url}/metrics`)).status).toBe(401);
    expect((await fetch(`${other.url}/metrics`, { headers: { authorization: "Bearer metrics-token-of-testx" } })).status).toBe(401);
    expect((await metricsOf(other, { authorization: "Bearer metrics-token-of-tests" })).size).toBeGreaterThan(20);
    await other.close();
  });
});

describe("a collector of OpenTelemetry", () => {
  let collector: Server;
  const bodies: string[] = [];
  let hub: TestHub;
  beforeAll(async () => {
    collector = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", chunk => chunks.push(chunk as Buffer)).on("end", () => {
        bodies.push(Buffer.concat(chunks).toString());
        response.writeHead(200, { "content-type": "application/json" }).end("{}");
      });
    });
    await new Promise<void>(resolve => collector.listen(0, "127.0.0.1", resolve));
    hub = await startHub({ sandbox: true, settings: { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${(collector.address() as AddressInfo).port}` } });
  });
  afterAll(() => new Promise(resolve => collector.close(resolve)));

  interface Span {
    readonly traceId: string; readonly spanId: string; readonly parentSpanId?: string; readonly name: string;
    readonly attributes: readonly { readonly key: string; readonly value: { readonly stringValue?: string } }[];
  }

  test("hears of operations by their kind, of the calls within them, in the caller's trace, and of nobody's data", async () => {
    const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
    const citizen = await hub.citizen("ada.rossi");
    await citizen.with({ traceparent: `00-${traceId}-00f067aa0ba902b7-01` }).data(me, { first: 7 });
    await citizen.ask("query Named { nothingOfTheKind }");
    await hub.close();

    const all = bodies.join("\n");
    const spans = bodies.filter(body => body.includes("resourceSpans")).flatMap(body =>
      (JSON.parse(body) as { resourceSpans: { scopeSpans: { spans: Span[] }[] }[] }).resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(scope => scope.spans)));
    const operation = spans.find(({ traceId: id, name }) => id === traceId && name === "query")!;
    expect(operation.parentSpanId).toBe("00f067aa0ba902b7");
    expect(Object.fromEntries(operation.attributes.map(({ key, value }) => [key, value.stringValue]))).toEqual({ "graphql.operation.type": "query" });
    expect(spans.filter(({ parentSpanId }) => parentSpanId === operation.spanId).map(({ name }) => name)).toEqual(["ANPR person"]);
    const refused = spans.find(({ name }) => name === "GraphQL Operation")!;
    expect(refused.attributes).toContainEqual({ key: "error.type", value: { stringValue: "GRAPHQL_VALIDATION_FAILED" } });
    for (const metric of ["graphql.server.request.duration", "graphql.server.request.active", "graphql.server.response.error_count", "graphql.server.processing.duration"]) expect(all).toContain(metric);
    expect(JSON.stringify(refused.attributes)).not.toContain("graphql.operation.type");
    for (const phase of ["plan", "variable_coercion", "execute"]) expect(all).toContain(`{"key":"graphql.processing.type","value":{"stringValue":"${phase}"}}`);
    for (const secret of [...personalData(["ada.rossi"]), "Named", "Me(", "applications", "nothingOfTheKind"]) expect(all).not.toContain(secret);
  });
});
