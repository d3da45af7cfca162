import type { GetPayment, NoticeFault, VerifyNotice } from "../../connectors/pagopa/station.ts";
import type { PaymentState, Transfer } from "../../entities/payment.ts";
import { isClosedByDueDay } from "./overdue.ts";
import type { Station } from "./station.ts";

/** A position that may be paid now, as the node is told of it. */
export interface Notice {
  readonly iuv: string;
  readonly amountCents: number;
  readonly description: string;
  readonly debtorName: string;
  readonly debtorFiscalCode: string;
  readonly dueOn: string;
  readonly transfers: readonly Transfer[];
}

const statement = `
  select json_build_object(
    'state', "state", 'iuv', "iuv", 'amountCents', "amount_cents", 'description', "description", 'debtorName', "debtor_name",
    'debtorFiscalCode', "debtor_fiscal_code", 'dueOn', "due_on", 'transfers', "transfers")::text
  from "payment" where "administration_id" = $1::uuid and "notice_number" = $2`;

/** Which states cannot be paid, and why. A payment that has begun is not among them: the node itself keeps others away. */
const closed: Readonly<Record<PaymentState, NoticeFault | undefined>> = {
  OPEN: undefined, OUTCOME_UNKNOWN: undefined, PAID: "ALREADY_PAID", EXPIRED: "EXPIRED", CANCELLED: "CANCELLED",
};

/**
 * The position under a notice number with what is due today, or why it cannot be paid. One read, no change: it may be
 * asked any number of times. Past its due day a notice may still be paid, unless the administration says otherwise.
 */
export async function findNotice(station: Station, { noticeFiscalCode, noticeNumber }: VerifyNotice | GetPayment): Promise<Notice | NoticeFault> {
  const { run, administration } = station;
  if (noticeFiscalCode !== administration.fiscalCode) return "NOTICE_UNKNOWN";
  const found = await run("station_notice", statement, [administration.id, noticeNumber], unhurried);
  if (found === null) return "NOTICE_UNKNOWN";
  const notice = JSON.parse(found) as Notice & { readonly state: PaymentState };
  return closed[notice.state] ?? (isClosedByDueDay(station, notice.dueOn) ? "EXPIRED" : notice);
}

/** The node hangs up by itself, and the database has its own limit for a statement. */
const unhurried = new AbortController().signal;
