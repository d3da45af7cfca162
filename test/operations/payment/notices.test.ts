import { expect, test } from "@jest/globals";
import { openNotices } from "../../../operations/payment/notices.ts";
import type { RunStatement } from "../../../operations/read/reader.ts";

/** A database that answers when it is told to, and remembers what was asked together. */
function slowDatabase() {
  const asked: { readonly numbers: readonly string[]; readonly answer: (found?: readonly string[]) => void; readonly fail: () => void }[] = [];
  const run: RunStatement = (_name, _text, [, numbers]) => new Promise((resolve, reject) => {
    const all = numbers as readonly string[];
    asked.push({
      numbers: all,
      answer: (found = all) => resolve(found.length === 0 ? null : JSON.stringify([...new Set(found)].map(noticeNumber => ({ noticeNumber })))),
      fail: () => reject(new Error("away")),
    });
  });
  return { asked, notices: openNotices(run, "administration") };
}

const turn = () => new Promise(resolve => setImmediate(resolve));

test("questions that come together, and those that come while a statement runs, are read together", async () => {
  const { asked, notices } = slowDatabase();
  const first = [notices("1"), notices("2")];
  await turn();
  const later = [notices("3"), notices("1"), notices("1")];
  asked[0]!.answer(["2"]);
  expect(await Promise.all(first)).toEqual([null, { noticeNumber: "2" }]);
  await turn();
  asked[1]!.answer();
  expect(await Promise.all(later)).toEqual([{ noticeNumber: "3" }, { noticeNumber: "1" }, { noticeNumber: "1" }]);
  expect(asked.map(({ numbers }) => numbers)).toEqual([["1", "2"], ["3", "1", "1"]]);
});

test("nothing is remembered", async () => {
  const { asked, notices } = slowDatabase();
  for (const found of [["1"], []]) {
    const question = notices("1");
    await turn();
    asked.at(-1)!.answer(found);
    expect(await question).toEqual(found.length ? { noticeNumber: "1" } : null);
  }
});

test("a statement that hangs holds up nobody else", async () => {
  const { asked, notices } = slowDatabase();
  void notices("1");
  await turn();
  for (const number of ["2", "3"]) {
    const question = notices(number);
    while (asked.at(-1)!.numbers[0] !== number) await turn();
    asked.at(-1)!.answer();
    expect(await question).toEqual({ noticeNumber: number });
  }
});

test("a statement that fails fails for those it was for, and the next are read", async () => {
  const { asked, notices } = slowDatabase();
  const lost = [notices("1"), notices("2")].map(question => question.catch((error: Error) => error.message));
  await turn();
  const kept = notices("3");
  asked[0]!.fail();
  expect(await Promise.all(lost)).toEqual(["away", "away"]);
  await turn();
  asked[1]!.answer();
  expect(await kept).toEqual({ noticeNumber: "3" });
});

test("more than a statement takes are read by several", async () => {
  const { asked, notices } = slowDatabase();
  const numbers = Array.from({ length: 250 }, (_, index) => String(index));
  const before = notices("before");
  await turn();
  const questions = numbers.map(notices);
  asked[0]!.answer();
  await before;
  await turn();
  for (const { answer } of asked.slice(1)) answer();
  expect((await Promise.all(questions)).map(found => found?.noticeNumber)).toEqual(numbers);
  expect(asked.slice(1).map(batch => batch.numbers.length)).toEqual([100, 100, 50]);
});
