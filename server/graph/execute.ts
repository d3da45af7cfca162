import { getArgumentValues, GraphQLError, Kind, OperationTypeNode, type DocumentNode, type ExecutionResult, type GraphQLFormattedError } from "graphql";
import { remembered } from "../../kernel/remember.ts";
import type { Hub } from "../../operations/hub.ts";
import { Said } from "../../schema/said.ts";
import type { Gate, Turned } from "../limits/gate.ts";
import { createTurns, type Turns } from "../limits/turns.ts";
import type { Prepare, Prepared } from "./documents.ts";
import { overLimitInVariables } from "./limits.ts";
import { maskError } from "./mask.ts";
import { SharedReads } from "./shared.ts";
import type { Slice } from "./slices.ts";
import { faultsInVariables } from "./variables.ts";

/** One operation as it was sent, over whichever transport. */
export interface Asked {
  readonly source: string;
  readonly operationName?: string | null | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
  readonly parsed?: DocumentNode;
}

/** What the graph answers; transports send data and errors alone. */
export interface Answer {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly GraphQLFormattedError[];
  /** Nothing was run. */
  readonly refused?: true;
  /** In how many seconds the same may be asked again, where the caller's budget is used up. */
  readonly retryAfter?: number;
  /** What was asked, where that became known. */
  readonly type?: OperationTypeNode;
}

/** The one way through the graph: HTTP and WebSocket both come here, and nothing that binds one can be forgotten on the other. */
export interface Graph {
  /** Why a text is refused before anybody reads it; undefined when it is worth reading. */
  refuses(hub: Hub, source: string): Answer | undefined;
  /** Whether a document of a caller's was run before, so that nothing about its text can be wrong. */
  knows(hub: Hub, asked: Asked): boolean;
  /** Runs a query or mutation. */
  run(hub: Hub, asked: Asked): Promise<Answer>;
  /**
   * Starts a subscription: a stream of answers, each read by a hub of its own under the listener's present permission.
   * `fresh` gives that hub, or null when the caller is nobody any more: then the stream ends.
   */
  subscribe(hub: Hub, asked: Asked, fresh: () => Promise<Hub | null>): Promise<AsyncIterableIterator<Answer> | Answer>;
}

/** What a document that was not seen before costs for each character: it has to be parsed, and if it is good validated, compiled and planned. */
const forACharacter = { refused: 0.05, prepared: 1 } as const;

/** How many events are read for their listeners at once: thousands may wait for one, and must not stand before everybody else at the database. */
const mostRead = 24;

/** The steps of an operation, as the semantic conventions of OpenTelemetry call them; a document is planned once, when it is new. */
export type Phase = "plan" | "variable_coercion" | "execute";

/** Puts slices, documents, the gate and masking together. `took` hears how many milliseconds each step took. */
export function createGraph(slice: (permissions: Hub["caller"]["permissions"]) => Slice, prepare: Prepare, gate: Gate, took: (phase: Phase, ms: number) => void = () => undefined): Graph {
  const timed = (phase: Phase, began: number): void => took(phase, performance.now() - began);
  const turns = createTurns(mostRead);
  /** What listeners share, by the document that they were prepared with, which is one slice's. */
  const readsOf = remembered((_query: Prepared["query"]) => new SharedReads<Answer>(({ errors }) => errors === undefined));
  const textOf = remembered((event: object) => JSON.stringify(event));
  const turned = (hub: Hub, { error, retryAfter }: Turned): Answer => ({ errors: [maskError(error, hub)], refused: true, ...(retryAfter === undefined ? {} : { retryAfter }) });

  const refuses = (hub: Hub, source: string): Answer | undefined => {
    const before = gate.before(hub, source);
    return before && turned(hub, before);
  };

  const refused = async (hub: Hub, errors: readonly GraphQLError[], work: number): Promise<Answer> => {
    const charged = await gate.charge(hub, 1, work);
    return charged ? turned(hub, charged) : { errors: errors.map(error => maskError(error, hub)), refused: true };
  };

  const admit = async (hub: Hub, { source, operationName, variables, parsed }: Asked): Promise<Prepared | Answer> => {
    const unread = refuses(hub, source);
    if (unread) return unread;
    const own = slice(hub.caller.permissions);
    const turn = prepare.knows(own, source, operationName) ? undefined : await gate.turn(hub);
    if (turn && "error" in turn) return turned(hub, turn);
    const began = performance.now();
    const prepared = prepare(own, source, operationName, parsed);
    turn?.over();
    if (prepared.fresh) timed("plan", began);
    const work = prepared.fresh ? Math.ceil(source.length * forACharacter["errors" in prepared ? "refused" : "prepared"]) : 0;
    if ("errors" in prepared) return refused(hub, prepared.errors, work);
    const given = variables ?? {};
    const reading = performance.now();
    const tooMany = overLimitInVariables(given);
    const faults = tooMany ? [tooMany] : faultsInVariables(prepared.schema, prepared.operation, given, gate.closed(hub));
    timed("variable_coercion", reading);
    if (faults.length > 0) return refused(hub, faults, work);
    const charged = await gate.charge(hub, prepared.cost(given), work);
    return charged ? turned(hub, charged) : prepared;
  };
  const masked = (hub: Hub, type: OperationTypeNode, { data, errors }: ExecutionResult): Answer => ({ type, ...(data === undefined ? {} : { data }), ...(errors?.length ? { errors: errors.map(error => maskError(error, hub)) } : {}) });

  return {
    refuses,
    knows: (hub, { source, operationName }) => prepare.knows(slice(hub.caller.permissions), source, operationName),
    async run(hub, asked) {
      const admitted = await admit(hub, asked);
      if (!("query" in admitted)) return admitted;
      if (admitted.operation.operation === OperationTypeNode.SUBSCRIPTION) return refusal(hub, overHttp());
      const began = performance.now();
      const result = await admitted.query.query({}, hub, asked.variables ?? {});
      timed("execute", began);
      return masked(hub, admitted.operation.operation, result);
    },
    async subscribe(hub, asked, fresh) {
      const admitted = await admit(hub, asked);
      if (!("query" in admitted)) return admitted;
      const { schema, operation, query, read } = admitted;
      const node = operation.selectionSet.selections.find(selection => selection.kind === Kind.FIELD);
      const field = node?.kind === Kind.FIELD ? schema.getSubscriptionType()?.getFields()[node.name.value] : undefined;
      if (operation.operation !== OperationTypeNode.SUBSCRIPTION || node?.kind !== Kind.FIELD || !field?.subscribe) return refusal(hub, noSubscription());
      const variables = asked.variables ?? {};
      const reads = readsOf(query);
      const given = JSON.stringify(Object.fromEntries(read.map(name => [name, variables[name]])));
      try {
        const args = getArgumentValues(field, node, variables);
        const events = (await field.subscribe({}, args, hub, undefined as never)) as AsyncIterable<object>;
        return deliver(turns, events, hub, fresh, (event, present) => reads.read(`${textOf(event)} ${present.locale} ${given}`, present,
          async watched => masked(present, operation.operation, await query.query(event, watched, variables))));
      } catch (error) {
        return { errors: [maskError(new GraphQLError("refused", { originalError: error as Error }), hub)], refused: true };
      }
    },
  };
}

/** Reads each event again for its listener. A failure of the stream is said once, masked, and ends it. */
async function* deliver(
  reading: Turns, events: AsyncIterable<object>, hub: Hub, fresh: () => Promise<Hub | null>, read: (event: object, present: Hub) => Promise<Answer>,
): AsyncIterableIterator<Answer> {
  try {
    for await (const event of events) {
      const answer = await inTurn(reading, async () => {
        const present = await fresh();
        return present && read(event, present);
      });
      if (!answer) return;
      yield answer;
    }
  } catch (error) {
    yield { errors: [maskError(new GraphQLError("failed", { originalError: error as Error }), hub)] };
  }
}

async function inTurn<Result>(turns: Turns, work: () => Promise<Result>): Promise<Result> {
  const leave = await turns.enter();
  try {
    return await work();
  } finally {
    leave();
  }
}

const refusal = (hub: Hub, error: Said): Answer => ({ errors: [maskError(error, hub)], refused: true });

const overHttp = (): Said => new Said({
  it: "Le sottoscrizioni si aprono via WebSocket (graphql-transport-ws).", en: "Subscriptions are opened over WebSocket (graphql-transport-ws).",
}, { code: "SUBSCRIPTION_OVER_HTTP" });

const noSubscription = (): Said => new Said({ it: "Non è una sottoscrizione.", en: "This is no subscription." }, { code: "NOT_A_SUBSCRIPTION" });
