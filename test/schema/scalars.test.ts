import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { GraphQLScalarType } from "graphql";
import { Said } from "../../schema/said.ts";
import { CursorScalar, DateScalar, DateTimeScalar, EmailScalar, FiscalCodeScalar, NoticeNumberScalar } from "../../schema/scalars.ts";

type TextScalar = GraphQLScalarType<string, string>;

const good: readonly (readonly [TextScalar, string, string])[] = [
  [DateScalar, "2024-02-29", "2024-02-29"],
  [DateTimeScalar, "2026-11-23T08:30:00Z", "2026-11-23T08:30:00.000Z"], [DateTimeScalar, "2026-11-23T09:30:00.5+01:00", "2026-11-23T08:30:00.500Z"], [DateTimeScalar, "2026-11-23T08:30Z", "2026-11-23T08:30:00.000Z"],
  [FiscalCodeScalar, "rssdaa84c52d205x", "RSSDAA84C52D205X"], [FiscalCodeScalar, "00480530047", "00480530047"],
  [NoticeNumberScalar, "302000000000000133", "302000000000000133"],
  [CursorScalar, "0", "0"], [CursorScalar, "9223372036854775807", "9223372036854775807"],
  [EmailScalar, "ada.rossi+comune@example.org", "ada.rossi+comune@example.org"],
];

const bad: readonly (readonly [TextScalar, readonly unknown[]])[] = [
  [DateScalar, ["2026-02-30", "2025-02-29", "2026-13-01", "2026-00-10", "26-01-01", "2026-1-1", "2026-01-01T00:00:00Z", "", "oggi", 20_260_101, null, ["2026-01-01"]]],
  [DateTimeScalar, ["2026-10-23T08:30:00", "2026-10-23 08:30:00Z", "2026-02-30T08:30:00Z", "2026-10-23T25:00:00Z", "2026-10-23T08:61:00Z", "2026-10-23", "", 1_700_000_000, null]],
  [FiscalCodeScalar, ["RSSDAA84C52D205Y", "RSSDAA84C52D205", "RSSDAA84C52D205XX", "RSSDAA84C72D205X", "00480530048", "0048053004", "", 480_530_047, null]],
  [NoticeNumberScalar, ["30200000000000013X", "3020000000000001", "3020000000000001334", "402000000000000133", "abc", "", 302_000_000_000_000_133n, null]],
  [CursorScalar, ["", "-1", "1.5", "1e3", "12345678901234567890", "abc", 7, null]],
  [EmailScalar, ["ada.rossi", "ada@rossi", "@example.org", "ada rossi@example.org", "ada@example.org\n", `${"a".repeat(250)}@example.org`, "<ada@example.org>", "", null]],
];

describe("a scalar", () => {
  test.each(good)("%s takes %j", (scalar, written, read) => {
    expect(scalar.parseValue(written)).toBe(read);
    expect(scalar.parseValue(read)).toBe(read);
  });

  test.each(bad.flatMap(([scalar, values]) => values.map(value => [scalar, value] as const)))("%s does not take %p, and does not repeat it", (scalar, value) => {
    let error: unknown;
    try {
      scalar.parseValue(value);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(Said);
    const { words, extensions } = error as Said;
    expect(extensions).toEqual({ code: "BAD_USER_INPUT", scalar: scalar.name });
    expect(words.it).not.toBe(words.en);
    if (typeof value === "string" && value.length > 6) for (const text of Object.values(words)) expect(text).not.toContain(value);
  });

  test("never fails in another way, whatever it is given", () => {
    fc.assert(fc.property(fc.constantFrom(DateScalar, DateTimeScalar, FiscalCodeScalar, NoticeNumberScalar, CursorScalar, EmailScalar), fc.oneof(fc.string(), fc.anything()), (scalar, value) => {
      try {
        expect(typeof scalar.parseValue(value)).toBe("string");
      } catch (error) {
        expect(error).toBeInstanceOf(Said);
      }
    }));
  });

  test("that holds a day or an instant takes what it gives", () => {
    fc.assert(fc.property(fc.date({ min: new Date("1000-01-01T00:00:00Z"), max: new Date("9999-12-31T23:59:59Z"), noInvalidDate: true }), date => {
      expect(DateTimeScalar.parseValue(date.toISOString())).toBe(date.toISOString());
      expect(DateScalar.parseValue(date.toISOString().slice(0, 10))).toBe(date.toISOString().slice(0, 10));
    }));
  });
});
