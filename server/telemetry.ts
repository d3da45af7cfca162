import { readFile } from "node:fs/promises";
import type { Context } from "@opentelemetry/api";
import type { FastifyInstance } from "fastify";
import type { FinishedCall } from "../connectors/upstream.ts";
import type { Phase } from "./graph/execute.ts";
import type { Finished, Watch } from "./graph/observed.ts";

/** Tells an OpenTelemetry collector what the hub does, by the semantic conventions for GraphQL. Never with documents, variables or names that clients give. */
export interface Telemetry extends Watch {
  /** A call to an outside system ended: a span within the operation that made it. */
  call(call: FinishedCall): void;
  /** A step of an operation is over. */
  processed(phase: Phase, ms: number): void;
  /** Goes on with the trace that a request says it belongs to. */
  register(app: FastifyInstance): void;
  /** Sends what is left. */
  close(): Promise<void>;
}

/** A `traceparent` header (W3C Trace Context, version 00). */
const parentPattern = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;

/** Opens the way to a collector (OTLP over HTTP, JSON). Nothing of OpenTelemetry is loaded unless this is called. */
export async function openTelemetry(endpoint: string): Promise<Telemetry> {
  const [api, { AsyncLocalStorageContextManager }, sdk, { MeterProvider, PeriodicExportingMetricReader }, { resourceFromAttributes }, { OTLPTraceExporter }, { OTLPMetricExporter }] = await Promise.all([
    import("@opentelemetry/api"), import("@opentelemetry/context-async-hooks"), import("@opentelemetry/sdk-trace"), import("@opentelemetry/sdk-metrics"),
    import("@opentelemetry/resources"), import("@opentelemetry/exporter-trace-otlp-http"), import("@opentelemetry/exporter-metrics-otlp-http"),
  ]);
  const { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } = api;
  const base = endpoint.replace(/\/$/, "");
  const resource = resourceFromAttributes({ "service.name": "sportello-hub", "service.version": await version() });
  const tracers = new sdk.TracerProvider({ resource, spanProcessors: [new sdk.BatchSpanProcessor({ exporter: new OTLPTraceExporter({ url: `${base}/v1/traces` }) })] });
  const meters = new MeterProvider({ resource, readers: [new PeriodicExportingMetricReader({ exporter: new OTLPMetricExporter({ url: `${base}/v1/metrics` }), exportIntervalMillis: 15_000, exportTimeoutMillis: 5_000 })] });
  const tracer = tracers.getTracer("sportello-hub");
  const meter = meters.getMeter("sportello-hub");
  const contexts = new AsyncLocalStorageContextManager().enable();

  const durations = meter.createHistogram("graphql.server.request.duration", { unit: "s", description: "Duration of GraphQL operations." });
  const phases = meter.createHistogram("graphql.server.processing.duration", { unit: "s", description: "Duration of the steps of GraphQL operations." });
  const active = meter.createUpDownCounter("graphql.server.request.active", { unit: "{request}", description: "Operations under way." });
  const errors = meter.createCounter("graphql.server.response.error_count", { unit: "{error}", description: "Errors in answers." });
  const subscriptions = meter.createUpDownCounter("graphql.server.subscription.active", { unit: "{subscription}", description: "Subscriptions open." });
  const events = meter.createHistogram("graphql.server.subscription.event.duration", { unit: "s", description: "Duration of reading an event for one listener." });

  const attributesOf = ({ type, codes }: Finished) => ({ ...(type === "unknown" ? {} : { "graphql.operation.type": type }), ...(codes[0] === undefined ? {} : { "error.type": codes[0] }) });
  const countErrors = (finished: Finished): void => {
    for (const code of finished.codes) errors.add(1, { ...attributesOf(finished), "error.type": code });
  };

  return {
    async operation(work, done) {
      const parent = contexts.active();
      // Named by its kind, once that is known: names that clients give are without number.
      const span = tracer.startSpan("GraphQL Operation", { kind: SpanKind.SERVER }, parent);
      active.add(1);
      try {
        const result = await contexts.with(trace.setSpan(parent, span), work);
        const finished = done(result);
        if (finished.type !== "unknown") span.updateName(finished.type);
        span.setAttributes(attributesOf(finished));
        if (finished.codes.length > 0) span.setStatus({ code: SpanStatusCode.ERROR });
        durations.record(finished.ms / 1_000, attributesOf(finished));
        countErrors(finished);
        return result;
      } finally {
        active.add(-1);
        span.end();
      }
    },
    delivered(event) {
      events.record(event.ms / 1_000, attributesOf(event));
      countErrors(event);
    },
    listening: change => subscriptions.add(change),
    processed: (phase, ms) => phases.record(ms / 1_000, { "graphql.processing.type": phase }),
    call({ source, operation, outcome, ms }) {
      const span = tracer.startSpan(`${source} ${operation}`, {
        kind: SpanKind.CLIENT, startTime: Date.now() - ms, attributes: { "peer.service": source, "hub.connector.operation": operation, "hub.connector.outcome": outcome },
      }, contexts.active());
      if (outcome !== "OK") span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
    },
    register(app) {
      app.addHook("onRequest", (request, _reply, next) => {
        const [, traceId, spanId, flags] = parentPattern.exec(String(request.headers["traceparent"])) ?? [];
        const context: Context = traceId === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId: spanId!, traceFlags: Number.parseInt(flags!, 16), isRemote: true });
        contexts.with(context, () => next());
      });
    },
    async close() {
      await Promise.all([tracers.shutdown(), meters.shutdown()]).catch(() => undefined);
      contexts.disable();
    },
  };
}

const version = async (): Promise<string> => (JSON.parse(await readFile("package.json", "utf8").catch(() => "{}")) as { version?: string }).version ?? "unknown";
