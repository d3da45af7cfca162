import type { FastifyInstance } from "fastify";
import type { FinishedCall } from "../connectors/upstream.ts";
import type { Phase } from "./graph/execute.ts";
import type { Watch } from "./graph/observed.ts";
import type { Settings } from "./settings.ts";
import { openTelemetry } from "./telemetry.ts";
import { createMetrics, registerMetrics, type Metrics } from "./web/metrics.ts";

/** Those who watch the hub: metrics always, a collector where the settings name one. */
export interface Watching {
  readonly metrics: Metrics;
  readonly watches: readonly Watch[];
  /** Hears of every finished call to an outside system. */
  readonly onCall: (call: FinishedCall) => void;
  /** Hears how long each step of an operation took. */
  readonly onPhase: (phase: Phase, ms: number) => void;
  /** Must come before the routes. */
  register(app: FastifyInstance): void;
  close(): Promise<void>;
}

/** Opens the watch that the settings ask for. */
export async function openWatching({ METRICS_TOKEN: token, OTEL_EXPORTER_OTLP_ENDPOINT: endpoint }: Settings): Promise<Watching> {
  const metrics = createMetrics();
  const telemetry = endpoint === undefined ? undefined : await openTelemetry(endpoint);
  return {
    metrics,
    watches: telemetry ? [metrics, telemetry] : [metrics],
    onCall(call) {
      metrics.call(call);
      telemetry?.call(call);
    },
    onPhase: (phase, ms) => telemetry?.processed(phase, ms),
    register(app) {
      telemetry?.register(app);
      registerMetrics(app, metrics, token);
    },
    close: async () => telemetry?.close(),
  };
}
