import { dayInRome } from "../../../kernel/clock.ts";
import type { Message } from "../contract/write.ts";
import { type Bank, newToken, type Payment } from "./bank.ts";
import { receiptOf } from "./receipt.ts";

/** A payment somewhere else, of which an institution of ours is a beneficiary. */
export interface ForeignPayment {
  /** The institution that issued the notice. */
  readonly fiscalCode: string;
  readonly noticeNumber: string;
  readonly beneficiary: string;
  /** Euro with two decimals. */
  readonly amount: string;
  readonly iban: string;
  readonly version: 1 | 2;
}

/** The receipt of a notice that another institution issued: what stations that asked for copies get. */
export function foreignReceipt(bank: Bank, { fiscalCode, noticeNumber, beneficiary, amount, iban, version }: ForeignPayment): Promise<Message> {
  const now = bank.clock.now();
  const iuv = noticeNumber.slice(1);
  const data: Message = {
    creditorReferenceId: iuv,
    paymentAmount: amount,
    dueDate: dayInRome(now),
    description: "Avviso di un altro ente",
    companyName: bank.institutions.get(fiscalCode)?.name ?? `Ente ${fiscalCode}`,
    debtor: { uniqueIdentifier: { entityUniqueIdentifierType: "F", entityUniqueIdentifierValue: "ANONIMO" }, fullName: "Debitore di prova" },
    transferList: {
      transfer: [{ idTransfer: "1", transferAmount: amount, fiscalCodePA: beneficiary, IBAN: iban, remittanceInformation: `/RFB/${iuv}/${amount}`, transferCategory: "9/0101100AP/" }],
    },
  };
  const payment: Payment = { paymentToken: newToken(), fiscalCode, noticeNumber, version, style: "prefixed", expiresAt: 0, standIn: false, phase: "PAID", data, deliveries: [] };
  return receiptOf(bank, payment, {}, now);
}
