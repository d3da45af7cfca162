import type { FastifyInstance, FastifyReply } from "fastify";
import type { Allowance } from "../../operations/allowance.ts";

export interface HeaderRules {
  /** Where the hub is reached: behind https, browsers are told to come back by https alone. */
  readonly publicUrl: string;
  /** Origins of portals that may call the graph from a browser with their user's cookie. */
  readonly corsOrigins: readonly string[];
}

/** What a portal's script may read of an answer. */
const exposed = "content-disposition, etag, x-request-id, retry-after, x-ratelimit-cost, x-ratelimit-limit, x-ratelimit-remaining, x-ratelimit-reset, x-ratelimit-app-limit, x-ratelimit-app-remaining, x-ratelimit-app-reset";

/** What a portal may send; a browser asks first for anything but the plainest requests. */
const allowed = { methods: "GET, POST", headers: "content-type, authorization, dpop, accept-language, apollo-require-preflight, x-apollo-operation-name, traceparent" } as const;

/** What portals call: the graph, and the documents to which it gives addresses. */
const shared = ["/graphql", "/schema.graphql", "/documents/*"];
const isShared = (path: string): boolean => shared.includes(path) || path.startsWith("/documents/");

/** Puts on every answer what browsers should know, and lets the portals on the list call the graph. */
export function registerHeaders(app: FastifyInstance, { publicUrl, corsOrigins }: HeaderRules): void {
  const secure = publicUrl.startsWith("https://");
  // They have nothing to wait for, and every answer comes through them.
  app.addHook("onRequest", (request, reply, next) => {
    void reply.header("x-content-type-options", "nosniff").header("referrer-policy", "no-referrer").header("x-frame-options", "DENY").header("cross-origin-opener-policy", "same-origin");
    if (secure) void reply.header("strict-transport-security", "max-age=31536000; includeSubDomains");
    if (!isShared(request.url.split("?")[0]!)) return next();
    void reply.header("vary", "origin");
    const { origin } = request.headers;
    if (origin !== undefined && corsOrigins.includes(origin)) void reply.header("access-control-allow-origin", origin).header("access-control-allow-credentials", "true").header("access-control-expose-headers", exposed);
    next();
  });
  // A connection kept alive would keep a hub that stops from stopping: whoever is answered now is told to open another.
  let leaving = false;
  app.addHook("preClose", async () => { leaving = true; });
  app.addHook("onSend", (_request, reply, _payload, next) => {
    if (leaving) void reply.header("connection", "close");
    next();
  });
  for (const path of shared) {
    // From elsewhere the question is answered without permission, and the browser does not send the request.
    app.options(path, async (_request, reply) => {
      if (reply.hasHeader("access-control-allow-origin")) {
        void reply.header("access-control-allow-methods", allowed.methods).header("access-control-allow-headers", allowed.headers).header("access-control-max-age", "600");
      }
      return reply.status(204).header("allow", "GET, POST, OPTIONS").send();
    });
  }
}

/** Says in headers what an operation cost and what is left, as others do: `reset` is a Unix time in seconds. */
export function sayAllowance(reply: FastifyReply, allowance: Allowance | undefined): void {
  if (!allowance) return;
  const { cost, budget, left, resetsAt, app } = allowance;
  if (app) void reply.headers({ "x-ratelimit-app-limit": app.budget, "x-ratelimit-app-remaining": app.left, "x-ratelimit-app-reset": Math.ceil(app.resetsAt.getTime() / 1_000) });
  if (budget === null) return;
  void reply.headers({ "x-ratelimit-cost": cost, "x-ratelimit-limit": budget, "x-ratelimit-remaining": left!, "x-ratelimit-reset": Math.ceil(resetsAt!.getTime() / 1_000) });
}
