import { problem } from "../../entities/problem.ts";

/** A text of an input, without white space around it. Throws INVALID_INPUT when it is empty or longer than `most` characters. */
export function textIn<Field extends string>(input: Readonly<Record<Field, string>>, field: Field, most: number): string {
  const text = input[field].trim();
  if (text === "") throw problem("INVALID_INPUT", { path: ["input", field], reason: "EMPTY" });
  if (text.length > most) throw problem("INVALID_INPUT", { path: ["input", field], reason: "TOO_LONG", details: { most } });
  return text;
}
