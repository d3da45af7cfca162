import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { getOperationAST, OperationTypeNode, parse, type DocumentNode, type GraphQLSchema } from "graphql";
import { CloseCode, makeServer, type SubscribePayload } from "graphql-ws";
import { WebSocketServer, type WebSocket } from "ws";
import { HubError } from "../../kernel/errors.ts";
import type { Log } from "../../kernel/log.ts";
import type { Hub } from "../../operations/hub.ts";
import type { AccessWatch } from "../events/access.ts";
import type { Asked, Graph } from "../graph/execute.ts";
import { documentLimits } from "../graph/limits.ts";
import type { Trusted } from "../graph/trusted.ts";
import type { Credentials, Hubs } from "../hubs.ts";
import { addressOf, type ProxyTrust } from "./address.ts";
import type { Cookies } from "./cookies.ts";
import { credentialsOf, tokenIn } from "./credentials.ts";
import { unknownDocument, withDocument } from "./registered.ts";
import { closeOnChange } from "./socket-access.ts";
import { createSending, said, spoken } from "./socket-answers.ts";
import { closing, dismiss, drained, socketLimits, tend, Traffic } from "./socket-traffic.ts";

export interface SocketDeps {
  readonly graph: Graph;
  readonly schema: GraphQLSchema;
  readonly hubs: Hubs;
  readonly trusted: Trusted;
  readonly cookies: Cookies;
  /** Says when what a caller may do has changed. */
  readonly access: AccessWatch;
  /** Origins that may open a socket with somebody's cookies. */
  readonly origins: readonly string[];
  readonly proxies: ProxyTrust;
  readonly deadlineMs: number;
  /** How many sockets one address may have open, and how many operations one caller may have running on all of theirs. */
  readonly most: { readonly sockets: number; readonly operations: number };
  readonly log: Log;
}

/** The sockets of a process. */
export interface Sockets {
  readonly traffic: Traffic;
  /** Tells every socket that the hub goes, and lets go of those that do not answer. */
  close(): Promise<void>;
}

/** What a socket showed when it was opened, and what ends when it closes. */
interface Extra {
  readonly credentials: Credentials;
  readonly socket: WebSocket;
  /** Whose socket it is, once they were identified. */
  caller: string;
  readonly running: Set<AbortController>;
}

/** The graph over WebSocket (graphql-transport-ws), on the same path and through the same pipeline as over HTTP. */
export function attachSocket(server: Server, deps: SocketDeps): Sockets {
  const { graph, schema, hubs, trusted, access, deadlineMs, most } = deps;
  const traffic = new Traffic();
  const sending = createSending();
  const sockets = new WebSocketServer({ noServer: true, maxPayload: socketLimits.messageBytes, perMessageDeflate: false, handleProtocols: protocols => (protocols.has("graphql-transport-ws") ? "graphql-transport-ws" : false) });
  const open = ({ credentials }: Extra, signal = new AbortController().signal): Promise<Hub> => hubs.open(credentials, signal);

  const protocol = makeServer<Record<string, unknown>, Extra>({
    schema,
    connectionInitWaitTimeout: socketLimits.initMs,
    async onConnect(context) {
      const { connectionParams, extra } = context;
      // Apps that hold a token cannot set headers on a socket: they send it with the first message.
      const token = tokenIn(connectionParams?.["authorization"]);
      const jwt = connectionParams?.["dpop"];
      const proof = typeof jwt === "string" ? { jwt, method: "GET", path: "/graphql" } : undefined;
      Object.assign(extra, { credentials: { ...extra.credentials, ...(token ? { token } : {}), ...(proof ? { proof } : {}) } });
      const { caller } = await open(extra);
      extra.caller = caller.key;
      traffic.acknowledged(caller.key, context, extra.socket);
      if (caller.expiresAt) closeAt(extra.socket, caller.expiresAt);
      closeOnChange(extra.socket, caller, async () => (await open(extra)).caller, access);
      return true;
    },
    async onSubscribe({ extra, subscriptions }, id, payload) {
      // Counted before anything is waited for: of many that come at once, the last are refused.
      if (Object.keys(subscriptions).length > socketLimits.operations || traffic.operationsOf(extra.caller) > most.operations) {
        return [said({ message: "Troppe operazioni aperte: chiuderne alcune.", extensions: { code: "TOO_MANY_OPERATIONS" } })];
      }
      const aborter = new AbortController();
      const hub = await open(extra, aborter.signal);
      const asked = askedIn(payload, trusted);
      if (!asked) return [said(unknownDocument)];
      // What need not be read is not parsed; what cannot be parsed is refused in the pipeline's words.
      const refused = graph.refuses(hub, asked.source);
      const document = refused ? undefined : parsed(asked.source);
      const type = document && getOperationAST(document, asked.operationName)?.operation;
      if (!document || !type) return (refused ?? (await graph.run(hub, asked))).errors!.map(said);
      extra.running.add(aborter);
      // A subscription stands for long: what its document was parsed to is not kept with it.
      const result = type === OperationTypeNode.SUBSCRIPTION
        ? await graph.subscribe(hub, asked, () => fresh(extra, aborter))
        : await withDeadline(aborter, deadlineMs, () => graph.run(hub, asked));
      if (!(Symbol.asyncIterator in result)) extra.running.delete(aborter);
      else return { schema, document: ofType[type], contextValue: sending(result, { id, send: message => send(extra.socket, message), leave: () => left(extra, aborter) }) };
      return result.refused ? result.errors!.map(said) : { schema, document: ofType[type], contextValue: spoken(result) };
    },
    // Everything was done above, where it can still be refused.
    execute: ({ contextValue }) => contextValue as never,
    subscribe: ({ contextValue }) => contextValue as never,
  });

  /** The hub under which a listener reads an event; null when they are nobody any more, or nobody can say who they are. */
  const fresh = async (extra: Extra, { signal }: AbortController): Promise<Hub | null> => {
    const patience = Date.now() + socketLimits.patienceMs;
    while (!signal.aborted) {
      try {
        // Many events may come at once, and many sockets be one session's: it is looked up once a second, as over HTTP.
        return await hubs.open(extra.credentials, signal, { lately: true });
      } catch (error) {
        if (error instanceof HubError) extra.socket.close(CloseCode.Forbidden, (error as HubError).code);
        else if (Date.now() > patience) dismiss(extra.socket, closing.trouble);
        if (extra.socket.readyState !== extra.socket.OPEN) return null;
        await new Promise(resolve => setTimeout(resolve, 250));
      }
    }
    return null;
  };

  server.on("upgrade", (request: IncomingMessage, duplex: Duplex, head: Buffer) => {
    const address = addressOf(request, deps.proxies);
    const refusal = refusalOf(request, deps.origins) ?? (traffic.socketsOf(address) >= most.sockets ? "429 Too Many Requests" : undefined);
    if (refusal) return refuse(duplex, refusal);
    sockets.handleUpgrade(request, duplex, head, socket => {
      traffic.opened(address, socket);
      serve(socket, { credentials: credentialsOf(request, address, deps.cookies), socket, caller: "", running: new Set() });
    });
  });

  const serve = (socket: WebSocket, extra: Extra): void => {
    tend(socket, () => extra.running.size > 0);
    const closed = protocol.opened({
      protocol: socket.protocol,
      send: data => send(socket, data),
      close: (code, reason) => socket.close(code, reason),
      onMessage: handle => socket.on("message", data => {
        handle((data as Buffer).toString()).catch((error: unknown) => failed(socket, error, deps.log));
      }),
    }, extra);
    socket.once("close", (code, reason) => {
      for (const aborter of extra.running) aborter.abort();
      void closed(code, String(reason));
    });
  };

  return { traffic, close: () => closeAll(sockets) };
}

/** Sends a message, as soon as the socket has taken most of what it was sent before; done when it was handed to the system. */
async function send(socket: WebSocket, message: string): Promise<void> {
  if (socket.bufferedAmount > socketLimits.bufferedBytes) await drained(socket);
  await new Promise<void>((resolve, reject) => socket.send(message, error => (error ? reject(error) : resolve())));
}

/**
 * Says no and lets go. From the upgrade on nobody else looks after the connection: whoever breaks it would end the process
 * with an error that nobody hears, and one that is not read never ends by itself.
 */
function refuse(duplex: Duplex, refusal: string): void {
  duplex.on("error", () => duplex.destroy()).once("finish", () => duplex.destroy());
  duplex.end(`HTTP/1.1 ${refusal}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
}

function refusalOf({ url, headers: { origin } }: IncomingMessage, origins: readonly string[]): string | undefined {
  if (url?.split("?")[0] !== "/graphql") return "404 Not Found";
  return origin === undefined || origins.includes(origin) ? undefined : "403 Forbidden";
}

function failed(socket: WebSocket, error: unknown, log: Log): void {
  if (socket.readyState !== socket.OPEN) return;
  const known = error instanceof HubError;
  if (!known) log.error({ failure: (error as Error).name }, "a socket failed");
  socket.close(known ? CloseCode.Forbidden : CloseCode.InternalServerError, known ? (error as HubError).code : "Internal error");
}

async function closeAll(sockets: WebSocketServer): Promise<void> {
  const open = [...sockets.clients];
  const gone = Promise.all(open.map(socket => new Promise(resolve => socket.once("close", resolve))));
  for (const socket of open) dismiss(socket, closing.leaving, 1_000);
  sockets.close();
  await gone;
}

/** What a message asks, with the text of the document that it names; null when nobody registered it. */
function askedIn(payload: SubscribePayload, trusted: Trusted): Asked | null {
  const named = withDocument(payload, trusted);
  return named && { source: named.query, operationName: named.operationName, variables: named.variables ?? null };
}

const parsed = (source: string): DocumentNode | undefined => {
  try {
    return parse(source, { maxTokens: documentLimits.tokens });
  } catch {
    return undefined;
  }
};

/** All that the library still wants of a document once it was run: what kind of operation it is. */
const ofType: Readonly<Record<OperationTypeNode, DocumentNode>> = { query: parse("query { _ }"), mutation: parse("mutation { _ }"), subscription: parse("subscription { _ }") };

/** Lets go of an operation whose listener has left. */
function left({ running }: Extra, aborter: AbortController): void {
  aborter.abort();
  running.delete(aborter);
}

async function withDeadline<Result>(aborter: AbortController, ms: number, work: () => Promise<Result>): Promise<Result> {
  const deadline = setTimeout(() => aborter.abort(), ms);
  try {
    return await work();
  } finally {
    clearTimeout(deadline);
  }
}

/** Closes a socket when its caller stops being who they are. */
function closeAt(socket: WebSocket, instant: Date): void {
  // Longer than a timer can wait is longer than any session lasts.
  const timer = setTimeout(() => socket.close(CloseCode.Forbidden, "Session expired"), Math.min(instant.getTime() - Date.now(), 2_147_483_647));
  socket.once("close", () => clearTimeout(timer));
}
