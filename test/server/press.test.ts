import { afterEach, expect, test } from "@jest/globals";
import { draw } from "../../paper/draw.ts";
import { openPress, PressBusyError, type Press } from "../../server/press/index.ts";
import { instalmentsOf, noticeOf, postal, receipt } from "../paper/samples.ts";

let press: Press;

afterEach(() => press.close());

const never = new AbortController().signal;

test("what the press gives is what is drawn, and this thread goes on meanwhile", async () => {
  press = openPress();
  const large = noticeOf({ instalments: instalmentsOf(3), postal });
  let turns = 0;
  const turning = setInterval(() => (turns += 1), 1);
  const [one, two] = await Promise.all([press.print(large, never), press.print(receipt, never)]);
  clearInterval(turning);
  expect(turns).toBeGreaterThan(5);
  expect(Buffer.compare(one, await draw(large))).toBe(0);
  expect(Buffer.compare(two, await draw(receipt))).toBe(0);
});

test("what cannot be drawn fails alone, and its words say nothing of what was to be printed", async () => {
  press = openPress();
  const bad = press.print(noticeOf({ creditor: { name: "Comune di Cuneo", fiscalCode: "not eleven digits" } }), never);
  await expect(bad).rejects.toThrow(/^the document could not be drawn: RangeError$/);
  expect((await press.print(receipt, never)).length).toBeGreaterThan(1_000);
});

test("nobody waits for longer than they want to, nor in a line that is too long", async () => {
  press = openPress();
  const patience = new AbortController();
  const first = press.print(receipt, never);
  const waiting = Array.from({ length: 64 }, () => press.print(noticeOf({ instalments: instalmentsOf(60), postal }), patience.signal));
  await expect(press.print(receipt, never)).rejects.toThrow(PressBusyError);
  patience.abort(new Error("gone"));
  for (const { status } of await Promise.allSettled(waiting)) expect(status).toBe("rejected");
  // Room again, and nothing is drawn for those who left: theirs would take minutes.
  expect((await press.print(receipt, never)).length).toBeGreaterThan(1_000);
  expect((await first).length).toBeGreaterThan(1_000);
  await expect(press.print(receipt, AbortSignal.abort(new Error("never began")))).rejects.toThrow("never began");
});

test("a press that was closed under somebody says so, and prints again when asked", async () => {
  press = openPress();
  const lost = press.print(receipt, never);
  const told = expect(lost).rejects.toThrow("the press stopped while it drew");
  await press.close();
  await told;
  expect((await press.print(receipt, never)).length).toBeGreaterThan(1_000);
});
