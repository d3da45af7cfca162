import type { Context } from "graphql-ws";
import type { WebSocket } from "ws";

/** How much sockets may carry. Times are in milliseconds, sizes in bytes. */
export const socketLimits = {
  messageBytes: 262_144, messagesInSecond: 200, operations: 20, initMs: 5_000, pingMs: 12_000, idleMs: 600_000,
  /** What may wait for a slow reader before further answers are held back, and for how long they are. */
  bufferedBytes: 262_144, patienceMs: 5_000,
} as const;

/** Reasons of ours to close a socket, with codes that tell clients to come back. Those of graphql-transport-ws are its own. */
export const closing = {
  /** Too slow to take what it asked for: try again, from the last cursor (RFC 6455 registry, "Try Again Later"). */
  slow: [1013, "Too slow"],
  leaving: [1001, "Going away"],
  /** The hub cannot find out who listens: come back, from the last cursor. */
  trouble: [1013, "Try again later"],
  idle: [1000, "Idle"],
  flood: [4429, "Too many messages"],
} as const;

type Open = Pick<Context, "subscriptions">;

/** The sockets of this process, and what runs on them. */
export class Traffic {
  private readonly byAddress = new Map<string, number>();
  private readonly byCaller = new Map<string, Set<Open>>();

  /** How many sockets an address has open. */
  socketsOf(address: string): number {
    return this.byAddress.get(address) ?? 0;
  }

  /** How many operations a caller has running, on all of their sockets. */
  operationsOf(caller: string): number {
    return running(this.byCaller.get(caller) ?? []);
  }

  /** All sockets, and the operations that run on them. */
  all(): { readonly sockets: number; readonly operations: number } {
    return { sockets: [...this.byAddress.values()].reduce((sum, count) => sum + count, 0), operations: running([...this.byCaller.values()].flatMap(set => [...set])) };
  }

  /** Counts a socket of an address until it closes. */
  opened(address: string, socket: WebSocket): void {
    this.byAddress.set(address, this.socketsOf(address) + 1);
    socket.once("close", () => {
      const left = this.socketsOf(address) - 1;
      if (left > 0) this.byAddress.set(address, left);
      else this.byAddress.delete(address);
    });
  }

  /** Counts what runs on a socket for its caller, until it closes. */
  acknowledged(caller: string, context: Open, socket: WebSocket): void {
    const contexts = this.byCaller.get(caller) ?? new Set();
    this.byCaller.set(caller, contexts.add(context));
    socket.once("close", () => {
      contexts.delete(context);
      if (contexts.size === 0) this.byCaller.delete(caller);
    });
  }
}

const running = (contexts: Iterable<Open>): number => {
  let sum = 0;
  for (const { subscriptions } of contexts) sum += Object.keys(subscriptions).length;
  return sum;
};

/** Looks after a socket: ends it when its other end is gone, when nothing runs on it for long, and when it sends without end. */
export function tend(socket: WebSocket, busy: () => boolean): void {
  let alive = true;
  let quietSince = Date.now();
  let second = 0;
  let messages = 0;
  const look = setInterval(() => {
    if (!alive) return socket.terminate();
    alive = false;
    socket.ping();
    if (busy()) quietSince = Date.now();
    else if (Date.now() - quietSince > socketLimits.idleMs) socket.close(...closing.idle);
  }, socketLimits.pingMs);
  socket.on("pong", () => { alive = true; });
  // What goes wrong on a connection ends it; without a listener it would end the process.
  socket.on("error", () => undefined);
  socket.on("message", () => {
    const now = Math.floor(Date.now() / 1_000);
    messages = now === second ? messages + 1 : 1;
    second = now;
    if (messages > socketLimits.messagesInSecond) socket.close(...closing.flood);
  });
  socket.once("close", () => clearInterval(look));
}

/** Closes a socket, and lets go of it soon even when its other end does not answer: what waits for it is memory. */
export function dismiss(socket: WebSocket, [code, reason]: readonly [number, string], afterMs = 2_000): void {
  socket.close(code, reason);
  const release = setTimeout(() => socket.terminate(), afterMs);
  socket.once("close", () => clearTimeout(release));
}

/** Waits until a socket has taken most of what it was sent; dismisses one that does not. So what waits for a slow one is bounded. */
export async function drained(socket: WebSocket): Promise<void> {
  const patience = Date.now() + socketLimits.patienceMs;
  while (socket.bufferedAmount > socketLimits.bufferedBytes && socket.readyState === socket.OPEN) {
    if (Date.now() > patience) return dismiss(socket, closing.slow);
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}
