import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import WebSocket from "ws";
import type { Client } from "../helpers/client.ts";
import { startHub, type TestHub } from "../helpers/hub.ts";

let hub: TestHub;
let citizen: Client;
/** Opened before all and left alone, to see what becomes of a socket that never says anything. */
let silent: Promise<number>;

beforeAll(async () => {
  hub = await startHub({ sandbox: false });
  citizen = await hub.citizen("ada.rossi");
  const { ws } = await citizen.bare({ init: false });
  silent = once(ws, "close").then(([code]) => code as number);
});
afterAll(() => hub.close());

const address = (): string => `${hub.url.replace("http", "ws")}/graphql`;
const updates = "subscription { myUpdates { __typename } }";

/** How a socket ends that is opened so. */
async function end(protocols: string | string[], act: (socket: WebSocket) => void = () => undefined): Promise<number> {
  const socket = new WebSocket(address(), protocols, { headers: citizen.headers });
  await once(socket, "open");
  act(socket);
  const [code] = (await once(socket, "close")) as [number];
  return code;
}

describe("graphql-transport-ws closes a socket", () => {
  test.each([
    ["with 4400 at a message that is no JSON", "not json", 4400],
    ["with 4400 at a message of no known type", '{"type":"hello"}', 4400],
    ["with 4400 at an operation without text", '{"type":"subscribe","id":"1","payload":{}}', 4400],
    ["with 4401 at an operation before the handshake", `{"type":"subscribe","id":"1","payload":{"query":"{ __typename }"}}`, 4401],
  ])("%s", async (_name, message, code) => {
    expect(await end("graphql-transport-ws", socket => socket.send(message))).toBe(code);
  });

  test("with 4403 when the caller is not who they say", async () => {
    expect(await end("graphql-transport-ws", socket => socket.send('{"type":"connection_init","payload":{"authorization":"Bearer of.bad.news"}}'))).toBe(4403);
  });

  test.each([["graphql-ws"], ["mqtt"]])("with 4406 when the client speaks %s", async protocol => {
    const socket = new WebSocket(address(), protocol, { headers: citizen.headers });
    // A client that checks gives up by itself: the server chose no protocol.
    const [how] = (await Promise.race([once(socket, "error"), once(socket, "close")])) as [Error | number];
    expect(how instanceof Error ? how.message : how).toMatch(/subprotocol/);
  });

  test("with 4406 when the client names no protocol", async () => {
    expect(await end([])).toBe(4406);
  });

  test("with 4409 at a second operation under one id", async () => {
    const socket = await citizen.bare();
    socket.subscribe("1", updates);
    socket.subscribe("1", updates);
    expect((await socket.end()).code).toBe(4409);
  });

  test("with 4429 at a second handshake", async () => {
    const socket = await citizen.bare();
    socket.send({ type: "connection_init" });
    expect((await socket.end()).code).toBe(4429);
  });

  test("with 4408 when the handshake never comes", async () => {
    expect(await silent).toBe(4408);
  });

  test("with 4403 within a second of the end of the session, whatever runs on it", async () => {
    const endsAt = new Date(Date.now() + 1_500);
    const socket = await (await hub.citizen("ada.rossi", { endsAt })).bare();
    socket.subscribe("1", updates);
    expect((await socket.end()).code).toBe(4403);
    expect(Date.now()).toBeGreaterThan(endsAt.getTime() - 1_000);
  });
});

describe("a socket", () => {
  test.each([
    ["from another origin", { origin: "https://evil.example" }, 403],
    ["on another path", {}, 404],
  ])("is not opened %s", async (_name, headers, status) => {
    const socket = new WebSocket(status === 404 ? `${address()}s` : address(), "graphql-transport-ws", { headers });
    const [error] = (await once(socket, "error")) as [Error];
    expect(error.message).toContain(String(status));
  });

  test("that sends more than fits is closed with 1009 before it is read", async () => {
    const socket = await citizen.bare();
    socket.send(`{"type":"ping","payload":{"text":"${"x".repeat(300_000)}"}}`);
    expect((await socket.end()).code).toBe(1009);
  });

  test("that sends without end is closed with 4429", async () => {
    const socket = await citizen.bare();
    for (let message = 0; message < 1_000; message += 1) socket.send({ type: "ping" });
    expect(await socket.end()).toEqual({ code: 4429, reason: "Too many messages" });
  });

  test("that does not read what it asked for is closed with 1013, and the hub lets go of it", async () => {
    const socket = await citizen.bare();
    const raw = (socket.ws as unknown as { readonly _socket: { pause(): void; resume(): void } })._socket;
    raw.pause();
    const paused = Date.now();
    const large = `{ ${["a", "b", "c"].map(alias => `${alias}: __schema { types { name description fields { name description args { name description } } } }`).join(" ")} }`;
    for (let id = 0; id < 80; id += 1) {
      socket.subscribe(String(id), large);
      await new Promise(resolve => setTimeout(resolve, 10));
    }
    // Five seconds after it began to hold answers back the hub says so, and two later it hangs up: whenever within the first second it began, it has said so by now and still listens.
    await new Promise(resolve => setTimeout(resolve, paused + 6_000 - Date.now()));
    raw.resume();
    expect(await socket.end()).toEqual({ code: 1013, reason: "Too slow" });
  });

  test("takes 20 operations at once and refuses the next, and goes on", async () => {
    const socket = await citizen.bare();
    for (let id = 0; id < 20; id += 1) socket.subscribe(`s${id}`, updates);
    socket.subscribe("one more", updates);
    const { type, payload } = await socket.next(({ id }) => id === "one more");
    expect({ type, code: (payload as { extensions: { code: string } }[])[0]!.extensions.code }).toEqual({ type: "error", code: "TOO_MANY_OPERATIONS" });
    socket.send({ type: "complete", id: "s0" });
    socket.subscribe("after", "{ __typename }");
    expect((await socket.next(({ id }) => id === "after")).type).toBe("next");
    socket.ws.close();
  });

  test("answers an operation that is not understood with an error, and lives", async () => {
    const socket = await citizen.bare();
    const wrong = { unreadable: "{", unknown: "{ nothingOfTheKind }", unclear: "query A { __typename } query B { __typename }" };
    for (const [id, query] of Object.entries(wrong)) {
      socket.subscribe(id, query);
      expect((await socket.next(message => message.id === id)).type).toBe("error");
    }
    socket.subscribe("good", "{ __typename }");
    expect((await socket.next(({ id }) => id === "good")).payload).toEqual({ data: { __typename: "Query" } });
    socket.ws.close();
  });
});

test("when the hub stops, sockets hear 1001 and requests under way are answered", async () => {
  const other = await startHub({ beside: hub });
  const listener = other.visitor.with(citizen.headers).listen(updates);
  const socket = await other.visitor.with(citizen.headers).bare();
  // A connection that is there already: what is asked next is with the hub at once.
  await other.visitor.data("{ __typename }");
  const asked = other.visitor.data("{ services(first: 50) { totalCount nodes { id offices { name } whatYouNeed { title } } } }");
  await new Promise(resolve => setTimeout(resolve, 30));
  const [{ code }, data] = await Promise.all([socket.end(), asked, other.close()]);
  expect(code).toBe(1001);
  expect(Number(data["services"]!["totalCount"])).toBeGreaterThan(10);
  await listener.stop();
});
