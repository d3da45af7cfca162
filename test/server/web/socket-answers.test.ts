import { describe, expect, test } from "@jest/globals";
import type { Answer } from "../../../server/graph/execute.ts";
import { createSending } from "../../../server/web/socket-answers.ts";

/** A stream of answers that ends after them, and tells whether it was let go of. */
function streamOf(...answers: readonly Answer[]) {
  const stream = { ended: false, async *answers(): AsyncIterableIterator<Answer> {
    try {
      yield* answers;
    } finally {
      stream.ended = true;
    }
  } };
  return stream;
}

const failure = { message: "Non trovato.", path: ["me"], extensions: { code: "NOT_FOUND" } };

describe("the answers of a subscription", () => {
  test("are sent under its name, with data and errors as they are and nothing else, and then it ends", async () => {
    const sent: unknown[] = [];
    let left = 0;
    const answers = streamOf({ type: "subscription" as never, data: { a: "ü\n" } }, { data: null, errors: [failure] }, { errors: [failure] });
    const sending = createSending()(answers.answers(), { id: 'a "name"', send: async message => void sent.push(JSON.parse(message)), leave: () => void (left += 1) });
    expect(await sending.next()).toEqual({ done: true, value: undefined });
    expect(sent).toEqual([{ data: { a: "ü\n" } }, { data: null, errors: [failure] }, { errors: [failure] }].map(payload => ({ id: 'a "name"', type: "next", payload })));
    expect(left).toBe(1);
  });

  test("wait until the one before was taken", async () => {
    const sent: string[] = [];
    const taken = Promise.withResolvers<void>();
    const sending = createSending()(streamOf({ data: { n: 1 } }, { data: { n: 2 } }).answers(), { id: "1", send: message => (sent.push(message), taken.promise), leave: () => undefined });
    const over = sending.next();
    await new Promise(resolve => setImmediate(resolve));
    expect(sent).toHaveLength(1);
    taken.resolve();
    await over;
    expect(sent).toHaveLength(2);
  });

  test("are put into words once, however many they go to", async () => {
    let read = 0;
    const answer: Answer = { get data() {
      read += 1;
      return { a: 1 };
    } };
    const send = createSending();
    const sent: string[] = [];
    for (let number = 0; number < 100; number += 1) await send(streamOf(answer).answers(), { id: String(number), send: async message => void sent.push(message), leave: () => undefined }).next();
    expect(read).toBe(1);
    expect(sent[99]).toBe('{"id":"99","type":"next","payload":{"data":{"a":1}}}');
  });

  test("are let go of when the socket takes no more", async () => {
    const answers = streamOf({ data: { n: 1 } }, { data: { n: 2 } });
    let left = 0;
    const sending = createSending()(answers.answers(), { id: "1", send: () => Promise.reject(new Error("closed")), leave: () => void (left += 1) });
    await expect(sending.next()).rejects.toThrow("closed");
    expect([answers.ended, left]).toEqual([true, 1]);
  });
});
