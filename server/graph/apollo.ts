import { ApolloServer, HeaderMap, type ApolloServerOptionsWithGateway } from "@apollo/server";
import { ApolloServerPluginCacheControlDisabled } from "@apollo/server/plugin/disabled";
import { GraphQLError, type GraphQLSchema } from "graphql";
import type { Hub } from "../../operations/hub.ts";
import type { Graph } from "./execute.ts";
import { documentLimits } from "./limits.ts";

/**
 * Apollo Server in front of the graph: it speaks GraphQL over HTTP (content types, status codes, cross-site protection)
 * and hands every operation to the one pipeline, which validates it against the caller's slice and runs it. So Apollo
 * itself neither validates nor executes: what it did would not bind the WebSocket.
 */
export function createApollo(graph: Graph, schema: GraphQLSchema): ApolloServer<Hub> {
  const gateway: ApolloServerOptionsWithGateway<Hub>["gateway"] = {
    load: async () => ({
      executor: async ({ source, document, operationName, request, context }) => {
        const { data, errors, refused, retryAfter } = await graph.run(context as Hub, { source, operationName: operationName ?? request.operationName, variables: request.variables, parsed: document });
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
  return new ApolloServer<Hub>({
    gateway,
    dangerouslyDisableValidation: true,
    parseOptions: { maxTokens: documentLimits.tokens },
    introspection: true,
    includeStacktraceInErrorResponses: false,
    csrfPrevention: true,
    stopOnTerminationSignals: false,
    persistedQueries: false,
    // What the pipeline said is said as it is; the rest are Apollo's own words about the request.
    formatError: (formatted, error) => {
      const answer = error instanceof GraphQLError ? (error.extensions["answer"] as typeof formatted | undefined) : undefined;
      const code = formatted.extensions?.["code"];
      return answer ?? { message: code === "INTERNAL_SERVER_ERROR" ? "Qualcosa non ha funzionato." : formatted.message, extensions: { code } };
    },
    // Answers are never cached by others; and the plugin would wrap the resolver of every field, stored ones too.
    plugins: [ApolloServerPluginCacheControlDisabled()],
    logger: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined },
  });
}
