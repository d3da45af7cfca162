import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import { EventEmitter } from "node:events";
import type { WebSocket } from "ws";
import { dismiss, drained, socketLimits, tend } from "../../../server/web/socket-traffic.ts";

/** The end of a socket that is ours: what is done to it is written down, and its other end answers pings as long as it lives. */
class End extends EventEmitter {
  readonly done: string[] = [];
  alive = true;
  bufferedAmount = 0;
  readonly OPEN = 1;
  readyState = 1;

  ping(): void {
    this.done.push("ping");
    if (this.alive) this.emit("pong");
  }
  close(code: number, reason: string): void {
    this.done.push(`close ${code} ${reason}`);
    if (this.alive) this.gone();
  }
  terminate(): void {
    this.done.push("terminate");
    this.gone();
  }
  private gone(): void {
    this.readyState = 3;
    this.emit("close");
  }
}

const asSocket = (end: End): WebSocket => end as unknown as WebSocket;

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

describe("a socket that is looked after", () => {
  test("is asked for a sign of life, and dropped when its other end gives none", () => {
    const end = new End();
    tend(asSocket(end), () => true);
    jest.advanceTimersByTime(socketLimits.pingMs * 3);
    expect(end.done).toEqual(["ping", "ping", "ping"]);
    end.alive = false;
    jest.advanceTimersByTime(socketLimits.pingMs * 2);
    expect(end.done.slice(3)).toEqual(["ping", "terminate"]);
    jest.advanceTimersByTime(socketLimits.pingMs * 10);
    expect(end.done).toHaveLength(5);
  });

  test("is closed in order when nothing runs on it for ten minutes, and stays as long as something does", () => {
    const [idle, used] = [new End(), new End()];
    let busy = true;
    tend(asSocket(idle), () => false);
    tend(asSocket(used), () => busy);
    jest.advanceTimersByTime(socketLimits.idleMs);
    expect(idle.done.filter(what => what !== "ping")).toEqual([]);
    jest.advanceTimersByTime(socketLimits.pingMs * 2);
    expect(idle.done.at(-1)).toBe("close 1000 Idle");
    expect(used.readyState).toBe(1);
    // Its ten minutes begin when the last operation has ended.
    busy = false;
    jest.advanceTimersByTime(socketLimits.idleMs - socketLimits.pingMs);
    expect(used.readyState).toBe(1);
    jest.advanceTimersByTime(socketLimits.pingMs * 3);
    expect(used.done.at(-1)).toBe("close 1000 Idle");
  });

  test("is closed when it sends more in a second than anybody needs", () => {
    const end = new End();
    tend(asSocket(end), () => true);
    for (let message = 0; message < socketLimits.messagesInSecond; message += 1) end.emit("message");
    expect(end.readyState).toBe(1);
    end.emit("message");
    expect(end.done.at(-1)).toBe("close 4429 Too many messages");
  });
});

test("a socket that is dismissed and does not answer is let go of", () => {
  const end = new End();
  end.alive = false;
  dismiss(asSocket(end), [1013, "Too slow"]);
  expect(end.done).toEqual(["close 1013 Too slow"]);
  jest.advanceTimersByTime(2_000);
  expect(end.done).toEqual(["close 1013 Too slow", "terminate"]);
});

test("what waits for a slow reader is waited for, and then given up", async () => {
  const [slow, stuck] = [new End(), new End()];
  slow.bufferedAmount = stuck.bufferedAmount = socketLimits.bufferedBytes + 1;
  const both = Promise.all([drained(asSocket(slow)), drained(asSocket(stuck))]);
  await jest.advanceTimersByTimeAsync(1_000);
  slow.bufferedAmount = 0;
  await jest.advanceTimersByTimeAsync(socketLimits.patienceMs);
  await both;
  expect(slow.readyState).toBe(1);
  expect(stuck.done).toEqual(["close 1013 Too slow"]);
});
