import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { formatNoticeNumber, iuvOf, noticeNumber, noticeOf, parseIuv, parseNoticeNumber } from "../../rules/notice-number.ts";

const code = fc.integer({ min: 0, max: 99 }).map(value => String(value).padStart(2, "0"));
const base = fc.bigInt({ min: 0n, max: 9_999_999_999_999n });

describe("the number of a payment notice", () => {
  test("is made as in the published example", () => {
    const notice = noticeNumber("02", 10_690_737_366n);
    expect(notice).toBe("302001069073736611");
    expect(iuvOf(notice)).toBe("02001069073736611");
    expect(formatNoticeNumber(notice)).toBe("3020 0106 9073 7366 11");
  });

  test.each(["322201151398574181", "301011100007347557", "312000000000000725", "347164993070184562", "300715700000000032"])("%s, made by others, is read and holds", written => {
    const { parts } = parseNoticeNumber(written)!;
    expect(parts.checkDigitsHold).toBe(true);
    expect(noticeNumber(parts.segregationCode, BigInt(parts.base))).toBe(written);
  });

  test("is taken with wrong check digits, and says so", () => {
    expect(parseNoticeNumber("302001069073736612")).toEqual({ notice: "302001069073736612", parts: { segregationCode: "02", base: "0010690737366", checkDigitsHold: false } });
  });

  test.each(["", "30200106907373661", "3020010690737366110", "202001069073736611", "30200106907373661a", "٣02001069073736611", "000000000000000000"])("%p is none", written => {
    expect(parseNoticeNumber(written)).toBeUndefined();
  });

  test.each([["2", 1n], ["123", 1n], ["a1", 1n], ["02", -1n], ["02", 10_000_000_000_000n]] as const)("cannot be made of %p and %p", (segregation, value) => {
    expect(() => noticeNumber(segregation, value)).toThrow(RangeError);
  });

  test("comes back from every form it is written in", () => {
    fc.assert(fc.property(code, base, (segregation, value) => {
      const notice = noticeNumber(segregation, value);
      expect(notice).toMatch(/^3\d{17}$/);
      expect(parseNoticeNumber(formatNoticeNumber(notice))).toEqual({ notice, parts: { segregationCode: segregation, base: value.toString().padStart(13, "0"), checkDigitsHold: true } });
      expect(noticeOf(iuvOf(notice))).toBe(notice);
      expect(parseIuv(iuvOf(notice))).toBe(iuvOf(notice));
      expect(formatNoticeNumber(notice)).toMatch(/^(\d{4} ){4}\d{2}$/);
    }));
  });

  test("differs when segregation code or base differ", () => {
    fc.assert(fc.property(code, base, code, base, (c1, b1, c2, b2) => {
      expect(noticeNumber(c1, b1) === noticeNumber(c2, b2)).toBe(c1 === c2 && b1 === b2);
    }));
  });

  test("betrays one mistyped digit and two neighbours exchanged", () => {
    fc.assert(fc.property(code, base, fc.integer({ min: 1, max: 15 }), fc.integer({ min: 1, max: 9 }), (segregation, value, at, change) => {
      const digits = [...noticeNumber(segregation, value)];
      const mistyped = digits.with(at, String((Number(digits[at]) + change) % 10)).join("");
      expect(parseNoticeNumber(mistyped)!.parts.checkDigitsHold).toBe(false);
      const exchanged = digits.with(at, digits[at + 1 > 15 ? at - 1 : at + 1]!).with(at + 1 > 15 ? at - 1 : at + 1, digits[at]!).join("");
      if (exchanged.startsWith("3") && exchanged !== digits.join("")) expect(parseNoticeNumber(exchanged)!.parts.checkDigitsHold).toBe(false);
    }));
  });
});
