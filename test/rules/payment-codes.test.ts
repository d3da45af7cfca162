import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { noticeNumber } from "../../rules/notice-number.ts";
import { postalAccountOf, postalCodeLine, postalText, qrText, type PostalDue } from "../../rules/payment-codes.ts";
import { anyDue, anyName } from "../paper/samples.ts";

const notice = noticeNumber("02", 10690737366n);
const due: PostalDue = { noticeNumber: notice, creditorFiscalCode: "77777777777", amountCents: 12_050, account: "1630209310", debtor: { name: "Rossi Mario", fiscalCode: "RSSMRA80A01H501U" }, subject: "TARI 2026" };

describe("the QR code's text", () => {
  test.each([[12_050, "12050"], [5, "05"], [99_999_999_999, "99999999999"]])("%d cents are %s", (amountCents, written) => {
    expect(qrText({ ...due, amountCents })).toBe(`PAGOPA|002|302001069073736611|77777777777|${written}`);
  });

  test.each([0, -1, 0.5, 100_000_000_000, Number.NaN])("%d cents cannot be said", amountCents => {
    expect(() => qrText({ ...due, amountCents })).toThrow(RangeError);
  });

  test("a creditor without eleven digits cannot be said", () => {
    expect(() => qrText({ ...due, creditorFiscalCode: "IT00480530047" })).toThrow(RangeError);
  });
});

describe("the Data Matrix's text", () => {
  test("says what others' software says of the same slip", () => {
    expect(postalText(due)).toBe(`codfase=NBPA;183020010690737366111200163020931010000001205038961P177777777777RSSMRA80A01H501U${"ROSSI MARIO".padEnd(40)}${"TARI 2026".padEnd(110)}${" ".repeat(12)}A`);
  });

  test("says each thing where readers look for it, whatever the names", () => {
    fc.assert(fc.property(anyDue, anyName(90), anyName(200), fc.stringMatching(/^\d{1,12}$/), fc.stringMatching(/^\d{11}$/), (it, name, subject, account, creditorFiscalCode) => {
      const text = postalText({ ...it, creditorFiscalCode, account, debtor: { name, fiscalCode: "ANONIMO" }, subject });
      expect(text).toHaveLength(256);
      expect(text).toMatch(/^codfase=NBPA;[A-Z0-9 &',.:_-]*$/);
      expect(text.slice(15, 33)).toBe(it.noticeNumber);
      expect(Number(text.slice(49, 59))).toBe(it.amountCents);
      expect(text.slice(66, 77)).toBe(creditorFiscalCode);
      expect(text.slice(13, 63)).toBe(postalCodeLine({ ...it, account }));
      expect([text.slice(13, 15), text.slice(33, 35), text.slice(35, 47), text.slice(47, 49), text.slice(59, 66)]).toEqual(["18", "12", account.padStart(12, "0"), "10", "38961P1"]);
      expect([text.slice(77, 93), text.slice(243)]).toEqual(["ANONIMO".padEnd(16), `${" ".repeat(12)}A`]);
    }));
  });

  test("writes letters with accents, and those that are none of others, without", () => {
    expect(postalText({ ...due, debtor: { name: "Zoë D’Alò-Łukaszewicz ßørensen", fiscalCode: "ANONIMO" } }).slice(93, 133).trim()).toBe("ZOE D'ALO-LUKASZEWICZ SSORENSEN");
  });

  test("has no room for more than ten digits of cents, nor for another account than one", () => {
    expect(() => postalText({ ...due, amountCents: 10_000_000_000 })).toThrow(RangeError);
    for (const account of ["", "1234567890123", "IT60"]) expect(() => postalText({ ...due, account })).toThrow(RangeError);
  });
});

test("a postal IBAN ends in the account's number", () => {
  expect(postalAccountOf("IT60X0760110200001630209310")).toBe("1630209310");
  expect(postalAccountOf("IT60X0760110200000000000000")).toBe("0");
});
