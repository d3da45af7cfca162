import { once } from "node:events";
import { createClient, type Client as SocketClient } from "graphql-ws";
import WebSocket from "ws";
import { BareSocket } from "./bare-socket.ts";
import { Heard } from "./heard.ts";

/** Whatever stands in an answer: tests look into it by name, and take texts and lists for what they are. */
export type Json = { readonly [key: string]: Json } & string & readonly Json[];

export interface GraphError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions: Readonly<Record<string, unknown>> & { readonly code: string };
}

/** What the graph answered, as it came. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly data: Json;
  readonly errors: readonly GraphError[];
}

/** Somebody who asks the graph, with the headers that say who. */
export class Client {
  constructor(readonly url: string, readonly headers: Readonly<Record<string, string>> = {}) {}

  /** The same caller, with further headers. */
  with(headers: Readonly<Record<string, string>>): Client {
    return new Client(this.url, { ...this.headers, ...headers });
  }

  /** Asks over HTTP, whatever comes of it. */
  ask(query: string, variables?: Readonly<Record<string, unknown>>, operationName?: string): Promise<Answer> {
    return this.post(JSON.stringify({ query, variables, operationName }));
  }

  /** Asks over HTTP and gives the data; throws when the answer has errors. */
  async data(query: string, variables?: Readonly<Record<string, unknown>>): Promise<Json> {
    const { data, errors, text } = await this.ask(query, variables);
    if (errors.length > 0 || !data) throw new Error(`errors in the answer: ${text}`);
    return data;
  }

  /** Sends a mutation of one field, with a key of its own unless the input brings one, and gives what the field answers. */
  async mutate(field: string, input: Readonly<Record<string, unknown>>, selection = ""): Promise<Json> {
    const type = `${inputs[field] ?? field[0]!.toUpperCase() + field.slice(1)}Input`;
    const query = `mutation ($input: ${type}!) { result: ${field}(input: $input) { __typename ... on Problem { code message path } ${selection} } }`;
    const { result } = await this.data(query, { input: { idempotencyKey: crypto.randomUUID(), ...input } });
    return result!;
  }

  /** Posts a body as it is. */
  async post(body: string | undefined, headers: Readonly<Record<string, string>> = {}, path = "/graphql"): Promise<Answer> {
    const response = await fetch(`${this.url}${path}`, { method: "POST", headers: { "content-type": "application/json", ...this.headers, ...headers }, ...(body === undefined ? {} : { body }) });
    return answerOf(response);
  }

  /** A graphql-transport-ws client of this caller, which does not try again by itself. */
  socket(connectionParams: Readonly<Record<string, unknown>> = {}): SocketClient {
    return createClient({ url: `${this.url.replace(/^http/, "ws")}/graphql`, webSocketImpl: socketWith(this.headers), retryAttempts: 0, lazy: true, connectionParams });
  }

  /** Asks over a socket of its own: the answer, or the errors that stand in its place. */
  async askSocket(query: string, variables?: Readonly<Record<string, unknown>>): Promise<Pick<Answer, "data" | "errors">> {
    const socket = this.socket();
    try {
      return await new Promise((resolve, reject) => {
        socket.subscribe({ query, ...(variables ? { variables } : {}) }, {
          next: answer => resolve({ data: answer.data as unknown as Json, errors: (answer.errors ?? []) as unknown as GraphError[] }),
          error: failure => (Array.isArray(failure) ? resolve({ data: null as unknown as Json, errors: failure as unknown as GraphError[] }) : reject(failure as Error)),
          complete: () => undefined,
        });
      });
    } finally {
      await socket.dispose();
    }
  }

  /** Listens to a subscription of one field. */
  listen(query: string, variables?: Readonly<Record<string, unknown>>): Listener {
    return new Listener(this, query, variables);
  }

  /** A bare socket, for what no proper client would send. Connected and, unless `init` is false, acknowledged. */
  async bare({ init = true, headers = {} }: { init?: boolean; headers?: Readonly<Record<string, string>> } = {}): Promise<BareSocket> {
    const socket = new BareSocket(`${this.url.replace(/^http/, "ws")}/graphql`, { ...this.headers, ...headers });
    await once(socket.ws, "open");
    if (init) {
      socket.send({ type: "connection_init" });
      await socket.next(({ type }) => type === "connection_ack");
    }
    return socket;
  }
}

/** Mutations whose input is not called after them. */
const inputs: Readonly<Record<string, string>> = { saveZtlPermitDraft: "ZtlPermitDraft", saveGenericDraft: "GenericDraft" };

const socketWith = (headers: Readonly<Record<string, string>>) => class extends WebSocket {
  constructor(address: string, protocols: string | string[]) {
    super(address, protocols, { headers });
  }
};

async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text();
  const body = response.headers.get("content-type")?.includes("json") ? (JSON.parse(text) as { data?: Json; errors?: GraphError[] }) : {};
  return { status: response.status, headers: response.headers, text, data: body.data ?? (null as unknown as Json), errors: body.errors ?? [] };
}

/** One subscription of one field, over a socket of its own. */
export class Listener {
  private readonly heard = new Heard<Json>();
  private readonly client: SocketClient;
  private socket: WebSocket | undefined;
  /** How the socket was closed, once it was. */
  closed: { readonly code: number; readonly reason: string } | undefined;
  errors: readonly GraphError[] = [];
  completed = false;

  constructor({ url, headers }: Client, query: string, variables: Readonly<Record<string, unknown>> | undefined) {
    this.client = createClient({
      url: `${url.replace(/^http/, "ws")}/graphql`, webSocketImpl: socketWith(headers), retryAttempts: 0, lazy: true,
      on: {
        opened: socket => { this.socket = socket as WebSocket; },
        closed: event => {
          this.closed = event as { code: number; reason: string };
          this.heard.wake();
        },
      },
    });
    this.client.subscribe({ query, ...(variables ? { variables } : {}) }, {
      next: ({ data, errors }) => {
        if (errors) this.errors = errors as unknown as GraphError[];
        const [event] = Object.values(data ?? {}) as Json[];
        if (event) this.heard.add(event);
      },
      error: failure => {
        if (Array.isArray(failure)) this.errors = failure;
        this.heard.wake();
      },
      complete: () => {
        this.completed = true;
        this.heard.wake();
      },
    });
  }

  /** The events so far. */
  get events(): readonly Json[] {
    return this.heard.items;
  }

  /** Waits for an event, also for one that came already. */
  until(what: string, meets: (event: Json) => boolean): Promise<Json> {
    return this.heard.until(what, events => events.find(meets));
  }

  /** Waits until so many events have come. */
  count(number: number): Promise<readonly Json[]> {
    return this.heard.until(`${number} events`, events => (events.length >= number ? events : undefined));
  }

  /** Waits until the server has closed the socket. */
  end(): Promise<{ readonly code: number; readonly reason: string }> {
    return this.heard.until("the socket closed", () => this.closed);
  }

  /** Waits until the subscription is over, with or without errors. */
  over(): Promise<true> {
    return this.heard.until("the subscription over", () => this.completed || this.errors.length > 0 || this.closed !== undefined || undefined).then(() => true);
  }

  /** Cuts the connection as a lost network would. */
  cut(): void {
    this.socket?.terminate();
  }

  async stop(): Promise<void> {
    await this.client.dispose();
  }
}
