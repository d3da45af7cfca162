import type { GetPayment, NoticeFault, VerifyNotice } from "../../connectors/pagopa/station.ts";
import type { PaymentState } from "../../entities/payment.ts";
import type { Notice } from "./notices.ts";
import { isClosedByDueDay } from "./overdue.ts";
import type { Station } from "./station.ts";

/**
 * Which states cannot be paid, and why. A payment that has begun is not among them: the node itself keeps others away. What
 * another choice of the debtor shut out is unknown to the node: pagoPA, GPD, payment options.
 */
const closed: Readonly<Record<PaymentState, NoticeFault | undefined>> = {
  OPEN: undefined, OUTCOME_UNKNOWN: undefined, PAID: "ALREADY_PAID", EXPIRED: "EXPIRED", CANCELLED: "CANCELLED", EXCLUDED: "NOTICE_UNKNOWN",
};

/**
 * The position under a notice number with what is due today, or why it cannot be paid. It reads and changes nothing, and
 * may be asked any number of times. Past its due day a notice may still be paid, unless the administration says otherwise.
 */
export async function findNotice(station: Station, { noticeFiscalCode, noticeNumber }: VerifyNotice | GetPayment): Promise<Notice | NoticeFault> {
  const notice = noticeFiscalCode === station.administration.fiscalCode ? await station.notices(noticeNumber) : null;
  if (!notice) return "NOTICE_UNKNOWN";
  return closed[notice.state] ?? (isClosedByDueDay(station, notice.dueOn) ? "EXPIRED" : notice);
}
