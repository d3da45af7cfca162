import { dayInRome } from "../../../kernel/clock.ts";
import type { Message } from "../contract/write.ts";
import type { Bank, Payment } from "./bank.ts";
import { psp } from "./psp.ts";
import { type StampFlaw, stampOf } from "./stamp.ts";

/** How the payment was made, as far as the receipt tells. Amounts are euro with two decimals. */
export interface PaymentFacts {
  readonly paymentMethod?: string | undefined;
  readonly fee?: string | undefined;
  readonly payer?: Message | undefined;
  /** What is wrong with the stamps that it brings. */
  readonly stamp?: StampFlaw | undefined;
}

const timeInRome = new Intl.DateTimeFormat("en-GB", { timeZone: "Europe/Rome", hour: "2-digit", minute: "2-digit", second: "2-digit" });

const day = 86_400_000;

async function transfersOf(bank: Bank, payment: Payment, flaw: StampFlaw, paidAt: Date): Promise<readonly Message[]> {
  const list = (payment.data!.transferList as Message).transfer as readonly Message[];
  return Promise.all(list.map(async ({ richiestaMarcaDaBollo: wanted, ...transfer }) => {
    if (wanted === undefined) return transfer;
    const request = { hash: (wanted as Message).hashDocumento as string, amount: transfer.transferAmount as string, paymentToken: payment.paymentToken, idTransfer: transfer.idTransfer as string, paidAt };
    return { ...transfer, MBDAttachment: stampOf(await bank.seller(), psp, request, flaw) };
  }));
}

/** The receipt of a payment, in the fields of its version. Times are Italian time without a zone, as the node writes them. */
export async function receiptOf(bank: Bank, payment: Payment, facts: PaymentFacts, paidAt: Date): Promise<Message> {
  const data = payment.data!;
  const today = dayInRome(paidAt);
  return {
    receiptId: payment.paymentToken,
    noticeNumber: payment.noticeNumber,
    fiscalCode: payment.fiscalCode,
    outcome: "OK",
    creditorReferenceId: data.creditorReferenceId,
    paymentAmount: data.paymentAmount,
    description: data.description,
    companyName: data.companyName ?? bank.institutions.get(payment.fiscalCode)?.name ?? payment.fiscalCode,
    officeName: data.officeName,
    debtor: data.debtor,
    transferList: { transfer: await transfersOf(bank, payment, facts.stamp ?? "none", paidAt) },
    idPSP: psp.id,
    pspFiscalCode: psp.fiscalCode,
    pspPartitaIVA: psp.fiscalCode,
    PSPCompanyName: psp.name,
    idChannel: psp.channelId,
    channelDescription: psp.channelDescription,
    payer: facts.payer,
    paymentMethod: facts.paymentMethod ?? "creditCard",
    ...(payment.version === 2 && { paymentNote: payment.paymentNote }),
    fee: facts.fee,
    paymentDateTime: `${today}T${timeInRome.format(paidAt)}`,
    applicationDate: today,
    transferDate: dayInRome(new Date(paidAt.getTime() + day)),
    metadata: data.metadata,
    standIn: String(payment.standIn),
  };
}
