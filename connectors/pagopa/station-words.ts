/**
 * What the pagoPA node asks the station of an administration, and what the station may answer, in the hub's words.
 *
 * Money is integer euro cents, days are `YYYY-MM-DD`, instants are UTC. Numbers of notices, fiscal codes and other codes
 * stay strings, leading zeros included; text is as it was sent, blanks included.
 */
export type StationRequest = VerifyNotice | GetPayment | SendReceipt | DemandNotice;

/** To whom a request is addressed. The station answers only for administrations, brokers and stations of its own. */
interface Addressed {
  /** Fiscal code of the administration that is asked or notified. */
  readonly creditorFiscalCode: string;
  /** Fiscal code of the technological partner that runs the station, or the administration's own. */
  readonly broker: string;
  readonly station: string;
}

interface AboutNotice extends Addressed {
  /** The administration as it stands on the notice. */
  readonly noticeFiscalCode: string;
  /** 18 digits. The probe by which the node leaves stand-in asks for eighteen zeros: an unknown notice. */
  readonly noticeNumber: string;
}

/** Somebody is about to pay: how much is due today? Changes nothing. */
export interface VerifyNotice extends AboutNotice {
  readonly operation: "VERIFY_NOTICE";
  readonly version: 1;
}

/** A payment begins: what is to be paid, by whom, to whom? Changes nothing either, and may be asked any number of times. */
export interface GetPayment extends AboutNotice {
  readonly operation: "GET_PAYMENT";
  readonly version: 1 | 2;
  /** What the payer saw, possibly stale: the answer carries the right amount whatever this says. */
  readonly amountCents?: number;
  /** Which accounts to give; without it, any. Hand it on to the answer. */
  readonly transferType?: TransferType;
  readonly dueDate?: string;
  /** The id of the Checkout cart, when the payment comes from one. */
  readonly paymentNote?: string;
}

/** `POSTAL`: postal accounts where there are some. `PAGOPA`: bank accounts, with the postal ones beside them. */
export type TransferType = "POSTAL" | "PAGOPA";

/** Money was paid. Its receipt cannot be refused. */
export interface SendReceipt extends Addressed {
  readonly operation: "SEND_RECEIPT";
  readonly version: 1 | 2;
  readonly receipt: Receipt;
}

/** A payment without a notice, for a service of the node's catalogue: make a notice for it. */
export interface DemandNotice extends Addressed {
  readonly operation: "DEMAND_NOTICE";
  readonly version: 1;
  readonly serviceId: string;
  readonly serviceSubjectId: string;
  /** The XML document of the service, as bytes and not looked into. */
  readonly serviceData: Buffer;
}

export interface Receipt {
  /** The payment token, unique to the payment: the key by which receipts are told apart. Of no fixed length. */
  readonly receiptId: string;
  readonly noticeNumber: string;
  /** The administration that issued the notice: another than the one notified, when this one is only a beneficiary. */
  readonly issuerFiscalCode: string;
  readonly outcome: "OK" | "KO";
  readonly iuv: string;
  readonly amountCents: number;
  readonly description: string;
  readonly companyName: string;
  readonly officeName?: string;
  readonly debtor: Subject;
  readonly transfers: readonly ReceiptTransfer[];
  readonly psp: PaymentServiceProvider;
  readonly payer?: Subject;
  readonly paymentMethod?: string;
  readonly paymentNote?: string;
  /** What the payer paid the provider on top. */
  readonly feeCents?: number;
  /** The part of the fee that the administration bears. */
  readonly creditorFeeCents?: number;
  readonly bundleId?: string;
  readonly creditorBundleId?: string;
  /** When it was paid; a time without a zone is read as Italian. Absent also when what was sent is no real instant. */
  readonly paidAt?: Date;
  readonly applicationDate?: string;
  readonly transferDate?: string;
  readonly metadata: readonly MetadataEntry[];
  /** The node took the payment in the station's stead, on what it knew of the notice. */
  readonly standIn: boolean;
}

export interface ReceiptTransfer {
  /** 1 to 5: with notice and receipt, the key by which the money is found again in the settlement flows. */
  readonly index: number;
  readonly amountCents: number;
  /** The administration that gets this part. */
  readonly fiscalCode: string;
  readonly companyName?: string;
  /** The account credited, unless the part bought a stamp. */
  readonly iban?: string;
  /** The digital revenue stamp that this part bought, as bytes: keep them as they are. */
  readonly stamp?: Buffer;
  readonly remittanceInformation: string;
  /** Taxonomy code, e.g. `9/0101101IM/`. */
  readonly category: string;
  readonly metadata: readonly MetadataEntry[];
}

export interface PaymentServiceProvider {
  readonly id: string;
  readonly fiscalCode?: string;
  readonly vatNumber?: string;
  readonly companyName: string;
  readonly channelId: string;
  readonly channelDescription: string;
}

/** Who owes, or who paid. `code` is a fiscal code or VAT number, or `ANONIMO`. */
export interface Subject {
  readonly type: "PERSON" | "ORGANISATION";
  readonly code: string;
  readonly fullName: string;
  readonly streetName?: string;
  readonly civicNumber?: string;
  readonly postalCode?: string;
  readonly city?: string;
  readonly province?: string;
  /** Two capital letters. */
  readonly country?: string;
  readonly email?: string;
}

export interface MetadataEntry {
  readonly key: string;
  readonly value: string;
}

/** What the station may answer. The shape of each answer is complete: whatever fits it is taken by the node. */
export type StationAnswer = NoticeVerified | PaymentGiven | ReceiptTaken | NoticeMade | Ko;

interface Offer {
  readonly amountCents: number;
  readonly dueDate?: string;
  readonly detail?: string;
  /** Whether every transfer of the notice has a postal account. */
  readonly allPostal: boolean;
  /** The reason of the payment, without personal data. */
  readonly description: string;
  readonly creditorFiscalCode: string;
  readonly companyName: string;
  readonly officeName?: string;
}

export interface NoticeVerified extends Offer {
  readonly operation: "VERIFY_NOTICE";
  readonly outcome: "OK";
}

export interface NoticeMade extends Offer {
  readonly operation: "DEMAND_NOTICE";
  readonly outcome: "OK";
  readonly noticeNumber: string;
}

export interface ReceiptTaken {
  readonly operation: "SEND_RECEIPT";
  readonly version: 1 | 2;
  readonly outcome: "OK";
}

/** The amount to pay is the sum of the transfers: the node refuses any other. */
export type PaymentGiven =
  | { readonly operation: "GET_PAYMENT"; readonly version: 2; readonly outcome: "OK"; readonly payment: PaymentDue<AccountTransfer | StampTransfer> }
  | { readonly operation: "GET_PAYMENT"; readonly version: 1; readonly outcome: "OK"; readonly payment: PaymentDue<AccountTransfer> };

export interface PaymentDue<Transfer> {
  readonly iuv: string;
  readonly dueDate: string;
  readonly description: string;
  readonly companyName: string;
  readonly officeName?: string;
  readonly debtor: Subject;
  /** 1 to 5, numbered in this order. */
  readonly transfers: readonly Transfer[];
  /** As the request said. */
  readonly transferType?: TransferType;
  /** Comes back in the receipt. At most 15. */
  readonly metadata?: readonly MetadataEntry[];
}

interface TransferDue {
  readonly amountCents: number;
  readonly fiscalCode: string;
  readonly companyName?: string;
  readonly remittanceInformation: string;
  readonly category: string;
  readonly metadata?: readonly MetadataEntry[];
}

export interface AccountTransfer extends TransferDue {
  readonly iban: string;
  readonly postalIban?: string;
}

export interface StampTransfer extends TransferDue {
  /** SHA-256 of the document that will bear the stamp, base64, and the province where its owner lives. */
  readonly stamp: { readonly documentHash: string; readonly province: string };
}

/**
 * A refusal in the contract's own form. It is final: the node hands it to the payer, or stops sending the receipt.
 * So a receipt has no `SYSTEM_ERROR`: what may pass by itself is answered with `temporaryFailure`, and sent again.
 */
export type Ko =
  | { readonly operation: "VERIFY_NOTICE" | "DEMAND_NOTICE"; readonly outcome: "KO"; readonly fault: NoticeFault; readonly faultId: string; readonly description?: string }
  | { readonly operation: "GET_PAYMENT"; readonly version: 1 | 2; readonly outcome: "KO"; readonly fault: NoticeFault; readonly faultId: string; readonly description?: string }
  | { readonly operation: "SEND_RECEIPT"; readonly version: 1 | 2; readonly outcome: "KO"; readonly fault: ReceiptFault; readonly faultId: string; readonly description?: string };

export type PaaFault = keyof typeof paaFaults;
export type ReceiptFault = "INVALID" | "CREDITOR_UNKNOWN" | "BROKER_UNKNOWN" | "STATION_UNKNOWN" | "RECEIPT_DUPLICATE" | "SEMANTIC";
export type NoticeFault = Exclude<PaaFault, "RECEIPT_DUPLICATE">;

/** The faults of a creditor administration by what they mean, with the code and the text that pagoPA gives them. */
export const paaFaults = {
  /** The request is outside the contract. */
  INVALID: { code: "PAA_SINTASSI_EXTRAXSD", text: "Errore di sintassi extra XSD" },
  CREDITOR_UNKNOWN: { code: "PAA_ID_DOMINIO_ERRATO", text: "La PAA non corrisponde al Dominio indicato" },
  BROKER_UNKNOWN: { code: "PAA_ID_INTERMEDIARIO_ERRATO", text: "Identificativo intermediario non corrispondente" },
  STATION_UNKNOWN: { code: "PAA_STAZIONE_INT_ERRATA", text: "Stazione intermediario non corrispondente" },
  /** Not ours, not issued yet, or shut out by another choice of the debtor. */
  NOTICE_UNKNOWN: { code: "PAA_PAGAMENTO_SCONOSCIUTO", text: "Pagamento in attesa risulta sconosciuto all'Ente Creditore" },
  ALREADY_PAID: { code: "PAA_PAGAMENTO_DUPLICATO", text: "Pagamento in attesa risulta concluso all'Ente Creditore" },
  /** Not for a payment that has begun: under the current model the notice stays open until its receipt. */
  IN_PROGRESS: { code: "PAA_PAGAMENTO_IN_CORSO", text: "Pagamento in attesa risulta in corso all'Ente Creditore" },
  EXPIRED: { code: "PAA_PAGAMENTO_SCADUTO", text: "Pagamento in attesa risulta scaduto all'Ente Creditore" },
  CANCELLED: { code: "PAA_PAGAMENTO_ANNULLATO", text: "Pagamento in attesa risulta annullato all'Ente Creditore" },
  /** The code is listed without a text of its own. */
  RECEIPT_DUPLICATE: { code: "PAA_RECEIPT_DUPLICATA", text: "Ricevuta già presente presso l'Ente Creditore" },
  SEMANTIC: { code: "PAA_SEMANTICA", text: "Errore semantico" },
  SYSTEM_ERROR: { code: "PAA_SYSTEM_ERROR", text: "Errore generico" },
} as const;
