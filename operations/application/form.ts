import { Ajv2020 } from "ajv/dist/2020.js";
import { problem } from "../../entities/problem.ts";
import { midnightInUtc } from "../../rules/dated.ts";

/** The formats of JSON Schema that forms of the catalogue use: RFC 3339, and only what the calendar knows. */
const formats = {
  date: isDay,
  "date-time": (text: string): boolean => /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/.test(text) && isDay(text.slice(0, 10)) && !Number.isNaN(Date.parse(text)),
};

function isDay(text: string): boolean {
  try {
    midnightInUtc(text);
    return true;
  } catch {
    return false;
  }
}

/** Refuses answers that a form does not accept, naming the first at fault. `form` is a JSON Schema of the catalogue. */
export function assertAnswers(form: object, answers: unknown): void {
  const check = new Ajv2020({ strict: false, formats }).compile(form);
  if (check(answers)) return;
  const { instancePath, params } = check.errors![0]!;
  const missing: unknown = params["missingProperty"] ?? params["additionalProperty"];
  const place = [...instancePath.split("/").slice(1), ...(typeof missing === "string" ? [missing] : [])];
  throw problem("INVALID_INPUT", { path: ["input", "answers", ...place], reason: "ANSWERS" });
}
