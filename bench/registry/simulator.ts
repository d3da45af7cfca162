import { createServer, request, type IncomingMessage } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { startSandbox } from "../../sandbox/server.ts";

/** What the simulator is told to do: hang or answer again, and to say where it is, or what it was asked since it last said so. */
export type RegistryOrder = { readonly hang: boolean } | { readonly tell: true } | { readonly where: true };

/** What it was asked. */
export interface RegistryHeard {
  /** How long each question took from its arrival to the end of its answer, in milliseconds; those that got none are missing. */
  readonly times: readonly number[];
  /** How many questions came, answered or not. */
  readonly calls: number;
  /** How many connections are open. */
  readonly sockets: number;
}

const sandbox = await startSandbox({ port: 0, hubUrl: "http://127.0.0.1:9", dataDir: process.env["SANDBOX_DATA"]! });
const sockets = new Set<Socket>();
let times: number[] = [];
let calls = 0;

const read = async (stream: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
};

/** The line before the registry: what goes over it is counted and timed. */
const line = createServer((incoming, outgoing) => void (async () => {
  const arrived = performance.now();
  calls += 1;
  const body = await read(incoming);
  const onward = request(sandbox.url + incoming.url!, { method: incoming.method!, headers: incoming.headers }, answer => answer.pipe(outgoing));
  onward.on("error", () => outgoing.destroy());
  outgoing.on("finish", () => times.push(performance.now() - arrived));
  outgoing.on("close", () => onward.destroy());
  onward.end(body);
})().catch(() => outgoing.destroy()));
line.on("connection", socket => {
  sockets.add(socket);
  socket.on("close", () => sockets.delete(socket));
});
await new Promise<void>(resolve => line.listen(0, "127.0.0.1", resolve));

process.on("message", (order: RegistryOrder) => {
  if ("hang" in order) {
    if (order.hang) sandbox.world.faults.impose("anpr", { kind: "silent" }, "3002");
    else sandbox.world.faults.lift();
    return void process.send!({});
  }
  if ("where" in order) return void process.send!({ url: `http://127.0.0.1:${(line.address() as AddressInfo).port}` });
  process.send!({ times, calls, sockets: sockets.size } satisfies RegistryHeard);
  times = [];
  calls = 0;
});

process.send!({ ready: true });
