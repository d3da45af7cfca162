import { describe, expect, test } from "@jest/globals";
import { demoSettings } from "../../entities/seeds/catalogue/index.ts";
import { certificateDuty, DutyRulesSchema, type PricedCertificate } from "../../rules/stamp-duty.ts";

const versions = DutyRulesSchema.array().parse(demoSettings.duty);
const certificate = (changes: Partial<PricedCertificate> = {}): PricedCertificate =>
  ({ register: "RESIDENTS", sheets: 1, channel: "COUNTER", exemption: null, ...changes });
const exempt = (code: string, text: string | null = null) => certificate({ exemption: { code, text } });

describe("what a certificate costs", () => {
  test.each([
    ["one sheet at the counter", certificate(), "2026-03-02", 1_600, 52, "DUTY_DUE"],
    ["three sheets", certificate({ sheets: 3 }), "2026-03-02", 4_800, 52, "DUTY_DUE"],
    ["online after the notice of 3 January 2023", certificate({ channel: "ONLINE" }), "2023-01-03", 1_600, 52, "DUTY_DUE"],
    ["online the day before it", certificate({ channel: "ONLINE" }), "2023-01-02", 0, 0, "ONLINE_IS_FREE"],
    ["at the counter the day before it", certificate(), "2023-01-02", 1_600, 52, "DUTY_DUE"],
    ["civil status", certificate({ register: "CIVIL_STATUS", sheets: 2 }), "2026-03-02", 0, 0, "CIVIL_STATUS_IS_FREE"],
    ["for a trial", exempt("3"), "2026-03-02", 0, 26, "EXEMPT"],
    ["for an adoption, which frees from the fee too", exempt("6"), "2026-03-02", 0, 0, "EXEMPT"],
    ["between administrations", exempt("10"), "2026-03-02", 0, 0, "EXEMPT"],
    ["for another reason, with its text", exempt("99", "Pratica di lavoro estero"), "2026-03-02", 0, 26, "EXEMPT"],
  ] as const)("%s", (_, priced, on, stampCents, feeCents, reason) => {
    expect(certificateDuty(versions, priced, on)).toMatchObject({ stampCents, feeCents, totalCents: stampCents + feeCents, reason });
  });

  test("where the fee is abolished only the stamp is left", () => {
    const abolished = versions.map(version => ({ ...version, feeCents: { withDuty: 0, exempt: 0 } }));
    expect(certificateDuty(abolished, certificate(), "2026-03-02").totalCents).toBe(1_600);
  });

  test.each([
    ["a ground that table 39 lacks", exempt("11"), "UNKNOWN_EXEMPTION"],
    ["another reason without its text", exempt("99"), "EXEMPTION_TEXT"],
    ["another reason with blanks only", exempt("99", "   "), "EXEMPTION_TEXT"],
    ["another reason with 257 characters", exempt("99", "x".repeat(257)), "EXEMPTION_TEXT"],
  ])("%s is refused", (_, priced, code) => {
    expect(() => certificateDuty(versions, priced, "2026-03-02")).toThrow(expect.objectContaining({ code }));
  });

  test.each([0, -1, 1.5, Number.NaN])("%p sheets are refused", sheets => {
    expect(() => certificateDuty(versions, certificate({ sheets }), "2026-03-02")).toThrow(RangeError);
  });

  test("a day before every version has no price", () => {
    expect(() => certificateDuty(versions, certificate(), "2021-12-31")).toThrow(expect.objectContaining({ code: "NO_RULE_IN_FORCE" }));
  });
});
