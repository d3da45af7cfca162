import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { euros, grouped, instantInRome, printable, slashed } from "../../paper/written.ts";

describe("what is written", () => {
  test.each([[1, "0,01"], [10, "0,10"], [100, "1,00"], [12_050, "120,50"], [102_099, "1.020,99"], [99_999_999_999, "999.999.999,99"]])("%d cents are %s", (cents, written) => {
    expect(euros(cents)).toBe(written);
  });

  test("an amount is read back as what it was, and its thousands stand apart", () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 99_999_999_999 }), cents => {
      const written = euros(cents);
      expect(written).toMatch(/^\d{1,3}(?:\.\d{3})*,\d{2}$/);
      expect(Number(written.replaceAll(".", "").replace(",", ""))).toBe(cents);
    }));
  });

  test("days and instants are those of the wall clock in Italy, in summer and in winter", () => {
    expect(slashed("2026-12-31")).toBe("31/12/2026");
    expect(instantInRome(new Date("2026-11-23T23:30:00Z"))).toBe("24/11/2026, 00:30:00");
    expect(instantInRome(new Date("2026-07-01T10:05:09Z"))).toBe("01/07/2026, 12:05:09");
  });

  test("a notice number stands in groups of four", () => {
    expect(grouped("302001069073736611")).toBe("3020 0106 9073 7366 11");
  });

  test("what the typefaces cannot draw is written as near as they can", () => {
    expect(printable("  Ugo\n\tDe Santis\u202e ")).toBe("Ugo De Santis");
    expect(printable("a\u0300 Ǧiorgi Nguyễn Łukasz Đặng")).toBe("à Giorgi Nguyen Łukasz Đang");
    expect(printable("Иван")).toBe("????");
  });
});
