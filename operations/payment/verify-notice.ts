import type { StationAnswer, VerifyNotice } from "../../connectors/pagopa/station.ts";
import { totalOf, transfersDue } from "./amount-due.ts";
import { findNotice } from "./find-notice.ts";
import { allPostal } from "./notices.ts";
import type { Station } from "./station.ts";

/** Says what a notice costs today, or why it cannot be paid. Changes nothing. */
export async function verifyNotice(station: Station, request: VerifyNotice): Promise<StationAnswer> {
  const { fiscalCode, name } = station.administration;
  const notice = await findNotice(station, request);
  if (typeof notice === "string") return { operation: "VERIFY_NOTICE", outcome: "KO", fault: notice, faultId: fiscalCode };
  return {
    operation: "VERIFY_NOTICE", outcome: "OK", amountCents: totalOf(transfersDue(station, notice)), dueDate: notice.dueOn, allPostal: allPostal(notice.transfers),
    description: notice.description, creditorFiscalCode: fiscalCode, companyName: name,
  };
}
