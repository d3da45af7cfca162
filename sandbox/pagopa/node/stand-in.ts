import type { Message } from "../contract/write.ts";
import type { Bank, Payment } from "./bank.ts";

/** Euro with two decimals. */
export const euro = (cents: number): string => `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, "0")}`;

/**
 * What the node serves in the station's place: the position that the creditor deposited, at the amount deposited.
 * Undefined when there is none, when it is closed, or when the creditor did not let it be paid so. `today` is an Italian day.
 */
export function standInData(bank: Bank, { fiscalCode, noticeNumber }: Payment, today: string): Message | undefined {
  const position = bank.depositOf(fiscalCode, noticeNumber);
  const institution = bank.institutions.get(fiscalCode);
  if (!position || !institution || position.status !== "VALID" || !position.payStandIn) return undefined;
  const dueDate = position.expirationDate.slice(0, 10);
  if (position.switchToExpired && dueDate < today) return undefined;
  const amount = euro(position.amount);
  const iban = position.iban ?? position.postalIban ?? institution.ibans.find(each => each !== "*");
  if (iban === undefined) return undefined;
  return {
    creditorReferenceId: position.iuv,
    paymentAmount: amount,
    dueDate,
    description: position.description.slice(0, 140),
    companyName: institution.name,
    debtor: {
      uniqueIdentifier: { entityUniqueIdentifierType: position.entityType, entityUniqueIdentifierValue: position.entityFiscalCode },
      fullName: position.entityFullName.slice(0, 70),
    },
    transferList: {
      transfer: [
        { idTransfer: "1", transferAmount: amount, fiscalCodePA: fiscalCode, IBAN: iban, remittanceInformation: `/RFB/${position.iuv}/${amount}`, transferCategory: "9/0101100AP/" },
      ],
    },
  };
}
