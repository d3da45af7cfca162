import { timingSafeEqual } from "node:crypto";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";
import type { FinishedCall } from "../../connectors/upstream.ts";
import type { Connections } from "../database/connections.ts";
import type { Finished, Watch } from "../graph/observed.ts";

/** What is read at the moment when somebody asks for the metrics. */
export interface Readings {
  readonly traffic: () => { readonly sockets: number; readonly operations: number };
  readonly pools: Readonly<Record<string, () => Connections>>;
  /** Until when the certificates are good with which outside systems know us, by the system's name. */
  readonly credentials: Readonly<Record<string, Date>>;
}

/** Counts what the hub does. No label holds anything of a person, of what was asked or of which thing: only names from closed lists. */
export interface Metrics extends Watch {
  /** A call to an outside system ended. */
  call(call: FinishedCall): void;
  /** This process heard of an event. */
  event(occurredAt: Date): void;
  /** Says where to read what is not counted but measured. */
  read(readings: Readings): void;
  /** All of it, in the text format of Prometheus. */
  text(): Promise<string>;
}

const seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Makes the metrics of a process. */
export function createMetrics(): Metrics {
  const registers = [new Registry()];
  const [registry] = registers as [Registry];
  collectDefaultMetrics({ register: registry });
  const operations = new Counter({ name: "hub_operations_total", help: "Operations on the graph, by kind, caller and outcome.", labelNames: ["type", "caller", "outcome"], registers });
  const durations = new Histogram({ name: "hub_operation_duration_seconds", help: "How long operations took, from their text to their answer.", labelNames: ["type"], buckets: seconds, registers });
  const refusals = new Counter({ name: "hub_refusals_total", help: "Operations that were not run, by reason.", labelNames: ["code"], registers });
  const errors = new Counter({ name: "hub_errors_total", help: "Errors in answers, by code.", labelNames: ["code"], registers });
  const deliveries = new Counter({ name: "hub_deliveries_total", help: "Events read for listeners, by outcome.", labelNames: ["outcome"], registers });
  const deliveryDurations = new Histogram({ name: "hub_delivery_duration_seconds", help: "How long an event took to be read for one listener.", buckets: seconds, registers });
  const subscriptions = new Gauge({ name: "hub_subscriptions", help: "Subscriptions open now.", registers });
  const eventDelay = new Histogram({ name: "hub_event_delay_seconds", help: "From when something happened to when this process heard of it.", buckets: seconds, registers });
  const calls = new Counter({ name: "hub_connector_calls_total", help: "Calls to outside systems, by outcome.", labelNames: ["source", "operation", "outcome"], registers });
  const callDurations = new Histogram({ name: "hub_connector_call_duration_seconds", help: "How long calls to outside systems took, retries included.", labelNames: ["source", "operation"], buckets: seconds, registers });

  const count = ({ type, caller, outcome, codes, ms }: Finished): void => {
    operations.inc({ type, caller, outcome });
    durations.observe({ type }, ms / 1_000);
    for (const code of codes) (outcome === "REFUSED" ? refusals : errors).inc({ code });
  };

  return {
    async operation(work, done) {
      const result = await work();
      count(done(result));
      return result;
    },
    delivered({ outcome, codes, ms }) {
      deliveries.inc({ outcome });
      deliveryDurations.observe(ms / 1_000);
      for (const code of codes) errors.inc({ code });
    },
    listening: change => subscriptions.inc(change),
    call({ source, operation, outcome, ms }) {
      calls.inc({ source, operation, outcome });
      callDurations.observe({ source, operation }, ms / 1_000);
    },
    event: occurredAt => eventDelay.observe(Math.max(0, Date.now() - occurredAt.getTime()) / 1_000),
    read: readings => read(readings, registers),
    text: () => registry.metrics(),
  };
}

function read({ traffic, pools, credentials }: Readings, registers: Registry[]): void {
  new Gauge({ name: "hub_sockets", help: "WebSockets open now.", registers, collect() { this.set(traffic().sockets); } });
  new Gauge({ name: "hub_socket_operations", help: "Operations running on WebSockets now.", registers, collect() { this.set(traffic().operations); } });
  new Gauge({
    name: "hub_database_connections", help: "Connections to the database, by pool; waiting: those who would like one.", labelNames: ["pool", "state"], registers,
    collect() {
      for (const [pool, look] of Object.entries(pools)) for (const [state, value] of Object.entries(look())) this.set({ pool, state }, value as number);
    },
  });
  const expiry = new Gauge({ name: "hub_credential_expiry_seconds", help: "When a certificate of ours runs out, in seconds since 1970; alarm weeks before.", labelNames: ["source"], registers });
  for (const [source, until] of Object.entries(credentials)) expiry.set({ source }, until.getTime() / 1_000);
}

/** Shows the metrics to whoever holds the token or, where there is none, to this machine alone. */
export function registerMetrics(app: FastifyInstance, metrics: Metrics, token: string | undefined): void {
  const allowed = token === undefined ? isLocal : (request: FastifyRequest) => holds(request, token);
  app.get("/metrics", async (request, reply) => {
    if (!allowed(request)) return reply.status(token === undefined ? 404 : 401).send();
    return reply.type("text/plain; version=0.0.4; charset=utf-8").header("cache-control", "no-store").send(await metrics.text());
  });
}

/** From this machine, and not through a proxy on it. */
const isLocal = ({ headers, raw: { socket } }: FastifyRequest): boolean =>
  /^(?:::1|(?:::ffff:)?127\.[\d.]+)$/.test(socket.remoteAddress ?? "") && headers["x-forwarded-for"] === undefined && headers.forwarded === undefined;

function holds({ headers }: FastifyRequest, token: string): boolean {
  const [given, wanted] = [headers.authorization ?? "", `Bearer ${token}`].map(text => Buffer.from(text));
  return given!.length === wanted!.length && timingSafeEqual(given!, wanted!);
}
