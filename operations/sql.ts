/** An identifier, quoted. */
export const name = (identifier: string): string => `"${identifier.replaceAll('"', '""')}"`;

/** A text literal, quoted. */
export const text = (literal: string): string => `'${literal.replaceAll("'", "''")}'`;

/** Text literals as a list to stand behind `in`. */
export const among = (literals: readonly string[]): string => `(${literals.map(text).join(", ")})`;
