import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { setTimeout as after } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { startHub, type TestHub } from "../../helpers/hub.ts";

let hub: TestHub;
beforeAll(async () => {
  hub = await startHub({ sandbox: false });
});
afterAll(() => hub.close());

/** A connection that asks for a WebSocket where there is none, or from another site's page. */
async function asking(path: string, origin = ""): Promise<Socket> {
  const { hostname, port } = new URL(hub.url);
  const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true });
  await once(socket, "connect");
  const named = origin === "" ? "" : `origin: ${origin}\r\n`;
  socket.write(`GET ${path} HTTP/1.1\r\nhost: ${hostname}\r\nconnection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n${named}\r\n`);
  return socket;
}

const alive = async (): Promise<number> => (await fetch(`${hub.url}/healthz`)).status;

test("whoever breaks the connection on which they are refused breaks nothing else", async () => {
  for (let n = 0; n < 60; n += 1) {
    const socket = await asking("/nowhere");
    if (n % 3 > 0) await after(n % 3);
    socket.resetAndDestroy();
  }
  expect(await alive()).toBe(200);
});

test.each([["/nowhere", "", "404"], ["/graphql", "https://elsewhere.example", "403"]])("a refused connection is let go of, also by who keeps it open: %s", async (path, origin, status) => {
  const socket = await asking(path, origin);
  const closed = once(socket, "error");
  const [answer] = await once(socket, "data") as [Buffer];
  expect(answer.toString()).toContain(`HTTP/1.1 ${status} `);
  // Nobody reads on the other side any more: what is sent comes back as a refusal, and not as silence.
  const sending = setInterval(() => socket.write("x"), 10);
  const outcome = await Promise.race([closed.then(([error]) => (error as NodeJS.ErrnoException).code), after(60_000, "still open", { ref: false })]);
  clearInterval(sending);
  socket.destroy();
  expect(["ECONNRESET", "EPIPE"]).toContain(outcome);
});
