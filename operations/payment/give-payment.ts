import type { AccountTransfer, GetPayment, StampTransfer, StationAnswer, Subject } from "../../connectors/pagopa/station.ts";
import { isStamp, type Transfer } from "../../entities/payment.ts";
import { transfersDue } from "./amount-due.ts";
import { findNotice } from "./find-notice.ts";
import type { Notice } from "./notices.ts";
import type { Station } from "./station.ts";

/**
 * Gives what is to be paid, by whom, to which accounts, or says why it cannot be paid. The position stays as it is, for
 * most attempts that begin are given up. The amount is today's, whatever the payer saw.
 */
export async function givePayment(station: Station, { version, transferType, ...request }: GetPayment): Promise<StationAnswer> {
  const { fiscalCode, name } = station.administration;
  const notice = await findNotice(station, { version, ...request });
  const ko = { operation: "GET_PAYMENT", version, outcome: "KO", faultId: fiscalCode } as const;
  if (typeof notice === "string") return { ...ko, fault: notice };
  const transfers = transfersDue(station, notice).map(transferOf);
  const due = {
    iuv: notice.iuv, dueDate: notice.dueOn, description: notice.description, companyName: name, debtor: debtorOf(notice), ...(transferType ? { transferType } : {}),
  };
  if (version === 2) return { operation: "GET_PAYMENT", version, outcome: "OK", payment: { ...due, transfers } };
  // The first version of the question has no words for a stamp.
  if (!transfers.every(isForAccount)) return { ...ko, fault: "SEMANTIC", description: "Il pagamento comprende una marca da bollo: serve paGetPaymentV2" };
  return { operation: "GET_PAYMENT", version, outcome: "OK", payment: { ...due, transfers } };
}

/** Eleven digits are a body's fiscal code; whoever has none is a person without a name to the node. */
export const debtorOf = ({ debtorFiscalCode: code, debtorName }: Pick<Notice, "debtorFiscalCode" | "debtorName">): Subject =>
  ({ type: /^\d{11}$/.test(code) ? "ORGANISATION" : "PERSON", code, fullName: debtorName });

/** A share in the words of the station. */
export function transferOf(transfer: Transfer): AccountTransfer | StampTransfer {
  const { amountCents, creditorFiscalCode, creditorName, remittance, taxonomyCode } = transfer;
  const due = { amountCents, fiscalCode: creditorFiscalCode, companyName: creditorName, remittanceInformation: remittance, category: taxonomyCode };
  if (isStamp(transfer)) return { ...due, stamp: transfer.stamp };
  return { ...due, iban: transfer.iban, ...(transfer.postalIban ? { postalIban: transfer.postalIban } : {}) };
}

const isForAccount = (transfer: AccountTransfer | StampTransfer): transfer is AccountTransfer => !("stamp" in transfer);
