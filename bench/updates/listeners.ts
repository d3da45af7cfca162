import { once } from "node:events";
import WebSocket from "ws";

/** What the process of the listeners is to do: open so many sockets, each with a subscription, or tell what they heard. */
export type Order = { readonly listen: { readonly port: number; readonly sessions: readonly string[]; readonly sockets: number; readonly query: string } } | { readonly heard: { readonly events: number } };

/** What they heard: of each event, after how many milliseconds the middle and the last of them had it. */
export interface Heard {
  readonly deliveries: number;
  readonly middle: readonly number[];
  readonly last: readonly number[];
}

/** Milliseconds from an event to each of its listeners, by its cursor. */
const delays = new Map<string, number[]>();
const open: WebSocket[] = [];

/** Opens a socket, and is done once its subscription was sent after the acknowledgement. */
async function listen(port: number, session: string, query: string): Promise<void> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/graphql`, "graphql-transport-ws", { headers: { cookie: `session=${session}` }, perMessageDeflate: false });
  open.push(socket);
  await once(socket, "open");
  socket.send(JSON.stringify({ type: "connection_init" }));
  await once(socket, "message");
  socket.on("message", data => hear(JSON.parse((data as Buffer).toString()) as Message));
  socket.send(JSON.stringify({ type: "subscribe", id: "1", payload: { query } }));
}

interface Message {
  readonly type: string;
  readonly payload?: { readonly data?: { readonly deskUpdates: { readonly cursor: string; readonly occurredAt: string } } };
}

function hear({ type, payload }: Message): void {
  if (type === "ping" || type === "pong") return;
  const event = payload?.data?.deskUpdates;
  if (!event) throw new Error(`no event: ${JSON.stringify({ type, payload })}`);
  const heard = delays.get(event.cursor) ?? [];
  heard.push(Date.now() - Date.parse(event.occurredAt));
  delays.set(event.cursor, heard);
}

async function listenAll({ port, sessions, sockets, query }: Extract<Order, { listen: unknown }>["listen"]): Promise<void> {
  // As many at once as a process takes easily: how fast they come is not what is measured.
  for (let place = 0; place < sockets; place += 50) {
    await Promise.all(Array.from({ length: Math.min(50, sockets - place) }, (_, number) => listen(port, sessions[(place + number) % sessions.length]!, query)));
  }
}

/** Waits until every event has reached every socket, a minute at most, and tells how long it took. */
async function tell(events: number): Promise<Heard> {
  const deadline = Date.now() + 60_000;
  const count = (): number => [...delays.values()].reduce((sum, { length }) => sum + length, 0);
  while (count() < events * open.length) {
    if (Date.now() > deadline) throw new Error(`${count()} of ${events * open.length} deliveries came`);
    await new Promise(resolve => setTimeout(resolve, 50));
  }
  const sorted = [...delays.values()].map(each => each.sort((one, other) => one - other));
  delays.clear();
  return { deliveries: events * open.length, middle: sorted.map(each => each[each.length >> 1]!), last: sorted.map(each => each.at(-1)!) };
}

process.on("message", (order: Order) => {
  const work = "listen" in order ? listenAll(order.listen).then(() => ({ ready: true })) : tell(order.heard.events);
  void work.then(answer => process.send!(answer), (error: unknown) => process.send!({ error: String(error) }));
});

process.send!({ ready: true });
