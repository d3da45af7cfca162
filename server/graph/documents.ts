import {
  getNamedType, getOperationAST, isObjectType, Kind, OperationTypeNode, parse, specifiedRules, validate, visit,
  type DocumentNode, type GraphQLError, type GraphQLSchema, type OperationDefinitionNode,
} from "graphql";
import { compileQuery, isCompiledQuery, type CompiledQuery } from "graphql-jit";
import { Said } from "../../schema/said.ts";
import { costOf, type Cost } from "./cost.ts";
import { documentLimits, exceeded, overLimit, unkept } from "./limits.ts";
import type { Slice } from "./slices.ts";
import { reasonOf } from "./variables.ts";

/** A document that was found good for a slice, ready to be run. */
export interface Prepared {
  readonly operation: OperationDefinitionNode;
  readonly query: CompiledQuery;
  readonly schema: GraphQLSchema;
  readonly cost: Cost;
  /** The variables by which an event of a subscription is read; none elsewhere. */
  readonly read: readonly string[];
}

/** Why a document cannot be run. */
export interface Refused {
  readonly errors: readonly Said[];
}

export interface Prepare {
  /** Prepares a document for a slice, or says why not. `parsed` spares a second parse where somebody did the first. */
  (slice: Slice, source: string, operationName: string | null | undefined, parsed?: DocumentNode): (Prepared | Refused) & Worked;
  /** Whether a document was prepared for a slice before, and found good. */
  knows(slice: Slice, source: string, operationName: string | null | undefined): boolean;
}

/** Whether the document was new, and had to be worked on. */
interface Worked {
  readonly fresh?: true;
}

/** A document's plan and code take some thirty times the length of its text: so about 120 MB at most. */
const usualSize = { documents: 2_000, characters: 4_000_000 };

/**
 * Prepares documents, each once for a slice: parsed, held against the limits, validated, compiled. The last are kept,
 * whoever sent them, as many as the size allows by number and by length; HTTP and WebSocket share them.
 */
export function documentsOf(graph: GraphQLSchema, { documents, characters } = usualSize): Prepare {
  const kept = new Map<string, Prepared | Refused>();
  let held = 0;
  // The name is written so that it ends where it ends: nobody makes another document's key with it.
  const keyOf = (slice: Slice, source: string, operationName: string | null | undefined): string => `${slice.key}\n${JSON.stringify(operationName ?? null)}\n${source}`;

  const prepareOnce = (slice: Slice, source: string, operationName: string | null | undefined, parsed?: DocumentNode): (Prepared | Refused) & Worked => {
    const key = keyOf(slice, source, operationName);
    const known = kept.get(key);
    if (known) {
      kept.delete(key);
      kept.set(key, known);
      return known;
    }
    const prepared = prepare(graph, slice, source, operationName, parsed);
    // A refusal is kept too: whoever sends bad documents often must not make us work each time.
    kept.set(key, prepared);
    held += key.length;
    while (kept.size > documents || (held > characters && kept.size > 1)) {
      const oldest = kept.keys().next().value!;
      kept.delete(oldest);
      held -= oldest.length;
    }
    return { ...prepared, fresh: true };
  };
  return Object.assign(prepareOnce, {
    knows(slice: Slice, source: string, operationName: string | null | undefined) {
      const known = kept.get(keyOf(slice, source, operationName));
      return known !== undefined && "query" in known;
    },
  });
}

function prepare(graph: GraphQLSchema, { schema, key }: Slice, source: string, operationName: string | null | undefined, parsed: DocumentNode | undefined): Prepared | Refused {
  const document = parsed ?? parsedOf(source);
  if (document instanceof Said) return { errors: [document] };
  if (/\\u(?:0000|\{0+\})/.test(source)) return { errors: [unkept()] };
  const limit = overLimit(document);
  if (limit) return { errors: [limit] };
  const faults = validate(schema, document, specifiedRules, { maxErrors: 10, hideSuggestions: true });
  if (faults.length > 0) return { errors: faults.map(fault => validationError(fault, graph, key)) };
  const operation = getOperationAST(document, operationName);
  if (!operation) return { errors: [unclear()] };
  const query = compileQuery(schema, document, operationName ?? undefined, { disablingCapturingStackErrors: true });
  if (!isCompiledQuery(query)) return { errors: (query.errors ?? []).map(invalid) };
  return { operation, query, schema, read: variablesRead(document, operation), cost: costOf(schema, operation, document.definitions.filter(node => node.kind === Kind.FRAGMENT_DEFINITION)) };
}

/** The variables of a subscription but for those that stand in arguments of its root field alone: these choose its events, and say nothing about what is read for each. */
function variablesRead(document: DocumentNode, { operation, selectionSet }: OperationDefinitionNode): string[] {
  if (operation !== OperationTypeNode.SUBSCRIPTION) return [];
  const opening: ReadonlySet<unknown> = new Set(selectionSet.selections.flatMap(node => (node.kind === Kind.FIELD ? node.arguments ?? [] : [])));
  const found = new Set<string>();
  visit(document, {
    VariableDefinition: () => false,
    Argument: node => (opening.has(node) ? false : undefined),
    Variable: ({ name }) => void found.add(name.value),
  });
  return [...found];
}

function parsedOf(source: string): DocumentNode | Said {
  try {
    return parse(source, { maxTokens: documentLimits.tokens });
  } catch (error) {
    return unreadable(error as GraphQLError);
  }
}

/** Why a text could not be parsed: where, and not what stands there. */
export function unreadable(error: GraphQLError): Said {
  if (/\b\d+ tokens\b/.test(error.message)) return exceeded("tokens");
  const [at] = error.locations ?? [];
  const place = at ? ` (${at.line}:${at.column})` : "";
  return new Said({ it: `Il documento non è GraphQL valido${place}.`, en: `The document is not valid GraphQL${place}.` }, { code: "GRAPHQL_PARSE_FAILED" }, placeOf(error));
}

/** What is answered when it is not clear which operation to run. */
export const unclear = (): Said => new Said({
  it: "Il documento ha più operazioni, o non quella indicata: dire quale con operationName.", en: "The document has several operations, or not the one named: say which with operationName.",
}, { code: "OPERATION_RESOLUTION_FAILURE" });

const placeOf = ({ nodes, source, positions }: GraphQLError) => ({ ...(nodes ? { nodes } : {}), ...(source ? { source } : {}), ...(positions ? { positions } : {}) });

/** What graphql-js finds wrong with a document names fields, types and variables: that may be said. */
const invalid = (error: GraphQLError): Said =>
  new Said({ it: `Il documento non è valido: ${error.message}`, en: `The document is not valid: ${error.message}` }, { code: "GRAPHQL_VALIDATION_FAILED" }, placeOf(error));

/** The kinds of nodes that are values: what graphql-js says about these quotes them. */
const values: readonly string[] = [Kind.INT, Kind.FLOAT, Kind.STRING, Kind.BOOLEAN, Kind.NULL, Kind.ENUM, Kind.LIST, Kind.OBJECT, Kind.OBJECT_FIELD];

/** A validation error without the value that was sent: it may be somebody's fiscal code. A partner is told where its agreement ends. */
function validationError(error: GraphQLError, graph: GraphQLSchema, sliceKey: string): Said {
  if (error instanceof Said || values.includes(error.nodes?.[0]?.kind ?? "")) {
    const { it, en } = reasonOf(error);
    return new Said({ it: `Un valore nel documento non è valido. ${it}`, en: `A value in the document is not valid. ${en}` }, { code: "BAD_USER_INPUT" }, placeOf(error));
  }
  const outside = sliceKey.includes("agreement") && outsideAgreement(error, graph);
  if (outside) return new Said({ it: `Il campo "${outside}" non fa parte dell'accordo.`, en: `The field "${outside}" is not part of the agreement.` }, { code: "OUTSIDE_AGREEMENT" }, placeOf(error));
  return invalid(error);
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
