import { createClient } from "graphql-ws";
import WebSocket from "ws";

/** An answer of the graph. */
export interface GraphAnswer {
  readonly status: number;
  readonly data: Record<string, Any>;
  readonly errors: readonly { readonly message: string; readonly extensions: Readonly<Record<string, unknown>> }[];
}

/** Whatever stands in an answer, object, text, number or list: the story looks into it by name and says so where something is missing. */
export type Any = { readonly [key: string]: Any } & string & number & readonly Any[];

/** Asks the graph over HTTP. */
export async function ask(hubUrl: string, headers: Readonly<Record<string, string>>, query: string, variables: Readonly<Record<string, unknown>> = {}): Promise<GraphAnswer> {
  const response = await fetch(`${hubUrl}/graphql`, { method: "POST", headers: { "content-type": "application/json", ...headers }, body: JSON.stringify({ query, variables }) });
  const { data, errors } = (await response.json()) as { data?: Record<string, Any>; errors?: GraphAnswer["errors"] };
  return { status: response.status, data: data ?? {}, errors: errors ?? [] };
}

/** A listener to a subscription: what came, and waiting for what has not. */
export interface Listener {
  /** The events heard so far. */
  readonly heard: readonly Record<string, Any>[];
  /** Waits until an event meets a condition, also one heard already. */
  until(what: string, meets: (event: Record<string, Any>) => boolean): Promise<Record<string, Any>>;
  /** Cuts the connection, as a lost network would. */
  cut(): void;
}

/** Opens a subscription over graphql-transport-ws. With a cursor to listen after, nothing is missed until the server has taken it. */
export async function listen(hubUrl: string, headers: Readonly<Record<string, string>>, query: string, field: string, variables: Readonly<Record<string, unknown>> = {}): Promise<Listener> {
  const heard: Record<string, Any>[] = [];
  const waiting = new Set<() => void>();
  let socket: WebSocket | undefined;
  class Socket extends WebSocket {
    constructor(address: string, protocols: string | string[]) {
      super(address, protocols, { headers });
    }
  }
  const client = createClient({ url: `${hubUrl.replace(/^http/, "ws")}/graphql`, webSocketImpl: Socket, retryAttempts: 0, lazy: true });
  client.on("opened", opened => { socket = opened as WebSocket; });
  let failure: unknown;
  client.subscribe({ query, variables }, {
    next: ({ data, errors }) => {
      if (errors) failure = errors;
      const event = data?.[field] as Record<string, Any> | undefined;
      if (event) heard.push(event);
      for (const wake of waiting) wake();
    },
    error: error => { failure = error; },
    complete: () => undefined,
  });
  await new Promise<void>((resolve, reject) => {
    client.on("connected", () => resolve());
    client.on("closed", event => reject(new Error(`socket closed ${String((event as { code?: number }).code)}`)));
  });
  return {
    heard,
    until: async (what, meets) => {
      const deadline = Date.now() + 60_000;
      for (;;) {
        const found = heard.find(meets);
        if (found) return found;
        if (Date.now() > deadline) throw new Error(`not heard within a minute: ${what}${failure ? ` (${JSON.stringify(failure)})` : ""}`);
        await new Promise<void>(resolve => {
          const timer = setTimeout(done, 200);
          function done(): void {
            clearTimeout(timer);
            waiting.delete(done);
            resolve();
          }
          waiting.add(done);
        });
      }
    },
    cut: () => socket?.terminate(),
  };
}
