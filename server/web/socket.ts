import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { parse, type DocumentNode, type GraphQLSchema } from "graphql";
import { CloseCode, makeServer, type SubscribePayload } from "graphql-ws";
import { WebSocketServer, type WebSocket } from "ws";
import { HubError } from "../../kernel/errors.ts";
import type { Log } from "../../kernel/log.ts";
import type { Hub } from "../../operations/hub.ts";
import type { Answer, Graph } from "../graph/execute.ts";
import type { AccessWatch } from "../events/access.ts";
import { documentLimits } from "../graph/limits.ts";
import type { Credentials, Hubs } from "../hubs.ts";
import type { Cookies } from "./cookies.ts";
import { credentialsOf } from "./credentials.ts";
import { closeOnChange } from "./socket-access.ts";

export interface SocketDeps {
  readonly graph: Graph;
  readonly schema: GraphQLSchema;
  readonly hubs: Hubs;
  readonly cookies: Cookies;
  /** Says when what a caller may do has changed. */
  readonly access: AccessWatch;
  /** Origins that may open a socket with somebody's cookies. */
  readonly origins: readonly string[];
  readonly deadlineMs: number;
  readonly log: Log;
}

/** How much one socket may carry. */
export const socketLimits = { messageBytes: 262_144, operations: 20, pingMs: 12_000, bufferedBytes: 4_194_304 } as const;

/** What a socket showed when it was opened. */
interface Extra {
  readonly credentials: Credentials;
  readonly socket: WebSocket;
  running: number;
}

/** The graph over WebSocket (graphql-transport-ws), on the same path and through the same pipeline as over HTTP. */
export function attachSocket(server: Server, { graph, schema, hubs, cookies, access, origins, deadlineMs, log }: SocketDeps): { close(): Promise<void> } {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: socketLimits.messageBytes, perMessageDeflate: false, handleProtocols: protocols => (protocols.has("graphql-transport-ws") ? "graphql-transport-ws" : false) });

  const protocol = makeServer<Record<string, unknown>, Extra>({
    schema,
    connectionInitWaitTimeout: 5_000,
    async onConnect({ connectionParams, extra }) {
      // Apps that hold a token cannot set headers on a socket: they send it with the first message.
      const token = connectionParams?.["authorization"];
      const bearer = typeof token === "string" ? /^Bearer (.+)$/i.exec(token)?.[1] : undefined;
      Object.assign(extra, { credentials: { ...extra.credentials, ...(bearer ? { bearer } : {}) } });
      const { caller } = await open(extra, new AbortController().signal);
      if (caller.expiresAt) closeAt(extra.socket, caller.expiresAt);
      closeOnChange(extra.socket, caller, async () => (await open(extra, new AbortController().signal)).caller, access);
      return true;
    },
    async onSubscribe({ extra }, id, payload) {
      if (extra.running >= socketLimits.operations) return refused("TOO_MANY_OPERATIONS", `Al massimo ${socketLimits.operations} operazioni per connessione.`);
      const aborter = new AbortController();
      const hub = await open(extra, aborter.signal);
      const document = parsed(payload.query);
      if (!document) {
        // The pipeline says what is wrong with it, in the same words as over HTTP.
        return errorsOf(await graph.run(hub, { source: payload.query, ...asked(payload) }));
      }
      extra.running += 1;
      const carried: Carried = { hub, extra, aborter, source: payload.query, id };
      return { schema, document, variableValues: payload.variables, operationName: payload.operationName, contextValue: carried };
    },
    execute: async args => {
      const { hub, aborter, source, extra } = args.contextValue as Carried;
      const deadline = setTimeout(() => aborter.abort(), deadlineMs);
      try {
        return (await graph.run(hub, { source, variables: args.variableValues, operationName: args.operationName, parsed: args.document })) as never;
      } finally {
        clearTimeout(deadline);
        extra.running -= 1;
      }
    },
    subscribe: async args => {
      const { hub, aborter, source, extra } = args.contextValue as Carried;
      const fresh = async (): Promise<Hub | null> => {
        await drained(extra.socket);
        return open(extra, aborter.signal).catch((error: unknown) => {
          if (error instanceof HubError) extra.socket.close(CloseCode.Forbidden, (error as HubError).code);
          return null;
        });
      };
      const stream = await graph.subscribe(hub, { source, variables: args.variableValues, operationName: args.operationName, parsed: args.document }, fresh);
      if (!(Symbol.asyncIterator in stream)) {
        extra.running -= 1;
        return stream as never;
      }
      return ended(stream, () => {
        aborter.abort();
        extra.running -= 1;
      }) as never;
    },
  });

  const open = ({ credentials }: Extra, signal: AbortSignal): Promise<Hub> => hubs.open(credentials, signal);

  server.on("upgrade", (request: IncomingMessage, duplex: Duplex, head: Buffer) => {
    const allowed = request.headers.origin === undefined || origins.includes(request.headers.origin);
    if (request.url?.split("?")[0] !== "/graphql" || !allowed) {
      duplex.end(`HTTP/1.1 ${allowed ? "404 Not Found" : "403 Forbidden"}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
      return;
    }
    sockets.handleUpgrade(request, duplex, head, socket => {
      const extra: Extra = { credentials: credentialsOf(request.headers, request.socket.remoteAddress ?? "", cookies), socket, running: 0 };
      serve(socket, extra);
    });
  });

  const serve = (socket: WebSocket, extra: Extra): void => {
    let alive = true;
    const ping = setInterval(() => {
      if (!alive) return socket.terminate();
      alive = false;
      socket.ping();
    }, socketLimits.pingMs);
    socket.on("pong", () => { alive = true; });
    socket.on("error", () => undefined);
    const closed = protocol.opened({
      protocol: socket.protocol,
      send: data => new Promise<void>((resolve, reject) => {
        if (socket.bufferedAmount > socketLimits.bufferedBytes) socket.close(4408, "Too slow");
        socket.send(data, error => (error ? reject(error) : resolve()));
      }),
      close: (code, reason) => socket.close(code, reason),
      onMessage: handle => socket.on("message", data => {
        handle(String(data)).catch((error: unknown) => {
          const known = error instanceof HubError;
          if (!known) log.error({ failure: (error as Error).name }, "a socket failed");
          socket.close(known ? CloseCode.Forbidden : CloseCode.InternalServerError, known ? error.code : "Internal error");
        });
      }),
    }, extra);
    socket.once("close", (code, reason) => {
      clearInterval(ping);
      void closed(code, String(reason));
    });
  };

  return {
    async close() {
      for (const socket of sockets.clients) socket.close(1001, "Going away");
      sockets.close();
      await new Promise(resolve => setTimeout(resolve, 50));
      for (const socket of sockets.clients) socket.terminate();
    },
  };
}

interface Carried {
  readonly hub: Hub;
  readonly extra: Extra;
  readonly aborter: AbortController;
  readonly source: string;
  readonly id: string;
}

const asked = ({ operationName, variables }: SubscribePayload) => ({ operationName, variables: variables ?? null });

const parsed = (source: string): DocumentNode | undefined => {
  try {
    return parse(source, { maxTokens: documentLimits.tokens });
  } catch {
    return undefined;
  }
};

const errorsOf = ({ errors }: Answer) => (errors ?? []) as never;
const refused = (code: string, message: string) => [{ message, extensions: { code } }] as never;

/** Closes a socket when its caller stops being who they are. */
function closeAt(socket: WebSocket, instant: Date): void {
  // Longer than a timer can wait is longer than any session lasts.
  const timer = setTimeout(() => socket.close(CloseCode.Forbidden, "Session expired"), Math.min(instant.getTime() - Date.now(), 2_147_483_647));
  socket.once("close", () => clearTimeout(timer));
}

/** Waits until a socket has taken most of what it was sent: a slow one is read for less often, not buffered without end. */
async function drained(socket: WebSocket): Promise<void> {
  const patience = Date.now() + 10_000;
  while (socket.bufferedAmount > socketLimits.bufferedBytes / 4 && socket.readyState === socket.OPEN) {
    if (Date.now() > patience) return socket.close(4408, "Too slow");
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}

async function* ended<T>(stream: AsyncIterableIterator<T>, after: () => void): AsyncIterableIterator<T> {
  try {
    yield* stream;
  } finally {
    after();
  }
}
