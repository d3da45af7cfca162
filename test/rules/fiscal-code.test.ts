import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { checkDigit, checkLetter, derivedBirth, fiscalCodeFaultText, InvalidFiscalCode, parseFiscalCode, readFiscalCode, type FiscalCode, type FiscalCodeFault, type FiscalCodeKind } from "../../rules/fiscal-code.ts";

const replaced = "LMNPQRSTUV";
const replaceable = [6, 7, 9, 10, 12, 13, 14];

/** One of the 128 forms of a code: `mask` says which of the seven digits become letters. */
function omocodic(code: string, mask: number): string {
  const characters = [...code];
  replaceable.forEach((position, bit) => {
    if (mask & (1 << bit)) characters[position] = replaced[Number(characters[position])]!;
  });
  const first15 = characters.slice(0, 15).join("");
  return first15 + checkLetter(first15);
}

/** A synthetic person's code built from parts, in the basic form. */
const codes = fc
  .record({
    letters: fc.stringMatching(/^[A-Z]{6}$/),
    birth: fc.date({ min: new Date("1930-01-01"), max: new Date("2025-12-31"), noInvalidDate: true }),
    sex: fc.constantFrom("M" as const, "F" as const),
    place: fc.stringMatching(/^[A-Z][0-9]{3}$/),
  })
  .map(({ letters, birth, sex, place }) => {
    const date = birth.toISOString().slice(0, 10);
    const [year, month, day] = date.split("-");
    const dayNumber = String(Number(day) + (sex === "F" ? 40 : 0)).padStart(2, "0");
    const first15 = `${letters}${year!.slice(2)}${"ABCDEHLMPRST"[Number(month) - 1]!}${dayNumber}${place}`;
    return { code: first15 + checkLetter(first15), date, sex, place };
  });

const kindOf = (text: string): FiscalCodeKind | FiscalCodeFault => {
  const reading = readFiscalCode(text);
  return reading.valid ? reading.kind : reading.fault;
};

describe("16 characters", () => {
  test.each([
    "CCCFBA85D03L219P", "MRNLCU00A01H501J", "RSSMRA80A01A952F", "RSSMRA80H23H501T", "MRNLCU00A01Z100P", "RSSMRA90P50Z258M",
    "CCCFBA85D03L21VE", "CCCFBA85D03L2MVP", "CCCFBA85D03LNMVE", "CCCFBA85D0PLNMVA", "CCCFBA85DLPLNMVL", "CCCFBA8RDLPLNMVX", "CCCFBAURDLPLNMVU",
    "SPSGPP75B18F83VM", "CCHGNN67R05H1S3I", "BNZVCN32S10E57PV", "BNZVCNPNSMLERTPX",
  ])("%s is a person's code", code => {
    expect(readFiscalCode(code)).toEqual({ valid: true, code, kind: "PERSON" });
  });

  test.each<[string, string, FiscalCodeFault]>([
    ["too long", "CCCFBA85D03L219PP", "LENGTH"],
    ["too short", "CCCFBA85D03L219", "LENGTH"],
    ["empty", "", "LENGTH"],
    ["letter O in the day, right check letter", "BLIPTR93MO4A674Q", "SHAPE"],
    ["letter C in the day, right check letter", "BNZVCN32SC0E573Z", "SHAPE"],
    ["a month that does not exist", "CCCFBA85F03L219P", "SHAPE"],
    ["white space inside", "CCCFBA85 03L219P", "SHAPE"],
    ["digits that are not ASCII", "CCCFBA８５D03L219P", "SHAPE"],
    ["a letter that grows when capitalised", "ßCFBA85D03L219PA", "SHAPE"],
    ["wrong check letter", "CCCFBA85D03L219B", "CHECK_LETTER"],
    ["wrong check letter", "VNDLDL87D07B963G", "CHECK_LETTER"],
    ["11 characters that are not digits", "CCCFBA85D03", "SHAPE"],
  ])("%s is refused", (_why, code, fault) => {
    expect(kindOf(code)).toBe(fault);
  });

  test.each([["00", "day zero"], ["32", "past the month"], ["40", "between the two ranges"], ["72", "past the month, a woman"]])("day %s: %s", day => {
    const first15 = `CCCFBA85D${day}L219`;
    expect(kindOf(first15 + checkLetter(first15))).toBe("DATE");
  });

  test.each([["85B29", "DATE"], ["85B69", "DATE"], ["84B29", "PERSON"], ["00B29", "PERSON"], ["85D31", "DATE"], ["85E31", "PERSON"]])("%s", (birth, expected) => {
    const first15 = `CCCFBA${birth}L219`;
    expect(kindOf(first15 + checkLetter(first15))).toBe(expected);
  });

  test("small letters and white space around it are forgiven, and the code comes back in capitals", () => {
    expect(parseFiscalCode(" cccfba85d03l219p\n")).toBe("CCCFBA85D03L219P");
  });

  test("every one of the 128 omocodia forms is valid, distinct, and kept as it is", () => {
    fc.assert(
      fc.property(codes, ({ code }) => {
        const forms = Array.from({ length: 128 }, (_, mask) => omocodic(code, mask));
        expect(new Set(forms).size).toBe(128);
        for (const form of forms) expect(readFiscalCode(form)).toEqual({ valid: true, code: form, kind: "PERSON" });
      }),
      { numRuns: 40 },
    );
  });

  test("any single character changed is noticed", () => {
    fc.assert(
      fc.property(codes, fc.nat(15), fc.constantFrom(..."ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"), ({ code }, at, character) => {
        fc.pre(code[at] !== character);
        expect(readFiscalCode(code.slice(0, at) + character + code.slice(at + 1)).valid).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  test("a single letter of the name mistyped is always noticed", () => {
    fc.assert(
      fc.property(codes, fc.nat(5), fc.stringMatching(/^[A-Z]$/), ({ code }, at, letter) => {
        fc.pre(code[at] !== letter);
        expect(kindOf(code.slice(0, at) + letter + code.slice(at + 1))).toBe("CHECK_LETTER");
      }),
    );
  });

  test("birth is derived in every omocodia form alike", () => {
    fc.assert(
      fc.property(codes, fc.nat(127), ({ code, date, sex, place }, mask) => {
        expect(derivedBirth(parseFiscalCode(omocodic(code, mask)), "2026-11-23")).toEqual({ date, sex, placeCode: place });
      }),
    );
  });

  test("the century is the latest that is not in the future", () => {
    const born = parseFiscalCode("MRNLCU00A01H501J");
    expect(derivedBirth(born, "2026-11-23")?.date).toBe("2000-01-01");
    expect(derivedBirth(born, "1999-12-31")?.date).toBe("1900-01-01");
    expect(derivedBirth(born, "2000-01-01")?.date).toBe("2000-01-01");
  });
});

describe("11 digits", () => {
  const complete = (first10: string): string => first10 + checkDigit(first10);

  test.each<[string, string, FiscalCodeKind | FiscalCodeFault]>([
    ["a public body", "15376371009", "BODY"],
    ["a public body without VAT number", "97735020584", "BODY"],
    ["a company", "02438750586", "BODY"],
    ["a municipality", "00304260409", "BODY"],
    ["a wrong check digit", "15376371008", "CHECK_DIGIT"],
    ["given ex officio before the check digit", "00000010005", "PROVISIONAL"],
    ["the last of those", "02739600003", "PROVISIONAL"],
    ["the first after them", complete("0273961000"), "SERIES"],
    ["office 000, second range", complete("0400001000"), "PROVISIONAL"],
    ["office 000, second range, before it", complete("0400000000"), "SERIES"],
    ["office 000, second range, its end", complete("1072479000"), "PROVISIONAL"],
    ["office 000, after it", complete("1072480000"), "SERIES"],
    ["office 000, third range", complete("1500001000"), "PROVISIONAL"],
    ["office 000, fourth range", complete("2054095000"), "PROVISIONAL"],
    ["office 000, after the fourth", complete("2054096000"), "SERIES"],
    ["intendenza di finanza", complete("1234567151"), "PROVISIONAL"],
    ["imposte dirette", complete("1234567766"), "PROVISIONAL"],
    ["imposte dirette, last", complete("1234567950"), "PROVISIONAL"],
    ["an office that is none", complete("1234567246"), "SERIES"],
    ["an office that is none", complete("1234567101"), "SERIES"],
    ["office 120", complete("1234567120"), "BODY"],
    ["office 888", complete("1234567888"), "BODY"],
    ["office 999", complete("1234567999"), "BODY"],
    ["no VAT number from an office past 95", complete("8000000096"), "SERIES"],
    ["no VAT number from office 95", complete("8000000095"), "BODY"],
    ["nothing at all", "00000000000", "SERIES"],
  ])("%s: %s", (_what, code, expected) => {
    expect(kindOf(code)).toBe(expected);
  });

  test("a body's code says nothing of a birth", () => {
    expect(derivedBirth(parseFiscalCode("15376371009"), "2026-11-23")).toBeNull();
  });

  test("any single wrong digit of a checked code is noticed", () => {
    fc.assert(
      fc.property(fc.nat(9), fc.nat(9), (at, digit) => {
        const code = "15376371009";
        fc.pre(code[at] !== String(digit));
        expect(readFiscalCode(code.slice(0, at) + digit + code.slice(at + 1)).valid).toBe(false);
      }),
    );
  });
});

describe("what people are told", () => {
  test("every fault has an Italian and an English text, and none repeats what was typed", () => {
    for (const fault of ["LENGTH", "SHAPE", "DATE", "CHECK_LETTER", "SERIES", "CHECK_DIGIT"] as const) {
      expect(fiscalCodeFaultText(fault)).not.toBe(fiscalCodeFaultText(fault, "en"));
    }
    const typed = "CCCFBA85D03L219B";
    expect(() => parseFiscalCode(typed, ["input", "fiscalCode"])).toThrow(InvalidFiscalCode);
    try {
      parseFiscalCode(typed, ["input", "fiscalCode"]);
    } catch (error) {
      const failure = error as InvalidFiscalCode;
      expect(failure.options.path).toEqual(["input", "fiscalCode"]);
      expect(failure.options.details).toEqual({ fault: "CHECK_LETTER" });
      expect(JSON.stringify(failure) + failure.message + failure.stack).not.toContain(typed);
    }
  });

  test("no text at all makes it throw anything but its own failure", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: "binary", minLength: 11, maxLength: 16 })), text => {
        const reading = readFiscalCode(text);
        const known: FiscalCode | FiscalCodeFault = reading.valid ? reading.code : reading.fault;
        expect(typeof known).toBe("string");
      }),
    );
  });
});
