import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import type { FastifyReply } from "fastify";
import type { Fault } from "./faults.ts";

/** What a simulator would answer if all were well. */
export interface Answer {
  /** HTTP status, e.g. 200. */
  readonly status: number;
  /** The whole `Content-Type` value, e.g. `text/xml; charset=utf-8`. */
  readonly contentType: string;
  readonly body: string | Buffer;
}

const defaultSlownessMs = 10_000;
const defaultDripMs = 250;
const hugeBytes = 30 * 1024 * 1024;
const filler = Buffer.alloc(64 * 1024, " ");

/**
 * Sends an answer the way the fault at hand says: the one place where simulators misbehave on the wire.
 *
 * - `slow` and `late` wait `ms` (10 s) first; `drip` sends one byte each `ms` (250 ms);
 * - `silent` never answers and keeps the connection open until the other side or the sandbox closes it;
 * - `reset` ends the connection with a TCP RST; `unavailable` is HTTP 503;
 * - `malformed` sends the first half of the body as if it were whole;
 * - `huge` sends the body and then 30 MB of blanks: still well-formed XML or JSON to whoever buffers it all.
 *
 * `refuse` and `duplicate` need the words of the simulated system: the simulator acts on them before it calls this,
 * and here they change nothing.
 */
export async function deliver(reply: FastifyReply, fault: Fault | undefined, answer: Answer): Promise<FastifyReply> {
  const send = (body: string | Buffer | Readable) => reply.code(answer.status).type(answer.contentType).send(body);
  switch (fault?.kind) {
    case "slow":
    case "late":
      return await stillThereAfter(reply, fault.ms ?? defaultSlownessMs) ? send(answer.body) : reply.hijack();
    case "silent":
      return reply.hijack();
    case "reset":
      reply.request.raw.socket.resetAndDestroy();
      return reply.hijack();
    case "drip":
      return send(Readable.from(drip(answer.body, fault.ms ?? defaultDripMs), { objectMode: false }));
    case "unavailable":
      return reply.code(503).type("text/plain; charset=utf-8").send("Service Unavailable");
    case "malformed":
      return send(half(answer.body));
    case "huge":
      return send(Readable.from(padded(answer.body), { objectMode: false }));
    case "refuse":
    case "duplicate":
    case undefined:
      return send(answer.body);
  }
}

/** Waits without keeping the process alive; false when the caller hung up meanwhile. */
async function stillThereAfter(reply: FastifyReply, ms: number): Promise<boolean> {
  const hungUp = new AbortController();
  reply.raw.once("close", () => hungUp.abort());
  return sleep(ms, true, { ref: false, signal: hungUp.signal }).catch(() => false);
}

const half = (body: string | Buffer): string | Buffer => (typeof body === "string" ? body.slice(0, Math.floor(body.length / 2)) : body.subarray(0, Math.floor(body.length / 2)));

async function* drip(body: string | Buffer, ms: number): AsyncGenerator<Buffer> {
  for (const byte of typeof body === "string" ? Buffer.from(body) : body) {
    yield Buffer.of(byte);
    await sleep(ms, undefined, { ref: false });
  }
}

function* padded(body: string | Buffer): Generator<Buffer> {
  yield typeof body === "string" ? Buffer.from(body) : body;
  for (let sent = 0; sent < hugeBytes; sent += filler.length) yield filler;
}
