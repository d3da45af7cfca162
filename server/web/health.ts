import type { FastifyInstance } from "fastify";
import type { Connectors } from "../../connectors/index.ts";
import type { Reads } from "../database/reads.ts";

/** How the hub is: alive, ready, and how the outside systems are doing. */
export function registerHealth(app: FastifyInstance, { reads, connectors }: { readonly reads: Reads; readonly connectors: Connectors }): void {
  app.get("/healthz", async () => ({ status: "alive" }));
  app.get("/readyz", async (_request, reply) => {
    const ready = await reads.alive();
    return reply.status(ready ? 200 : 503).send({ status: ready ? "ready" : "not ready", database: ready });
  });
  // Outside systems do not decide whether the hub is ready: it answers without them.
  app.get("/health/connectors", async () => connectors.health());
}
