import { HeaderMap, type ApolloServer } from "@apollo/server";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { lexicographicSortSchema, printSchema } from "graphql";
import type { Hub, Locale } from "../../operations/hub.ts";
import type { Answer, Graph } from "../graph/execute.ts";
import { inLanguage, type Carried } from "../graph/apollo.ts";
import type { Slice } from "../graph/slices.ts";
import type { Trusted } from "../graph/trusted.ts";
import type { Hubs } from "../hubs.ts";
import type { Gate } from "../limits/gate.ts";
import type { Cookies } from "./cookies.ts";
import { credentialsOf } from "./credentials.ts";
import { sayAllowance } from "./headers.ts";
import { answerPlainly, plainly, type Reply } from "./plain.ts";
import { searchWithDocument, unknownDocument, withDocument } from "./registered.ts";

export interface GraphqlDeps {
  readonly apollo: ApolloServer<Carried>;
  readonly graph: Graph;
  readonly hubs: Hubs;
  readonly slice: (permissions: Hub["caller"]["permissions"]) => Slice;
  readonly gate: Gate;
  readonly trusted: Trusted;
  readonly cookies: Cookies;
  readonly deadlineMs: number;
}

/** Size of the largest body that an operation may have. */
export const bodyLimit = 262_144;

/** The graph over HTTP, and the caller's slice as text. */
export function registerGraphql(app: FastifyInstance, { apollo, graph, hubs, slice, gate, trusted, cookies, deadlineMs }: GraphqlDeps): void {
  const open = (request: FastifyRequest, signal: AbortSignal): Promise<Hub> => hubs.open(credentialsOf(request, request.ip, cookies), signal);

  // A page asks several times in a row: whom its session stands for is looked up once a second, unless something was done
  // here that may have changed it, as whoever signs in or out does.
  app.addHook("onSend", (_request, reply, _payload, next) => {
    if (reply.hasHeader("set-cookie")) hubs.forget();
    next();
  });

  const answer = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    // The deadline and a client that leaves end the same things: statements, outside calls.
    const gone = new AbortController();
    const deadline = setTimeout(() => gone.abort(), deadlineMs);
    reply.raw.once("close", () => {
      if (!reply.raw.writableFinished) gone.abort();
    });
    try {
      const hub = await hubs.open(credentialsOf(request, request.ip, cookies), gone.signal, { lately: true });
      if (Array.isArray(request.body)) return await refuse(request, reply, { errors: [batched(hub.locale)] });
      const plain = plainly(request);
      const body = plain ? request.body : withDocument(request.body, trusted);
      const search = searchWithDocument(request.url.includes("?") ? request.url.slice(request.url.indexOf("?")) : "", trusted);
      if (search === null || (body === null && request.body !== null)) return await refuse(request, reply, { errors: [unknownDocument] });
      const source = (body as { readonly query?: unknown } | null)?.query;
      const unread = typeof source === "string" ? graph.refuses(hub, source) : undefined;
      if (unread) {
        sayAllowance(reply, hub.allowance);
        return await refuse(request, reply, unread);
      }
      const said = plain && graph.knows(hub, plain.asked) ? await answerPlainly(graph, hub, plain) : await throughApollo(request, hub, body, search);
      if (said.mutated) hubs.forget(hub.caller);
      void reply.status(said.status).headers(said.headers);
      sayAllowance(reply, hub.allowance);
      return await reply.headers({ "cache-control": "no-store", "x-request-id": hub.requestId }).send(said.text);
    } finally {
      clearTimeout(deadline);
    }
  };
  const throughApollo = async ({ method, headers: given }: FastifyRequest, hub: Hub, body: unknown, search: string): Promise<Reply> => {
    const headers = new HeaderMap();
    for (const [key, value] of Object.entries(given)) if (value !== undefined) headers.set(key, Array.isArray(value) ? value.join(", ") : value);
    const outcome = { mutated: false };
    const response = await apollo.executeHTTPGraphQLRequest({ httpGraphQLRequest: { method, headers, body, search }, context: () => Promise.resolve({ hub, outcome }) });
    const status = response.status ?? 200;
    const text = response.body.kind === "complete" ? response.body.string : "";
    return { status, headers: Object.fromEntries(response.headers), text: status >= 400 ? inLanguage(text, hub.locale) : text, ...outcome };
  };
  app.get("/graphql", answer);
  app.post("/graphql", { bodyLimit }, answer);

  app.get("/schema.graphql", async (request, reply) => {
    const hub = await open(request, AbortSignal.timeout(deadlineMs));
    if (gate.closed(hub)) return reply.status(403).send({ errors: [{ message: "Qui il grafo non si mostra.", extensions: { code: "UNTRUSTED_DOCUMENT" } }] });
    return reply.type("text/plain; charset=utf-8").send(printSchema(lexicographicSortSchema(slice(hub.caller.permissions).schema)));
  });
}

/** One operation a request: a list of them would be counted as one, by whoever guards the way here. */
const batched = (locale: Locale) => ({
  message: locale === "it" ? "Un elenco di operazioni non è ammesso: inviarle una per richiesta." : "A list of operations is not accepted: send each in a request of its own.", extensions: { code: "BATCH_REFUSED" },
});

/** Answers what is refused before Apollo has to read it, in the media type that the client understands. */
function refuse(request: FastifyRequest, reply: FastifyReply, { errors, retryAfter }: Answer): FastifyReply {
  if (retryAfter !== undefined) void reply.header("retry-after", retryAfter);
  const type = request.headers.accept?.includes("application/graphql-response+json") ? "application/graphql-response+json" : "application/json";
  return reply.status(retryAfter === undefined ? 400 : 429).header("cache-control", "no-store").type(`${type}; charset=utf-8`).send(JSON.stringify({ errors }));
}
