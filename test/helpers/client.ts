import { once } from "node:events";
import { createClient, type Client as SocketClient } from "graphql-ws";
import WebSocket from "ws";

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

/** Collects what comes, and waits for what has not. */
class Heard<Item> {
  readonly items: Item[] = [];
  private readonly waiting = new Set<() => void>();

  add(item: Item): void {
    this.items.push(item);
    for (const wake of this.waiting) wake();
  }

  wake(): void {
    for (const wake of this.waiting) wake();
  }

  /** Waits until `found` finds something, at most ten seconds. */
  async until<Found>(what: string, found: (items: readonly Item[]) => Found | undefined): Promise<Found> {
    const deadline = Date.now() + 10_000;
    for (;;) {
      const result = found(this.items);
      if (result !== undefined) return result;
      if (Date.now() > deadline) throw new Error(`not within 10 s: ${what}; so far ${JSON.stringify(this.items.slice(-3))}`);
      await new Promise<void>(resolve => {
        const timer = setTimeout(done, 250);
        const waiting = this.waiting;
        function done(): void {
          clearTimeout(timer);
          waiting.delete(done);
          resolve();
        }
        waiting.add(done);
      });
    }
  }
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

/** A message of graphql-transport-ws. */
export interface Message {
  readonly type: string;
  readonly id?: string;
  readonly payload?: unknown;
}

/** A socket on which anything may be sent. */
export class BareSocket {
  readonly ws: WebSocket;
  private readonly heard = new Heard<Message>();
  closed: { readonly code: number; readonly reason: string } | undefined;

  constructor(url: string, headers: Readonly<Record<string, string>>) {
    this.ws = new WebSocket(url, "graphql-transport-ws", { headers });
    this.ws.on("message", data => this.heard.add(JSON.parse((data as Buffer).toString()) as Message));
    this.ws.on("close", (code, reason) => {
      this.closed = { code, reason: reason.toString() };
      this.heard.wake();
    });
    this.ws.on("error", () => undefined);
  }

  get messages(): readonly Message[] {
    return this.heard.items;
  }

  send(message: Message | string): void {
    this.ws.send(typeof message === "string" ? message : JSON.stringify(message));
  }

  subscribe(id: string, query: string, variables?: Readonly<Record<string, unknown>>): void {
    this.send({ type: "subscribe", id, payload: { query, ...(variables ? { variables } : {}) } });
  }

  next(meets: (message: Message) => boolean): Promise<Message> {
    return this.heard.until("a message", messages => messages.find(meets));
  }

  end(): Promise<{ readonly code: number; readonly reason: string }> {
    return this.heard.until("the socket closed", () => this.closed);
  }
}
