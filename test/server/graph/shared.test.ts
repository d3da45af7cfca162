import { afterEach, beforeEach, describe, expect, jest, test } from "@jest/globals";
import type { Hub } from "../../../operations/hub.ts";
import { SharedReads } from "../../../server/graph/shared.ts";

/** A hub of a member of staff, as far as reads look at it. */
const hubOf = (caller: object = {}): Hub => ({ caller: { kind: "staff", key: "staff:1", officeIds: ["a"], permissions: new Set(["desk"]), ...caller }, requestId: "1", em: {}, plans: {}, signal: new AbortController().signal }) as unknown as Hub;

/** Reads of one document: `read` gives what it makes of a hub, and `runs` counts how often it was asked. */
function world(read: (hub: Hub) => unknown, good: (result: { value: unknown }) => boolean = () => true) {
  const reads = new SharedReads<{ value: unknown }>(good);
  const found = { runs: 0, ask: (hub: Hub, asked = "event"): Promise<{ value: unknown }> => reads.read(asked, hub, async watched => {
    found.runs += 1;
    await new Promise(resolve => setImmediate(resolve));
    return { value: read(watched) };
  }) };
  return found;
}

const staff = (hub: Hub): { officeIds: string[]; permissions: Set<string>; acting?: object } => hub.caller as never;

describe("what is read for one listener", () => {
  test("is the same answer for all whom the read cannot tell apart", async () => {
    const shared = world(hub => [hub.caller.kind, staff(hub).officeIds]);
    const answers = await Promise.all(Array.from({ length: 50 }, (_, number) => shared.ask(hubOf({ key: `staff:${number}` }))));
    expect(new Set(answers).size).toBe(1);
    expect(shared.runs).toBe(1);
    expect(await shared.ask(hubOf())).toBe(answers[0]);
  });

  test.each<[string, (hub: Hub) => unknown, object, object]>([
    ["in a value", hub => staff(hub).officeIds[0], { officeIds: ["a"] }, { officeIds: ["b"] }],
    ["in one of several values", hub => staff(hub).officeIds.join(), { officeIds: ["a", "b"] }, { officeIds: ["a"] }],
    ["in who they are", hub => hub.caller.key, { key: "staff:1" }, { key: "staff:2" }],
    ["in a set", hub => staff(hub).permissions.has("desk:decide"), { permissions: new Set(["desk"]) }, { permissions: new Set(["desk", "desk:decide"]) }],
    ["in whether there is something", hub => "acting" in hub.caller, {}, { acting: { by: "x" } }],
    ["in something that is within", hub => (staff(hub).acting as { by: { permissions: Set<string> } }).by.permissions.size, { acting: { by: { permissions: new Set(["one"]) } } }, { acting: { by: { permissions: new Set(["one", "two"]) } } }],
    ["in text and number", hub => hub.caller.key, { key: "1" }, { key: 1 }],
  ])("is not for one who differs %s, though both ask at once, before it is known by what they differ", async (_how, read, one, other) => {
    const shared = world(read);
    const hubs = [hubOf(one), hubOf(other), hubOf(one), hubOf(other)];
    for (const round of ["first", "second"]) {
      const answers = await Promise.all(hubs.map(hub => shared.ask(hub, round)));
      expect(answers.map(({ value }) => value)).toEqual(hubs.map(read));
    }
    // Each of the two once, in either round.
    expect(shared.runs).toBe(4);
  });

  test("is for one who differs in what it did not look at", async () => {
    const shared = world(hub => hub.caller.kind);
    await Promise.all([shared.ask(hubOf({ officeIds: ["a"] })), shared.ask(hubOf({ officeIds: ["b"] }))]);
    expect(shared.runs).toBe(1);
  });

  test("is not for one who asks anything else", async () => {
    const shared = world(hub => hub.caller.kind);
    await Promise.all([shared.ask(hubOf(), "one"), shared.ask(hubOf(), "other"), shared.ask(hubOf(), "one")]);
    expect(shared.runs).toBe(2);
  });

  test("is not for others when it looks at more for one event than for another", async () => {
    let more = false;
    const shared = world(hub => (more ? hub.caller.key : hub.caller.kind));
    await shared.ask(hubOf(), "first");
    more = true;
    const answers = await Promise.all(["staff:1", "staff:2", "staff:3"].map(key => shared.ask(hubOf({ key }), "second")));
    expect(answers.map(({ value }) => value)).toEqual(["staff:1", "staff:2", "staff:3"]);
  });

  test.each<[string, (hub: Hub) => unknown]>([
    ["a unit of work", hub => typeof hub.em],
    ["the number of the request", hub => hub.requestId],
    ["whether there is something on the hub", hub => "allowance" in hub],
    ["all of the hub", hub => ({ ...hub }).requestId],
    ["all of the caller", hub => Object.keys(hub.caller)],
    ["a property's being the caller's own", hub => Object.hasOwn(hub.caller, "acting")],
  ])("is nobody else's when it used %s", async (_what, read) => {
    const shared = world(read);
    const answers = await Promise.all(Array.from({ length: 5 }, () => shared.ask(hubOf())));
    expect([shared.runs, new Set(answers).size]).toEqual([5, 5]);
  });

  test("cannot change the hub", async () => {
    const shared = world(hub => { (hub as { locale: string }).locale = "en"; });
    await expect(shared.ask(hubOf())).rejects.toThrow(TypeError);
  });

  test("is nobody else's when it is not good, and those who waited read for themselves at once", async () => {
    const shared = world(() => "error", ({ value }) => value !== "error");
    const answers = await Promise.all(Array.from({ length: 5 }, () => shared.ask(hubOf())));
    expect([shared.runs, new Set(answers).size]).toEqual([5, 5]);
  });

  test("is read again by those who waited for one that failed", async () => {
    let failures = 1;
    const shared = world(hub => {
      if (failures-- > 0) throw new Error("its listener left");
      return hub.caller.kind;
    });
    const answers = await Promise.allSettled([shared.ask(hubOf()), shared.ask(hubOf()), shared.ask(hubOf())]);
    expect(answers.map(({ status }) => status)).toEqual(["rejected", "fulfilled", "fulfilled"]);
  });
});

describe("after a second", () => {
  beforeEach(() => void jest.useFakeTimers({ doNotFake: ["setImmediate"] }));
  afterEach(() => void jest.useRealTimers());

  test("it is read anew", async () => {
    const shared = world(hub => hub.caller.kind);
    await shared.ask(hubOf());
    await shared.ask(hubOf());
    jest.advanceTimersByTime(999);
    await shared.ask(hubOf());
    expect(shared.runs).toBe(1);
    jest.advanceTimersByTime(1);
    await shared.ask(hubOf());
    expect(shared.runs).toBe(2);
  });
});
