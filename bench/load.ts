import { connect, type Socket } from "node:net";

/** What the generator is to do. Every sequence is requests that follow each other on one connection, as they go over the wire. */
export interface Load {
  readonly port: number;
  readonly connections: number;
  readonly milliseconds: number;
  readonly sequences: readonly (readonly string[])[];
  /** Each sequence may be sent once only; when none is left the load ends early. */
  readonly once: boolean;
}

/** What came of it; latencies in milliseconds. */
export interface Measured {
  readonly requests: number;
  readonly failures: number;
  readonly milliseconds: number;
  readonly p50: number;
  readonly p99: number;
}

interface Connection {
  /** Sends a request and tells whether it was answered well. */
  readonly send: (request: Buffer) => Promise<boolean>;
  readonly end: () => void;
}

/** Opens one connection and keeps it. */
function keepAlive(port: number): Promise<Connection> {
  let received: Buffer[] = [];
  let size = 0;
  let wanted = 0;
  let answered: ((good: boolean) => void) | undefined;
  const socket: Socket = connect({ port, host: "127.0.0.1", noDelay: true });

  const done = (good: boolean): void => {
    received = [];
    size = wanted = 0;
    answered?.(good);
  };
  socket.on("data", chunk => {
    received.push(chunk);
    size += chunk.length;
    if (wanted === 0) {
      const head = received.length === 1 ? chunk : Buffer.concat(received);
      const end = head.indexOf("\r\n\r\n");
      if (end < 0) return;
      const length = /\r\ncontent-length: *(\d+)/i.exec(head.toString("latin1", 0, end))?.[1];
      if (length === undefined) return void socket.destroy(new Error("an answer without its length"));
      wanted = end + 4 + Number(length);
    }
    if (size < wanted) return;
    const answer = received.length === 1 ? received[0]! : Buffer.concat(received);
    done(answer.toString("latin1", 9, 12) === "200" && !answer.includes('"errors"'));
  });
  // A connection that breaks fails the request that was under way; there is no other.
  socket.on("error", () => done(false));
  return new Promise((resolve, reject) => {
    socket.once("error", reject);
    socket.once("connect", () => resolve({
      send: request => new Promise(answer => {
        answered = answer;
        socket.write(request);
      }),
      end: () => void socket.destroy(),
    }));
  });
}

async function drive({ port, connections, milliseconds, sequences, once }: Load): Promise<Measured> {
  const encoded = sequences.map(sequence => sequence.map(request => Buffer.from(request)));
  const open = await Promise.all(Array.from({ length: connections }, () => keepAlive(port)));
  const latencies: number[] = [];
  let failures = 0;
  let next = 0;
  const began = performance.now();
  const last = began + milliseconds;
  const work = async ({ send }: Connection): Promise<void> => {
    while (performance.now() < last && !(once && next >= encoded.length)) {
      const sequence = encoded[next++ % encoded.length]!;
      for (const request of sequence) {
        const sent = performance.now();
        if (!(await send(request))) failures += 1;
        latencies.push(performance.now() - sent);
      }
    }
  };
  await Promise.all(open.map(work));
  const spent = performance.now() - began;
  for (const connection of open) connection.end();
  latencies.sort((one, other) => one - other);
  const quantile = (share: number): number => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? 0;
  return { requests: latencies.length, failures, milliseconds: spent, p50: quantile(0.5), p99: quantile(0.99) };
}

/** The process that makes load: it does one job after the other, as it is told by the one that measures. */
process.on("message", (load: Load) => {
  void drive(load).then(measured => process.send!(measured), (error: unknown) => process.send!({ error: String(error) }));
});

process.send!({ ready: true });
