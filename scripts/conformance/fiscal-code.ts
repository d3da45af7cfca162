import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { z } from "zod";
import { derivedBirth, readFiscalCode } from "../../rules/fiscal-code.ts";
import type { ConformanceCount } from "./pagopa-node.ts";

const vectorsSchema = z.object({
  valid: z.array(z.string()),
  omocodia_valid: z.array(z.string()),
  invalid: z.array(z.object({ code: z.string(), why: z.string() })),
  encode: z.object({ full: z.array(z.object({ sex: z.string(), date: z.string(), place: z.string(), cf: z.string() })) }),
  numeric11_public_bodies_check_digit_ok: z.array(z.string()),
});

/** Our rules beside the published vectors of fiscal codes: right, wrong and omocodia ones, bodies, and what they tell of a birth. */
export function fiscalCodeConformance(file = resolve("../shared/specs/anpr/cases/codicefiscale/vectors.json")): ConformanceCount[] {
  const vectors = vectorsSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  const kindOf = (code: string): string => {
    const reading = readFiscalCode(code);
    return reading.valid ? reading.kind : "invalid";
  };
  const expected = [
    ...[...vectors.valid, ...vectors.omocodia_valid].map(code => [code, "PERSON"] as const),
    ...vectors.numeric11_public_bodies_check_digit_ok.map(code => [code, "BODY"] as const),
    ...vectors.invalid.map(({ code }) => [code, "invalid"] as const),
  ];
  const wrong = expected.filter(([code, kind]) => kindOf(code) !== kind).map(([code, kind]) => `${code}: ${kindOf(code)}, expected ${kind}`);
  const births = vectors.encode.full.filter(({ cf, sex, date, place }) => {
    const reading = readFiscalCode(cf);
    const birth = reading.valid ? derivedBirth(reading.code, "2026-11-23") : null;
    return birth?.date !== date || birth.sex !== sex || birth.placeCode !== place;
  });
  return [
    { check: "fiscal codes: valid or not, and of whom", cases: expected.length, agreed: expected.length - wrong.length, disagreed: wrong },
    { check: "fiscal codes: birth, sex and place", cases: vectors.encode.full.length, agreed: vectors.encode.full.length - births.length, disagreed: births.map(({ cf }) => cf) },
  ];
}
