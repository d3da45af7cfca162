import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { parsePlate } from "../../rules/plate.ts";

describe("Italian plates", () => {
  test.each([
    ["AB123CD", "AB123CD", "CAR"], [" gk 482-lm ", "GK482LM", "CAR"], ["ZA001AA", "ZA001AA", "CAR"],
    ["AB12345", "AB12345", "MOTORCYCLE"], ["XA123BC", "XA123BC", "TRAILER"], ["YA.456.AB", "YA456AB", "LOCAL_POLICE"],
  ])("%j is %s, %s", (text, plate, kind) => expect(parsePlate(text, "ITALIAN")).toEqual({ ok: true, plate, kind }));

  test.each([
    ["", "EMPTY"], [" - ", "EMPTY"], ["AB123C", "WRONG_PATTERN"], ["CN123456", "WRONG_PATTERN"], ["A1234BC", "WRONG_PATTERN"], ["AB1234CD", "WRONG_PATTERN"],
    ["AI123CD", "LETTER_NOT_USED"], ["OB123CD", "LETTER_NOT_USED"], ["AB123QD", "LETTER_NOT_USED"], ["AB123CU", "LETTER_NOT_USED"],
    ["EE123AB", "SERIES_NOT_ISSUED"], ["AB123C;", "BAD_CHARACTER"], ["AB123C\u0000", "BAD_CHARACTER"], ["ÀB123CD", "WRONG_PATTERN"], ["AB١٢٣CD", "WRONG_PATTERN"],
  ])("%j is none: %s", (text, fault) => expect(parsePlate(text, "ITALIAN")).toEqual({ ok: false, fault }));
});

describe("plates of free format", () => {
  test.each([["M-ÜX 1234", "MÜX1234"], ["b mw 77", "BMW77"], ["1-ABC-234", "1ABC234"], ["CN 123456", "CN123456"], ["X5D28K", "X5D28K"]])("%j is %s", (text, plate) => {
    expect(parsePlate(text, "FREE")).toEqual({ ok: true, plate, kind: "OTHER" });
  });

  test.each([["7", "TOO_SHORT"], ["ABCDEFG123456", "TOO_LONG"], ["AB<b>", "BAD_CHARACTER"], ["", "EMPTY"]])("%j is none: %s", (text, fault) => {
    expect(parsePlate(text, "FREE")).toEqual({ ok: false, fault });
  });
});

test("whatever is typed, the answer is a plate that reads as itself again, or a fault; never an exception", () => {
  fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 20 }), fc.constantFrom("ITALIAN" as const, "FREE" as const), (text, system) => {
    const read = parsePlate(text, system);
    if (read.ok) expect(parsePlate(read.plate, system)).toEqual(read);
  }));
});

test("separators and case never change a plate", () => {
  const letter = fc.constantFrom(..."ABCDFGHJKLMNPRSTVWXYZ");
  const digit = fc.constantFrom(..."0123456789");
  const plate = fc.tuple(letter, letter, digit, digit, digit, letter, letter);
  fc.assert(fc.property(plate, fc.array(fc.constantFrom("", " ", "-", "."), { minLength: 7, maxLength: 7 }), (characters, separators) => {
    const typed = characters.map((character, index) => `${separators[index]}${character.toLowerCase()}`).join("");
    expect(parsePlate(typed, "ITALIAN")).toMatchObject({ ok: true, plate: characters.join("") });
  }));
});
