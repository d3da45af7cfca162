import { ApolloServer, HeaderMap, type ApolloServerOptionsWithGateway } from "@apollo/server";
import { ApolloServerPluginCacheControlDisabled } from "@apollo/server/plugin/disabled";
import { GraphQLError, OperationTypeNode, type GraphQLFormattedError, type GraphQLSchema } from "graphql";
import type { Hub, Locale } from "../../operations/hub.ts";
import { Said, type Words } from "../../schema/said.ts";
import { unclear, unreadable } from "./documents.ts";
import type { Graph } from "./execute.ts";
import { documentLimits } from "./limits.ts";

/**
 * Apollo Server in front of the graph: it speaks GraphQL over HTTP (content types, status codes, cross-site protection)
 * and hands every operation to the one pipeline, which validates it against the caller's slice and runs it. So Apollo
 * itself neither validates nor executes: what it did would not bind the WebSocket.
 */
export function createApollo(graph: Graph, schema: GraphQLSchema): ApolloServer<Carried> {
  const gateway: ApolloServerOptionsWithGateway<Carried>["gateway"] = {
    load: async () => ({
      executor: async ({ source, document, request, context }) => {
        const { hub, outcome } = context as Carried;
        const { data, errors, refused, retryAfter, type } = await graph.run(hub, { source, operationName: request.operationName, variables: request.variables, parsed: document });
        outcome.mutated = type === OperationTypeNode.MUTATION;
        const status = refused ? { http: { status: retryAfter === undefined ? 400 : 429, headers: new HeaderMap(retryAfter === undefined ? [] : [["retry-after", String(retryAfter)]]) } } : {};
        return { ...(data === undefined ? {} : { data }), ...(errors ? { errors: errors.map(answer => new GraphQLError(answer.message, { extensions: { ...answer.extensions, ...status, answer } })) } : {}) };
      },
    }),
    onSchemaLoadOrUpdate: listener => {
      listener({ apiSchema: schema, coreSupergraphSdl: "" });
      return () => undefined;
    },
    stop: async () => undefined,
  };
  return new ApolloServer<Carried>({
    gateway,
    dangerouslyDisableValidation: true,
    parseOptions: { maxTokens: documentLimits.tokens },
    introspection: true,
    includeStacktraceInErrorResponses: false,
    csrfPrevention: true,
    stopOnTerminationSignals: false,
    persistedQueries: false,
    // What the pipeline said is said as it is; what Apollo has to say about the request is put into our words.
    formatError: (formatted, error) => {
      const answer = error instanceof GraphQLError ? (error.extensions["answer"] as typeof formatted | undefined) : undefined;
      if (answer) return answer;
      const { words, message, extensions } = inOurWords(formatted.extensions?.["code"], error);
      return { ...(formatted.locations ? { locations: formatted.locations } : {}), message, extensions: { ...extensions, words } };
    },
    // Answers are never cached by others; and the plugin would wrap the resolver of every field, stored ones too.
    plugins: [ApolloServerPluginCacheControlDisabled()],
    logger: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined },
  });
}

/** Carries the hub of a request through Apollo, which copies its context: a copy would not be the request's own, and touch all that is made when first touched. */
export interface Carried {
  readonly hub: Hub;
  /** Whether something may have been changed, once the operation was run. */
  readonly outcome: { mutated: boolean };
}

/** What Apollo refuses before the pipeline sees it, by its code. */
function inOurWords(code: unknown, error: unknown): Said {
  if (code === "GRAPHQL_PARSE_FAILED" && error instanceof GraphQLError) return unreadable(error);
  if (code === "OPERATION_RESOLUTION_FAILURE") return unclear();
  if (code === "INTERNAL_SERVER_ERROR") return new Said({ it: "Qualcosa non ha funzionato.", en: "Something went wrong." }, { code: "INTERNAL" });
  return new Said({
    it: "La richiesta non è GraphQL su HTTP: inviare con POST e content-type application/json un oggetto con query, variables e operationName. Con GET si leggono solo query, e serve l'intestazione apollo-require-preflight.",
    en: "This is not GraphQL over HTTP: POST an object with query, variables and operationName as application/json. GET takes queries alone, and needs the header apollo-require-preflight.",
  }, { code: typeof code === "string" ? code : "BAD_REQUEST" });
}

/** The body of an answer with Apollo's own refusals in the caller's language. */
export function inLanguage(body: string, locale: Locale): string {
  const { errors, ...rest } = JSON.parse(body) as { readonly errors?: readonly GraphQLFormattedError[] };
  const said = errors?.map(({ extensions: { words, ...extensions } = {}, ...error }) => ({ ...error, ...(words ? { message: (words as Words)[locale] } : {}), extensions }));
  return JSON.stringify({ ...rest, errors: said });
}
