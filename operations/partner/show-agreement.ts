import { problem } from "../../entities/problem.ts";
import type { Hub } from "../hub.ts";

/** The agreement under which the caller asks. */
export function showAgreement({ caller }: Hub): { agreement: string; purpose: string } {
  if (caller.kind !== "partner") throw problem("NOT_FOUND");
  return { agreement: caller.agreementReference, purpose: caller.purpose };
}
