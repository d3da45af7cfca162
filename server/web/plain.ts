import type { FastifyRequest } from "fastify";
import { OperationTypeNode } from "graphql";
import type { Hub } from "../../operations/hub.ts";
import { inLanguage } from "../graph/apollo.ts";
import type { Answer, Asked, Graph } from "../graph/execute.ts";

const json = "application/json; charset=utf-8";
const graphqlJson = "application/graphql-response+json; charset=utf-8";

/** What is answered to the `accept` that clients usually send; others are weighed by Apollo. */
const answeredIn = new Map<string | undefined, string>([
  [undefined, json], ["*/*", json], ["application/json", json], ["application/json, text/plain, */*", json], ["application/json, multipart/mixed", json],
  ["application/graphql-response+json", graphqlJson], ["application/graphql-response+json, application/json", graphqlJson],
  ["application/graphql-response+json,application/json;q=0.9", graphqlJson], ["application/graphql-response+json, application/json;q=0.9", graphqlJson],
]);

/** A request as nearly all of them are: nothing in it is left to weigh. */
export interface Plain {
  readonly asked: Asked;
  /** Media type of the answer. */
  readonly type: string;
}

/** The members that a request may have to be plain. */
const members = new Set(["query", "variables", "operationName"]);

/**
 * Reads a request as nearly all of them are: a POST of a JSON object with a document and perhaps variables and a name,
 * from a client that accepts what everybody does. Undefined for any other, which is Apollo's to judge.
 */
export function plainly({ method, headers, body }: FastifyRequest): Plain | undefined {
  const type = answeredIn.get(headers.accept);
  if (method !== "POST" || type === undefined || !/^application\/json *(?:; *charset=utf-8 *)?$/i.test(headers["content-type"] ?? "")) return undefined;
  if (!isRecord(body) || Object.keys(body).some(name => !members.has(name))) return undefined;
  const { query: source, variables = null, operationName = null } = body;
  if (typeof source !== "string" || source === "" || (variables !== null && !isRecord(variables))) return undefined;
  if (operationName !== null && (typeof operationName !== "string" || operationName === "")) return undefined;
  return { asked: { source, operationName, variables }, type };
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);

/** An answer as it goes out. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** Whether something may have been changed by it. */
  readonly mutated: boolean;
}

/**
 * Answers a plain request whose document is known, to the byte as Apollo would: nothing about the request is left to be
 * refused before the pipeline, and the way there and back through Apollo costs as much as the pipeline itself.
 */
export async function answerPlainly(graph: Graph, hub: Hub, { asked, type }: Plain): Promise<Reply> {
  const answer = await graph.run(hub, asked);
  const status = statusOf(answer);
  const { errors, data, retryAfter } = answer;
  const text = `${JSON.stringify({ errors, data })}\n`;
  return {
    status, mutated: answer.type === OperationTypeNode.MUTATION, text: status >= 400 ? inLanguage(text, hub.locale) : text,
    headers: { ...(retryAfter === undefined ? {} : { "retry-after": String(retryAfter) }), "content-type": type },
  };
}

function statusOf({ refused, retryAfter, errors, data }: Answer): number {
  if (retryAfter !== undefined) return 429;
  return refused || (errors !== undefined && data === undefined) ? 400 : 200;
}
