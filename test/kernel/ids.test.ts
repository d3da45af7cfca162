import { expect, it } from "@jest/globals";
import { newId, newSecret, opaqueId } from "../../kernel/ids.ts";

it("makes UUIDs of version 7 that carry the time", () => {
  const now = Date.now() + 1_000;
  const id = newId(now);
  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(parseInt(id.replaceAll("-", "").slice(0, 12), 16)).toBe(now);
});

it("keeps the order in which they were made, also within a millisecond and when it runs out of them", () => {
  const now = Date.now() + 5_000;
  const ids = Array.from({ length: 10_000 }, () => newId(now));
  expect([...ids].sort()).toEqual(ids);
  expect(new Set(ids).size).toBe(ids.length);
});

it("keeps the order when the clock goes back", () => {
  const first = newId(Date.now() + 60_000);
  expect(newId(0) > first).toBe(true);
});

it("makes secrets of 256 bits and ids that tell nothing", () => {
  expect(Buffer.from(newSecret(), "base64url")).toHaveLength(32);
  expect(opaqueId()).toMatch(/^[0-9a-f-]{36}$/);
});
