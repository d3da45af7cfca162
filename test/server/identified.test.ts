import { describe, expect, test } from "@jest/globals";
import type { Caller } from "../../operations/caller.ts";
import type { Identified } from "../../operations/session/identify.ts";
import type { AccessWatch } from "../../server/events/access.ts";
import { rememberIdentified } from "../../server/identified.ts";

/** A memory whose clock and whose word from the database are in the test's hands; `asked` counts how often the database would have been asked. */
function memoryWorld(found: Partial<Identified> & { expiresAt?: Date } | null = {}) {
  const watchers = new Map<Caller, () => void>();
  const access: AccessWatch = {
    watch: (caller, changed) => {
      watchers.set(caller, changed);
      return () => void watchers.delete(caller);
    },
    close: async () => undefined,
  };
  let now = Date.parse("2026-11-23T08:00:00Z");
  let asked = 0;
  const memory = rememberIdentified(access, { now: () => new Date(now) });
  const { expiresAt = new Date(now + 3_600_000), ...rest } = found ?? {};
  const identified = found && ({ sessionId: "s", stale: false, ...rest, caller: { kind: "citizen", key: "citizen:1", expiresAt } } as Identified);
  const foundAs = (holderId: string) => identified && { ...identified, holderId, caller: { ...identified.caller } };
  return {
    watchers, memory, advance: (ms: number) => void (now += ms),
    find: (hash = "h", holderId = "ada") => memory.of(hash, async () => {
      asked += 1;
      return foundAs(holderId);
    }),
    get asked() {
      return asked;
    },
  };
}

describe("whom a session stands for", () => {
  test("is asked once a second", async () => {
    const world = memoryWorld();
    const first = await world.find();
    world.advance(999);
    expect(await world.find()).toBe(first);
    expect(world.asked).toBe(1);
    world.advance(1);
    await world.find();
    expect(world.asked).toBe(2);
  });

  test("is asked once by many who come at the same time, and again by those whose first has left", async () => {
    const world = memoryWorld({});
    const [one, ...others] = await Promise.all(Array.from({ length: 20 }, () => world.find()));
    expect(others.every(other => other === one)).toBe(true);
    expect(world.asked).toBe(1);
    world.memory.clear();
    const left = world.memory.of("h", () => Promise.reject(new Error("left")));
    const staying = world.find();
    await expect(left).rejects.toThrow("left");
    expect(await staying).toMatchObject({ sessionId: "s" });
  });

  test("is not remembered when everybody was forgotten while it was asked", async () => {
    const world = memoryWorld({});
    const asking = world.find();
    world.memory.clear();
    await asking;
    await world.find();
    expect(world.asked).toBe(2);
  });

  test("is asked for each session", async () => {
    const world = memoryWorld();
    await world.find("one");
    await world.find("other");
    expect(world.asked).toBe(2);
  });

  test("is asked anew as soon as the database says that their access has changed", async () => {
    const world = memoryWorld();
    await world.find();
    for (const changed of [...world.watchers.values()]) changed();
    expect(world.watchers.size).toBe(0);
    await world.find();
    expect(world.asked).toBe(2);
  });

  test("is asked anew after something was done that may have changed it", async () => {
    const world = memoryWorld();
    await world.find();
    world.memory.clear();
    await world.find();
    expect([world.asked, world.watchers.size]).toEqual([2, 1]);
  });

  test("is asked anew of whoever has just done something, on every device, and of nobody else", async () => {
    const world = memoryWorld();
    for (const [hash, holder] of [["phone", "ada"], ["laptop", "ada"], ["other", "bruno"]] as const) await world.find(hash, holder);
    world.memory.forget("ada");
    expect(world.watchers.size).toBe(1);
    await world.find("other", "bruno");
    expect(world.asked).toBe(3);
    await world.find("phone");
    await world.find("laptop");
    expect([world.asked, world.watchers.size]).toEqual([5, 3]);
  });

  test.each([["somebody else has just done something", "bruno", 1], ["they have", "ada", 2]])("is remembered of what was asked meanwhile only where nothing of theirs changed: %s", async (_what, who, asked) => {
    const world = memoryWorld();
    const asking = world.find();
    world.memory.forget(who);
    await asking;
    await world.find();
    expect(world.asked).toBe(asked);
  });

  test("is not what somebody was told who asked before they did something", async () => {
    const world = memoryWorld();
    const before = world.find();
    world.memory.forget("ada");
    expect(await world.find()).not.toBe(await before);
    expect(world.asked).toBe(2);
  });

  test("is not believed beyond the session's end, nor when the clock was put back", async () => {
    const ending = memoryWorld({ expiresAt: new Date("2026-11-23T08:00:00.400Z") });
    await ending.find();
    ending.advance(400);
    await ending.find();
    const back = memoryWorld();
    await back.find();
    back.advance(-1);
    await back.find();
    expect([ending.asked, back.asked]).toEqual([2, 2]);
  });

  test.each([["nobody", null], ["somebody yet to be marked as seen", { stale: true }]])("is not remembered of %s", async (_who, found) => {
    const world = memoryWorld(found);
    await world.find();
    await world.find();
    expect([world.asked, world.watchers.size]).toEqual([2, 0]);
  });

  test("is forgotten of the one remembered longest when there are too many", async () => {
    const world = memoryWorld();
    for (let number = 0; number <= 10_000; number += 1) await world.find(String(number));
    expect(world.watchers.size).toBe(10_000);
    await world.find("10000");
    expect(world.asked).toBe(10_001);
    await world.find("0");
    expect(world.asked).toBe(10_002);
    world.memory.clear();
  });
});
