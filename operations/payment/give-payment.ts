import type { AccountTransfer, GetPayment, StationAnswer, Subject } from "../../connectors/pagopa/station.ts";
import type { Transfer } from "../../entities/payment.ts";
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
  if (typeof notice === "string") return { operation: "GET_PAYMENT", version, outcome: "KO", fault: notice, faultId: fiscalCode };
  return {
    operation: "GET_PAYMENT", version, outcome: "OK", payment: {
      iuv: notice.iuv, dueDate: notice.dueOn, description: notice.description, companyName: name, debtor: debtorOf(notice),
      transfers: notice.transfers.map(transferOf), ...(transferType ? { transferType } : {}),
    },
  };
}

/** Eleven digits are a body's fiscal code; whoever has none is a person without a name to the node. */
const debtorOf = ({ debtorFiscalCode: code, debtorName }: Notice): Subject =>
  ({ type: /^\d{11}$/.test(code) ? "ORGANISATION" : "PERSON", code, fullName: debtorName });

const transferOf = ({ amountCents, creditorFiscalCode, creditorName, iban, postalIban, remittance, taxonomyCode }: Transfer): AccountTransfer => ({
  amountCents, fiscalCode: creditorFiscalCode, companyName: creditorName, iban, ...(postalIban ? { postalIban } : {}), remittanceInformation: remittance, category: taxonomyCode,
});
