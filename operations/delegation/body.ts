import { readFiscalCode } from "../../rules/fiscal-code.ts";

/** Whether a fiscal code is a company's or another body's. */
export function isBody(fiscalCode: string): boolean {
  const reading = readFiscalCode(fiscalCode);
  return reading.valid && reading.kind === "BODY";
}
