import {
  getNamedType, getOperationAST, GraphQLError, isObjectType, Kind, parse, specifiedRules, validate,
  type DocumentNode, type GraphQLSchema, type OperationDefinitionNode,
} from "graphql";
import { compileQuery, isCompiledQuery, type CompiledQuery } from "graphql-jit";
import { costOf, type Cost } from "./cost.ts";
import { documentLimits, overLimit } from "./limits.ts";
import type { Slice } from "./slices.ts";

/** A document that was found good for a slice, ready to be run. */
export interface Prepared {
  readonly operation: OperationDefinitionNode;
  readonly query: CompiledQuery;
  readonly schema: GraphQLSchema;
  readonly cost: Cost;
}

/** Why a document cannot be run. */
export interface Refused {
  readonly errors: readonly GraphQLError[];
}

/** Prepares a document for a slice, or says why not. `parsed` spares a second parse where somebody did the first. */
export type Prepare = (slice: Slice, source: string, operationName: string | null | undefined, parsed?: DocumentNode) => (Prepared | Refused) & Worked;

/** Whether the document was new, and had to be worked on. */
interface Worked {
  readonly fresh?: true;
}

/**
 * Prepares documents, each once for a slice: parsed, held against the limits, validated, compiled. The last `size` are
 * kept, whoever sent them; HTTP and WebSocket share them.
 */
export function documentsOf(graph: GraphQLSchema, size = 2_000): Prepare {
  const kept = new Map<string, Prepared | Refused>();
  return (slice, source, operationName, parsed) => {
    const key = `${slice.key}\n${operationName ?? ""}\n${source}`;
    const known = kept.get(key);
    if (known) {
      kept.delete(key);
      kept.set(key, known);
      return known;
    }
    const prepared = prepare(graph, slice, source, operationName, parsed);
    // A refusal is kept too: whoever sends bad documents often must not make us work each time.
    kept.set(key, prepared);
    if (kept.size > size) kept.delete(kept.keys().next().value!);
    return { ...prepared, fresh: true };
  };
}

function prepare(graph: GraphQLSchema, { schema, key }: Slice, source: string, operationName: string | null | undefined, parsed: DocumentNode | undefined): Prepared | Refused {
  const document = parsed ?? parsedOf(source);
  if (document instanceof GraphQLError) return { errors: [document] };
  const limit = overLimit(document);
  if (limit) return { errors: [limit] };
  const faults = validate(schema, document, specifiedRules, { maxErrors: 10, hideSuggestions: true });
  if (faults.length > 0) return { errors: faults.map(fault => validationError(fault, graph, key)) };
  const operation = getOperationAST(document, operationName);
  if (!operation) return { errors: [withCode(new GraphQLError("Il documento ha più operazioni, o non quella indicata: dire quale con operationName."), "OPERATION_RESOLUTION_FAILURE")] };
  const query = compileQuery(schema, document, operationName ?? undefined, { disablingCapturingStackErrors: true });
  if (!isCompiledQuery(query)) return { errors: (query.errors ?? []).map(error => withCode(error, "GRAPHQL_VALIDATION_FAILED")) };
  return { operation, query, schema, cost: costOf(schema, operation, document.definitions.filter(node => node.kind === Kind.FRAGMENT_DEFINITION)) };
}

function parsedOf(source: string): DocumentNode | GraphQLError {
  try {
    return parse(source, { maxTokens: documentLimits.tokens });
  } catch (error) {
    return withCode(error as GraphQLError, "GRAPHQL_PARSE_FAILED");
  }
}

const withCode = (error: GraphQLError, code: string, message = error.message): GraphQLError =>
  new GraphQLError(message, { ...(error.nodes ? { nodes: error.nodes } : {}), ...(error.source ? { source: error.source } : {}), ...(error.positions ? { positions: error.positions } : {}), extensions: { code } });

/** A validation error without the value that was sent: it may be somebody's fiscal code. A partner is told where its agreement ends. */
function validationError(error: GraphQLError, graph: GraphQLSchema, sliceKey: string): GraphQLError {
  const own = error.originalError instanceof GraphQLError ? error.originalError : undefined;
  if (own) return withCode(error, "BAD_USER_INPUT", own.message);
  const outside = sliceKey.includes("agreement") && outsideAgreement(error, graph);
  if (outside) return withCode(error, "OUTSIDE_AGREEMENT", `Il campo "${outside}" non fa parte dell'accordo.`);
  return withCode(error, "GRAPHQL_VALIDATION_FAILED", error.message.replace(/, found .*$/s, ".").replace(/ Did you mean .*$/s, ""));
}

/** The field that a partner asked for and that exists, but not under its agreement. */
function outsideAgreement({ nodes, message }: GraphQLError, graph: GraphQLSchema): string | undefined {
  const [node] = nodes ?? [];
  const type = node?.kind === Kind.FIELD ? /on type "(\w+)"/.exec(message)?.[1] : undefined;
  const owner = type ? getNamedType(graph.getType(type)) : undefined;
  if (node?.kind !== Kind.FIELD || !isObjectType(owner)) return undefined;
  const permission = owner.getFields()[node.name.value]?.extensions["permission"];
  return typeof permission === "string" && permission.startsWith("agreement") ? node.name.value : undefined;
}
