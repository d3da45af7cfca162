import { getArgumentValues, GraphQLError, Kind, type DocumentNode, type ExecutionResult, type GraphQLFormattedError } from "graphql";
import type { Hub } from "../../operations/hub.ts";
import type { Prepare, Prepared } from "./documents.ts";
import { maskError } from "./mask.ts";
import type { Slice } from "./slices.ts";
import { faultsInVariables } from "./variables.ts";

/** One operation as it was sent, over whichever transport. */
export interface Asked {
  readonly source: string;
  readonly operationName?: string | null | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
  readonly parsed?: DocumentNode;
}

/** What the graph answers; `refused` when nothing was run. */
export interface Answer {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly GraphQLFormattedError[];
  readonly refused?: true;
}

/** The one way through the graph: HTTP and WebSocket both come here, and nothing that binds one can be forgotten on the other. */
export interface Graph {
  /** Runs a query or mutation. */
  run(hub: Hub, asked: Asked): Promise<Answer>;
  /**
   * Starts a subscription: a stream of answers, each read by a hub of its own under the listener's present permission.
   * `fresh` gives that hub, or null when the caller is nobody any more: then the stream ends.
   */
  subscribe(hub: Hub, asked: Asked, fresh: () => Promise<Hub | null>): Promise<AsyncIterableIterator<Answer> | Answer>;
}

/** Puts slices, documents and masking together. */
export function createGraph(slice: (permissions: Hub["caller"]["permissions"]) => Slice, prepare: Prepare): Graph {
  const admit = (hub: Hub, { source, operationName, variables, parsed }: Asked): Prepared | Answer => {
    const prepared = prepare(slice(hub.caller.permissions), source, operationName, parsed);
    if ("errors" in prepared) return { errors: prepared.errors.map(error => maskError(error, hub)), refused: true };
    const faults = faultsInVariables(prepared.schema, prepared.operation, variables ?? {});
    return faults.length > 0 ? { errors: faults.map(error => maskError(error, hub)), refused: true } : prepared;
  };
  const masked = (hub: Hub, { data, errors }: ExecutionResult): Answer => ({ ...(data === undefined ? {} : { data }), ...(errors?.length ? { errors: errors.map(error => maskError(error, hub)) } : {}) });

  return {
    async run(hub, asked) {
      const admitted = admit(hub, asked);
      if (!("query" in admitted)) return admitted;
      if (admitted.operation.operation === "subscription") return refusal("Le sottoscrizioni si aprono via WebSocket (graphql-transport-ws).", "SUBSCRIPTION_OVER_HTTP");
      return masked(hub, await admitted.query.query({}, hub, asked.variables ?? {}));
    },
    async subscribe(hub, asked, fresh) {
      const admitted = admit(hub, asked);
      if (!("query" in admitted)) return admitted;
      const { schema, operation, query } = admitted;
      const node = operation.selectionSet.selections.find(selection => selection.kind === Kind.FIELD);
      const field = node?.kind === Kind.FIELD ? schema.getSubscriptionType()?.getFields()[node.name.value] : undefined;
      if (operation.operation !== "subscription" || node?.kind !== Kind.FIELD || !field?.subscribe) return refusal("Non è una sottoscrizione.", "NOT_A_SUBSCRIPTION");
      const variables = asked.variables ?? {};
      try {
        const args = getArgumentValues(field, node, variables as Record<string, unknown>);
        const events = (await field.subscribe({}, args, hub, undefined as never)) as AsyncIterable<unknown>;
        return deliver(events, hub, fresh, async (event, present) => masked(present, await query.query(event, present, variables)));
      } catch (error) {
        return { errors: [maskError(new GraphQLError("refused", { originalError: error as Error }), hub)], refused: true };
      }
    },
  };
}

/** Reads each event again for its listener. A failure of the stream is said once, masked, and ends it. */
async function* deliver(
  events: AsyncIterable<unknown>, hub: Hub, fresh: () => Promise<Hub | null>, read: (event: unknown, present: Hub) => Promise<Answer>,
): AsyncIterableIterator<Answer> {
  try {
    for await (const event of events) {
      const present = await fresh();
      if (!present) return;
      yield await read(event, present);
    }
  } catch (error) {
    yield { errors: [maskError(new GraphQLError("failed", { originalError: error as Error }), hub)] };
  }
}

const refusal = (message: string, code: string): Answer => ({ errors: [new GraphQLError(message, { extensions: { code } }).toJSON()], refused: true });
