import { createServer, request, type IncomingMessage } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { startHub, type HubOptions, type TestHub } from "../../helpers/hub.ts";

/** The line between the hub and the registry: what goes over it is heard and passed on. */
export interface Wire {
  readonly url: string;
  /** Where the line ends; set when the sandbox is known. */
  target: string;
  /** The messages since they were last forgotten, oldest first. */
  readonly heard: string[];
  /** The numbers of the data sets that the messages heard ask for, each message's in order. */
  dataSets(): string[][];
  openSockets(): number;
  close(): Promise<void>;
}

const read = async (stream: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
};

/** Opens a line. What comes back goes through byte for byte, also when it is cut off or never comes. */
export async function openWire(): Promise<Wire> {
  const heard: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((incoming, outgoing) => void (async () => {
    const body = await read(incoming);
    heard.push(body.toString("utf8"));
    const onward = request(wire.target + incoming.url!, { method: incoming.method!, headers: { ...incoming.headers, host: new URL(wire.target).host } }, answer => {
      outgoing.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(outgoing);
      answer.on("error", () => outgoing.destroy());
    });
    onward.on("error", () => outgoing.destroy());
    outgoing.on("close", () => onward.destroy());
    onward.end(body);
  })().catch(() => outgoing.destroy()));
  server.on("connection", socket => { sockets.add(socket); socket.on("close", () => sockets.delete(socket)); });
  await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
  const wire: Wire = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, target: "", heard,
    dataSets: () => heard.map(body => [...body.matchAll(/<datiAnagraficiRichiesti>(\d+)</g)].map(([, code]) => code!)),
    openSockets: () => sockets.size,
    close: () => new Promise<void>(resolve => { server.close(() => resolve()); server.closeAllConnections(); }),
  };
  return wire;
}

/** A hub with the outside world, and the line between it and the registry. */
export interface WiredHub {
  readonly hub: TestHub;
  readonly wire: Wire;
  close(): Promise<void>;
}

/** Starts a hub that asks the registry over a line on which it is heard. */
export async function startWiredHub(settings: NonNullable<HubOptions["settings"]> = {}): Promise<WiredHub> {
  const wire = await openWire();
  const hub = await startHub({ sandbox: true, settings: { ANPR_SOAP_URL: wire.url, ...settings } });
  wire.target = hub.sandbox.url;
  return { hub, wire, async close() {
    await hub.close();
    await wire.close();
  } };
}
