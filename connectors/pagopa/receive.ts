import { Temporal } from "temporal-polyfill";
import type { MetadataEntry, PaymentServiceProvider, Receipt, ReceiptTransfer, StationRequest, Subject } from "./station-words.ts";
import type { Words } from "./words.ts";

export interface RequestShape {
  readonly soapAction: string;
  readonly operation: StationRequest["operation"];
  readonly version: 1 | 2;
  readonly read: (words: Words) => StationRequest;
}

/** Each request by the name of its element, read into the hub's words. What is read must have passed the schema. */
export const requests: Readonly<Record<string, RequestShape>> = {
  paVerifyPaymentNoticeReq: {
    soapAction: "paVerifyPaymentNotice", operation: "VERIFY_NOTICE", version: 1,
    read: words => {
      const from = new Fields(words);
      return { operation: "VERIFY_NOTICE", version: 1, ...addressed(from), ...notice(from) };
    },
  },
  paGetPaymentV2Request: { soapAction: "paGetPaymentV2", operation: "GET_PAYMENT", version: 2, read: words => getPayment(2, new Fields(words)) },
  paGetPaymentReq: { soapAction: "paGetPayment", operation: "GET_PAYMENT", version: 1, read: words => getPayment(1, new Fields(words)) },
  paSendRTV2Request: { soapAction: "paSendRTV2", operation: "SEND_RECEIPT", version: 2, read: words => sendReceipt(2, new Fields(words)) },
  paSendRTReq: { soapAction: "paSendRT", operation: "SEND_RECEIPT", version: 1, read: words => sendReceipt(1, new Fields(words)) },
  paDemandPaymentNoticeRequest: {
    soapAction: "paDemandPaymentNotice", operation: "DEMAND_NOTICE", version: 1,
    read: words => {
      const from = new Fields(words);
      return {
        operation: "DEMAND_NOTICE", version: 1, ...addressed(from),
        serviceId: from.text("idServizio"), serviceSubjectId: from.text("idSoggettoServizio"),
        serviceData: Buffer.from(from.text("datiSpecificiServizioRequest"), "base64"),
      };
    },
  },
};

/** The children of one element by name. Text comes as written; the schema has already said what must be there. */
class Fields {
  readonly #words: Words;

  constructor(words: Words) {
    this.#words = words;
  }

  text(name: string): string {
    const [word] = this.#words.get(name) ?? [];
    if (typeof word !== "string") throw new Error(`the schema let a message without ${name} pass`);
    return word;
  }

  in(name: string): Fields {
    const [fields] = this.all(name);
    if (!fields) throw new Error(`the schema let a message without ${name} pass`);
    return fields;
  }

  all(name: string): Fields[] {
    return (this.#words.get(name) ?? []).flatMap(word => (typeof word === "string" ? [] : new Fields(word)));
  }

  /** `{ [as]: value }` when the child is there and its value can be read, otherwise nothing: absent stays absent. */
  optional<As extends string, T>(as: As, name: string, read: (text: string) => T | undefined): Partial<Record<As, T>> {
    const value = this.has(name) ? read(this.text(name)) : undefined;
    return value === undefined ? {} : { [as]: value } as Record<As, T>;
  }

  has(name: string): boolean {
    return this.#words.has(name);
  }
}

const addressed = (from: Fields) => ({ creditorFiscalCode: from.text("idPA"), broker: from.text("idBrokerPA"), station: from.text("idStation") });

function notice(from: Fields) {
  const code = from.in("qrCode");
  return { noticeFiscalCode: code.text("fiscalCode"), noticeNumber: code.text("noticeNumber") };
}

const getPayment = (version: 1 | 2, from: Fields): StationRequest => ({
  operation: "GET_PAYMENT", version, ...addressed(from), ...notice(from),
  ...from.optional("amountCents", "amount", cents),
  ...from.optional("transferType", "transferType", text => text === "POSTAL" ? "POSTAL" as const : "PAGOPA" as const),
  ...from.optional("dueDate", "dueDate", day),
  ...from.optional("paymentNote", "paymentNote", asWritten),
});

const sendReceipt = (version: 1 | 2, from: Fields): StationRequest =>
  ({ operation: "SEND_RECEIPT", version, ...addressed(from), receipt: receipt(from.in("receipt")) });

const receipt = (from: Fields): Receipt => ({
  receiptId: from.text("receiptId"),
  noticeNumber: from.text("noticeNumber"),
  issuerFiscalCode: from.text("fiscalCode"),
  outcome: from.text("outcome") === "OK" ? "OK" : "KO",
  iuv: from.text("creditorReferenceId"),
  amountCents: cents(from.text("paymentAmount")),
  description: from.text("description"),
  companyName: from.text("companyName"),
  ...from.optional("officeName", "officeName", asWritten),
  debtor: subject(from.in("debtor")),
  transfers: from.in("transferList").all("transfer").map(transfer),
  psp: psp(from),
  ...(from.has("payer") ? { payer: subject(from.in("payer")) } : {}),
  ...from.optional("paymentMethod", "paymentMethod", asWritten),
  ...from.optional("paymentNote", "paymentNote", asWritten),
  ...from.optional("feeCents", "fee", cents),
  ...from.optional("creditorFeeCents", "primaryCiIncurredFee", cents),
  ...from.optional("bundleId", "idBundle", asWritten),
  ...from.optional("creditorBundleId", "idCiBundle", asWritten),
  ...from.optional("paidAt", "paymentDateTime", instant),
  ...from.optional("applicationDate", "applicationDate", day),
  ...from.optional("transferDate", "transferDate", day),
  metadata: metadata(from),
  standIn: from.has("standIn") && ["true", "1"].includes(from.text("standIn").trim()),
});

const transfer = (from: Fields): ReceiptTransfer => ({
  index: Number(from.text("idTransfer")),
  amountCents: cents(from.text("transferAmount")),
  fiscalCode: from.text("fiscalCodePA"),
  ...from.optional("companyName", "companyName", asWritten),
  ...from.optional("iban", "IBAN", asWritten),
  ...from.optional("stamp", "MBDAttachment", text => Buffer.from(text, "base64")),
  remittanceInformation: from.text("remittanceInformation"),
  category: from.text("transferCategory"),
  metadata: metadata(from),
});

const psp = (from: Fields): PaymentServiceProvider => ({
  id: from.text("idPSP"),
  ...from.optional("fiscalCode", "pspFiscalCode", asWritten),
  ...from.optional("vatNumber", "pspPartitaIVA", asWritten),
  companyName: from.text("PSPCompanyName"),
  channelId: from.text("idChannel"),
  channelDescription: from.text("channelDescription"),
});

function subject(from: Fields): Subject {
  const identifier = from.in("uniqueIdentifier");
  return {
    type: identifier.text("entityUniqueIdentifierType") === "F" ? "PERSON" : "ORGANISATION",
    code: identifier.text("entityUniqueIdentifierValue"),
    fullName: from.text("fullName"),
    ...from.optional("streetName", "streetName", asWritten),
    ...from.optional("civicNumber", "civicNumber", asWritten),
    ...from.optional("postalCode", "postalCode", asWritten),
    ...from.optional("city", "city", asWritten),
    ...from.optional("province", "stateProvinceRegion", asWritten),
    ...from.optional("country", "country", asWritten),
    ...from.optional("email", "e-mail", asWritten),
  };
}

const metadata = (from: Fields): MetadataEntry[] =>
  from.all("metadata").flatMap(map => map.all("mapEntry")).map(entry => ({ key: entry.text("key"), value: entry.text("value") }));

const asWritten = (text: string): string => text;

/** Euro as the schema has them, digits, a point and two digits, to cents: no fraction ever exists on the way. */
const cents = (text: string): number => Number(text.trim().replace(".", ""));

/** The day of an `xs:date`, without the zone it may carry; nothing for years that have no four digits. */
const day = (text: string): string | undefined => /^\d{4}-\d{2}-\d{2}(?!\d)/.exec(text.trim())?.[0];

/**
 * The instant of an `xs:dateTime`; without a zone it is the time in Italy, and of a doubled hour the first. Nothing for
 * what is no time of a payment: software writes year 1 for "never", and not every year has a day that can be kept and shown.
 */
export function instant(text: string): Date | undefined {
  const [, local, zone] = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?)\d*(Z|[+-]\d{2}:\d{2})?$/.exec(text.trim()) ?? [];
  if (!local) return undefined;
  try {
    // By 24:00:00, which the schema knows too, a day ends.
    const days = local.includes("T24") ? 1 : 0;
    const begins = local.replace("T24", "T00");
    const time = zone ? Temporal.Instant.from(begins + zone).add({ hours: 24 * days }) : Temporal.PlainDateTime.from(begins).add({ days }).toZonedDateTime("Europe/Rome").toInstant();
    const year = new Date(time.epochMilliseconds).getUTCFullYear();
    return year >= 1900 && year < 3000 ? new Date(time.epochMilliseconds) : undefined;
  } catch {
    return undefined;
  }
}
