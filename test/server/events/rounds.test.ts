import { expect, test } from "@jest/globals";
import { createRounds } from "../../../server/events/rounds.ts";

const nextRound = (): Promise<void> => new Promise(resolve => setImmediate(resolve));

test("so many are done in a round, the first at once, and all of them in the order in which they came", async () => {
  const rounds = createRounds(3);
  const done: number[] = [];
  for (let place = 0; place < 10; place += 1) rounds(() => void done.push(place));
  const seen = [done.length];
  while (done.length < 10) {
    await nextRound();
    seen.push(done.length);
  }
  expect(seen).toEqual([3, 6, 9, 10]);
  expect(done).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

test("what comes while others wait does not pass them, and whoever comes when all is quiet does not wait", async () => {
  const rounds = createRounds(2);
  const done: string[] = [];
  for (const name of ["a", "b", "c"]) rounds(() => void done.push(name));
  rounds(() => rounds(() => void done.push("last")));
  rounds(() => void done.push("d"));
  expect(done).toEqual(["a", "b"]);
  for (let round = 0; round < 4; round += 1) await nextRound();
  expect(done).toEqual(["a", "b", "c", "d", "last"]);
  rounds(() => void done.push("at once"));
  expect(done.at(-1)).toBe("at once");
});
