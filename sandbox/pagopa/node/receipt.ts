import { createHash } from "node:crypto";
import { dayInRome } from "../../../kernel/clock.ts";
import { type Message, escapeXml } from "../contract/write.ts";
import type { Bank, Payment } from "./bank.ts";

/** The payment service provider that the sandbox plays. Fictitious. */
export const psp = {
  id: "ABI99998",
  fiscalCode: "99999000013",
  name: "Banca di prova della sandbox",
  brokerId: "99999000013",
  channelId: "99999000013_01",
  channelDescription: "sandbox",
  bic: "BPSAITR1XXX",
} as const;

/** How the payment was made, as far as the receipt tells. Amounts are euro with two decimals. */
export interface PaymentFacts {
  readonly paymentMethod?: string | undefined;
  readonly fee?: string | undefined;
  readonly payer?: Message | undefined;
}

const timeInRome = new Intl.DateTimeFormat("en-GB", { timeZone: "Europe/Rome", hour: "2-digit", minute: "2-digit", second: "2-digit" });

const day = 86_400_000;

/** The stamp that the provider buys for a transfer: its unique number, the instant, the price and the document's digest. */
function stampOf(request: Message, amount: string, token: string, paidAt: Date): string {
  const serial = BigInt(`0x${createHash("sha256").update(`${token}/${request.hashDocumento as string}`).digest("hex")}`) % 10n ** 14n;
  const xml =
    '<marcaDaBollo xmlns="http://www.agenziaentrate.gov.it/2014/MarcaDaBollo" xmlns:ds="http://www.w3.org/2000/09/xmldsig#">' +
    `<PSP><CodiceFiscale>${psp.fiscalCode}</CodiceFiscale><Denominazione>${psp.name}</Denominazione></PSP>` +
    `<IUBD>${String(serial).padStart(14, "0")}</IUBD><OraAcquisto>${paidAt.toISOString()}</OraAcquisto><Importo>${amount}</Importo><TipoBollo>01</TipoBollo>` +
    '<ImprontaDocumento><DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/>' +
    `<ds:DigestValue>${escapeXml(request.hashDocumento as string)}</ds:DigestValue></ImprontaDocumento></marcaDaBollo>`;
  return Buffer.from(xml).toString("base64");
}

function transfers(payment: Payment, paidAt: Date): readonly Message[] {
  const list = (payment.data!.transferList as Message).transfer as readonly Message[];
  return list.map(({ richiestaMarcaDaBollo, ...transfer }) =>
    richiestaMarcaDaBollo === undefined
      ? transfer
      : { ...transfer, MBDAttachment: stampOf(richiestaMarcaDaBollo as Message, transfer.transferAmount as string, payment.paymentToken, paidAt) },
  );
}

/** The receipt of a payment, in the fields of its version. Times are Italian time without a zone, as the node writes them. */
export function receiptOf(bank: Bank, payment: Payment, facts: PaymentFacts, paidAt: Date): Message {
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
    transferList: { transfer: transfers(payment, paidAt) },
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
