import { describe, expect, test } from "@jest/globals";
import { createLanes } from "../../../server/limits/lanes.ts";

const never = new AbortController().signal;

/** Keeps the process busy, as working on a document does. */
function work(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

describe("a caller who sends new documents", () => {
  test("is let in at once as long as there is credit, and then for a share of the time", async () => {
    const lanes = createLanes(0.2);
    const began = performance.now();
    let rounds = 0;
    const counting = setInterval(() => (rounds += 1));
    const enter = async (): Promise<void> => {
      const over = await lanes.enter("one", never);
      work(20);
      over!();
    };
    await enter();
    await enter();
    clearInterval(counting);
    expect(rounds).toBe(0);
    await enter();
    // 100 ms of credit hold five times 20: what is seen counts twice, so the fourth waits for what the third overdrew.
    const over = await lanes.enter("one", never);
    expect(performance.now() - began).toBeGreaterThan(60 + 40);
    over!();
  });

  test("does not stand in others' way", async () => {
    const lanes = createLanes(0.1);
    const over = await lanes.enter("one", never);
    work(150);
    over!();
    let late = "waiting";
    const leaving = new AbortController();
    const entering = lanes.enter("one", leaving.signal).catch(() => (late = "gave up"));
    (await lanes.enter("other", never))!();
    expect(late).toBe("waiting");
    leaving.abort();
    await entering;
    expect(late).toBe("gave up");
  });

  test("has 20 waiting at most; one who gives up makes room", async () => {
    const lanes = createLanes(0.2);
    const over = await lanes.enter("one", never);
    const leaving = new AbortController();
    const waiting = Array.from({ length: 19 }, () => lanes.enter("one", leaving.signal).catch(() => "gave up"));
    expect(await lanes.enter("one", never)).toBeUndefined();
    leaving.abort();
    over!();
    expect(new Set(await Promise.all(waiting))).toEqual(new Set(["gave up"]));
    (await lanes.enter("one", never))!();
  });

  test("never waits where there is no limit", async () => {
    const lanes = createLanes(1);
    let rounds = 0;
    const counting = setInterval(() => (rounds += 1));
    for (let document = 0; document < 1_000; document += 1) (await lanes.enter("one", never))!();
    clearInterval(counting);
    expect(rounds).toBe(0);
  });
});
