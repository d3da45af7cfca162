import { expect, test } from "@jest/globals";
import type { TestHub } from "./hub.ts";
import { personalData } from "./sandbox.ts";

/** What no log may hold, whoever it is about: fiscal codes, SAML messages, tokens. */
const never = [/\b[A-Z]{6}[\dLMNP-V]{2}[ABCDEHLMPRST][\dLMNP-V]{2}[A-Z][\dLMNP-V]{3}[A-Z]\b/, /<\/?saml|PHNhbWw|samlp:/, /\beyJ[\w-]{10,}\.eyJ/];

/**
 * The last test of a file: that all that its hub logged meanwhile, at every level and before anything is redacted, names none
 * of these people and holds none of these words (names of companies, secrets).
 */
export function testQuiet(hub: () => TestHub, usernames: readonly string[], words: readonly string[] = []): void {
  test("and the log named nobody", () => {
    const lines = hub().log;
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.filter(line => [...personalData(usernames), ...words].some(word => line.includes(word)) || never.some(pattern => pattern.test(line)))).toEqual([]);
  });
}
