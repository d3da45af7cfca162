import { expect, test } from "@jest/globals";
import { createTurns } from "../../../server/limits/turns.ts";

test("so many are inside at once, and the others come in the order in which they came", async () => {
  const turns = createTurns(3);
  const order: number[] = [];
  let inside = 0;
  let most = 0;
  await Promise.all(Array.from({ length: 1_000 }, async (_, place) => {
    const leave = await turns.enter();
    order.push(place);
    most = Math.max(most, inside += 1);
    await new Promise(resolve => setImmediate(resolve));
    inside -= 1;
    leave();
  }));
  expect(most).toBe(3);
  expect(order).toEqual(Array.from({ length: 1_000 }, (_, place) => place));
  const leave = await turns.enter();
  leave();
});
