import type { NoticeNumber } from "../rules/notice-number.ts";

/** What is to be printed: plain data, from which everything on the sheet follows. The same data gives the same bytes. */
export type Paper = NoticePaper | ReceiptPaper;

/** Draws what is to be printed and gives it as PDF, unless the signal ends the wait. */
export type Print = (paper: Paper, signal: AbortSignal) => Promise<Uint8Array>;

/** Whoever is owed. */
export interface Creditor {
  readonly name: string;
  /** Eleven digits. */
  readonly fiscalCode: string;
  /** The part of it that is concerned. */
  readonly department?: string;
  /** Where to ask: items parted by ` · `. */
  readonly information?: string;
  /** Its code in the interbank service CBILL. */
  readonly interbankCode?: string;
  /** Whether notices can be paid on its own site. */
  readonly takesPaymentsOnline?: boolean;
  /** A PNG, drawn 30 by 30 mm at most. */
  readonly logo?: Uint8Array;
}

/** Whoever owes, or paid. Without a fiscal code where none is known. */
export interface Person {
  readonly name: string;
  readonly fiscalCode?: string;
  readonly address?: string;
}

/** Something that can be paid under a notice number of its own. */
export interface Due {
  readonly noticeNumber: NoticeNumber;
  readonly amountCents: number;
  /** Day in Europe/Rome. */
  readonly dueOn: string;
}

/** One of several instalments, numbered from 1. */
export interface Instalment extends Due {
  readonly number: number;
}

/** The account to which a Bollettino Postale PA pays. */
export interface PostalAccount {
  readonly number: string;
  readonly holder: string;
  /** Leave of Poste Italiane to print the slip: `AUT. DB/… DEL …`. */
  readonly authorisation?: string;
}

/**
 * A payment notice (avviso di pagamento): what may be paid in full, in instalments, or in either way. One of the two has
 * to be there.
 */
export interface NoticePaper {
  readonly kind: "NOTICE";
  /** When what it says was settled; written into the document as the time of its making. */
  readonly madeAt: Date;
  readonly subject: string;
  readonly creditor: Creditor;
  readonly debtor: Person;
  readonly full?: Due;
  readonly instalments: readonly Instalment[];
  /** How many instalments there are in all, those paid before among them; as many as are printed unless said. */
  readonly instalmentsInAll?: number;
  readonly postal?: PostalAccount;
}

/** A receipt for money that came (quietanza). */
export interface ReceiptPaper {
  readonly kind: "RECEIPT";
  readonly madeAt: Date;
  readonly subject: string;
  readonly creditor: Creditor;
  readonly debtor: Person;
  /** Whoever paid, where the receipt names them. */
  readonly payer?: Person;
  readonly noticeNumber: string;
  readonly iuv: string;
  readonly amountCents: number;
  /** The payment service provider that took the money. */
  readonly provider: string;
  /** In words. */
  readonly method?: string;
  readonly paidAt?: Date;
  readonly receiptId: string;
  /** Whether the same notice was paid before: the money is then to be given back. */
  readonly paidTwice: boolean;
}
