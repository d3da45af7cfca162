import { paaFaults, type AccountTransfer, type Ko, type MetadataEntry, type NoticeMade, type NoticeVerified, type PaymentDue, type StampTransfer, type StationAnswer, type Subject } from "./station-words.ts";

/** The answer's XML, elements in the order of the schema. Throws `RangeError` for what the schema cannot hold. */
export function writeAnswer(answer: StationAnswer): string {
  return envelope(`<pafn:${answerElement(answer)} xmlns:pafn="http://pagopa-api.pagopa.gov.it/pa/paForNode.xsd">${field("outcome", answer.outcome)}${content(answer)}</pafn:${answerElement(answer)}>`);
}

/** A SOAP 1.1 fault. `reason` is one of our constant words: nothing of the request comes back. */
export const writeFault = (code: SoapFaultCode, reason: string): string =>
  envelope(`<soapenv:Fault><faultcode>soapenv:${code}</faultcode><faultstring>${escape(reason)}</faultstring></soapenv:Fault>`);

/** The fault codes of SOAP 1.1, section 4.4.1. */
export type SoapFaultCode = "Client" | "Server" | "VersionMismatch" | "MustUnderstand";

const envelope = (body: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body>${body}</soapenv:Body></soapenv:Envelope>`;

function answerElement(answer: StationAnswer): string {
  switch (answer.operation) {
    case "VERIFY_NOTICE": return "paVerifyPaymentNoticeRes";
    case "DEMAND_NOTICE": return "paDemandPaymentNoticeResponse";
    case "GET_PAYMENT": return answer.version === 2 ? "paGetPaymentV2Response" : "paGetPaymentRes";
    case "SEND_RECEIPT": return answer.version === 2 ? "paSendRTV2Response" : "paSendRTRes";
  }
}

function content(answer: StationAnswer): string {
  if (answer.outcome === "KO") return fault(answer);
  switch (answer.operation) {
    case "SEND_RECEIPT": return "";
    case "VERIFY_NOTICE": return offer(answer);
    case "DEMAND_NOTICE": return `<qrCode>${code("fiscalCode", answer.creditorFiscalCode, FISCAL_CODE)}${code("noticeNumber", answer.noticeNumber, NOTICE_NUMBER)}</qrCode>${offer(answer)}`;
    case "GET_PAYMENT": return answer.version === 2 ? payment(answer.payment, 2) : payment(answer.payment, 1);
  }
}

function fault({ fault: name, faultId, description }: Ko): string {
  const { code: faultCode, text: faultString } = paaFaults[name];
  return `<fault>${field("faultCode", faultCode)}${field("faultString", faultString)}${field("id", faultId)}${optional("description", description, 1024)}</fault>`;
}

/** One option, payable at exactly its amount: the node knows no other today. */
const offer = (it: NoticeVerified | NoticeMade): string =>
  `<paymentList><paymentOptionDescription>${amount("amount", it.amountCents)}<options>EQ</options>${it.dueDate === undefined ? "" : day("dueDate", it.dueDate)}`
  + `${optional("detailDescription", it.detail, 140)}<allCCP>${it.allPostal}</allCCP></paymentOptionDescription></paymentList>`
  + `${text("paymentDescription", it.description, 140)}${code("fiscalCodePA", it.creditorFiscalCode, FISCAL_CODE)}`
  + `${text("companyName", it.companyName, 140)}${optional("officeName", it.officeName, 140)}`;

function payment(due: PaymentDue<AccountTransfer | StampTransfer>, version: 1 | 2): string {
  if (due.transfers.length < 1 || due.transfers.length > 5) throw new RangeError("a payment has one to five transfers");
  const total = due.transfers.reduce((sum, { amountCents }) => sum + amountCents, 0);
  return `<data>${code("creditorReferenceId", due.iuv, IUV)}${amount("paymentAmount", total)}${day("dueDate", due.dueDate)}`
    + `${text("description", due.description, 140)}${text("companyName", due.companyName, 140)}${optional("officeName", due.officeName, 140)}`
    + `${debtor(due.debtor)}<transferList>${due.transfers.map((transfer, index) => transferDue(transfer, index + 1, due.transferType, version)).join("")}</transferList>`
    + `${metadata(due.metadata)}</data>`;
}

function transferDue(transfer: AccountTransfer | StampTransfer, index: number, type: PaymentDue<never>["transferType"], version: 1 | 2): string {
  const postalIban = "iban" in transfer ? transfer.postalIban : undefined;
  const beside = type === "PAGOPA" && postalIban !== undefined ? [{ key: "IBANAPPOGGIO", value: postalIban }] : [];
  return `<transfer><idTransfer>${index}</idTransfer>${amount("transferAmount", transfer.amountCents)}${code("fiscalCodePA", transfer.fiscalCode, FISCAL_CODE)}`
    + `${version === 2 ? optional("companyName", transfer.companyName, 140) : ""}`
    + `${"iban" in transfer ? code("IBAN", type === "POSTAL" && postalIban !== undefined ? postalIban : transfer.iban, IBAN) : stamp(transfer, version)}`
    + `${text("remittanceInformation", transfer.remittanceInformation, 140)}${text("transferCategory", transfer.category, 140)}`
    + `${metadata([...beside, ...transfer.metadata ?? []])}</transfer>`;
}

function stamp({ stamp: { documentHash, province } }: StampTransfer, version: 1 | 2): string {
  if (version === 1) throw new RangeError("a stamp cannot be asked for in version 1");
  return `<richiestaMarcaDaBollo>${code("hashDocumento", documentHash, HASH)}<tipoBollo>01</tipoBollo>${code("provinciaResidenza", province, TWO_CAPITALS)}</richiestaMarcaDaBollo>`;
}

const debtor = (it: Subject): string =>
  `<debtor><uniqueIdentifier><entityUniqueIdentifierType>${it.type === "PERSON" ? "F" : "G"}</entityUniqueIdentifierType>`
  + `${code("entityUniqueIdentifierValue", it.code, SUBJECT_CODE)}</uniqueIdentifier>${text("fullName", it.fullName, 70)}`
  + `${optional("streetName", it.streetName, 70)}${optional("civicNumber", it.civicNumber, 16)}${optional("postalCode", it.postalCode, 16)}`
  + `${optional("city", it.city, 35)}${optional("stateProvinceRegion", it.province, 35)}`
  + `${fitting("country", it.country, TWO_CAPITALS)}${fitting("e-mail", it.email, EMAIL)}</debtor>`;

function metadata(entries: readonly MetadataEntry[] = []): string {
  if (entries.length === 0) return "";
  if (entries.length > 15) throw new RangeError("metadata holds at most fifteen entries");
  return `<metadata>${entries.map(({ key, value }) => `<mapEntry>${code("key", key, METADATA)}${code("value", value, METADATA)}</mapEntry>`).join("")}</metadata>`;
}

const FISCAL_CODE = /^[0-9]{11}$/;
const NOTICE_NUMBER = /^[0-9]{18}$/;
const IUV = /^[0-9]{17}$/;
/** Read by machines, so never cut. */
const METADATA = /^[\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]{1,140}$/u;
const IBAN = /^[A-Z]{2}[0-9]{2}[A-Z0-9]{1,30}$/;
const SUBJECT_CODE = /^[A-Z0-9]{2,16}$/;
const TWO_CAPITALS = /^[A-Z]{2}$/;
const HASH = /^(?=.{4,72}$)(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const EMAIL = /^(?=.{1,256}$)[a-zA-Z0-9_.+-]+@[a-zA-Z0-9-]+(?:\.[a-zA-Z0-9-]+)*$/;

const field = (name: string, value: string): string => `<${name}>${escape(value)}</${name}>`;

/**
 * Text cut to what the field holds, counted in UTF-16 units: the schema counts characters, but validators of the Java world
 * count so, and would refuse what is longer. Empty text that must be there is our error.
 */
function text(name: string, value: string, most: number): string {
  const written = optional(name, value, most);
  if (written === "") throw new RangeError(`${name} is empty`);
  return written;
}

/** Text that may be missing: nothing is written for none. */
function optional(name: string, value: string | undefined, most: number): string {
  const clean = printable(value ?? "");
  if (clean.trim() === "") return "";
  return field(name, clean.slice(0, most).replace(/[\uD800-\uDBFF]$/, ""));
}

/** A code that must be there and must be right: the value itself stays out of the error. */
function code(name: string, value: string, pattern: RegExp): string {
  if (!pattern.test(value)) throw new RangeError(`${name} is not as the contract has it`);
  return field(name, value);
}

/** A detail that may be missing and is left out when the contract could not hold it: it must not stop a payment. */
const fitting = (name: string, value: string | undefined, pattern: RegExp): string => value !== undefined && pattern.test(value) ? field(name, value) : "";

function amount(name: string, cents: number): string {
  if (!Number.isSafeInteger(cents) || cents < 1 || cents > 99_999_999_999) throw new RangeError(`${name} is not between one cent and 999,999,999.99 euro`);
  const digits = String(cents).padStart(3, "0");
  return `<${name}>${digits.slice(0, -2)}.${digits.slice(-2)}</${name}>`;
}

function day(name: string, value: string): string {
  const instant = new Date(`${value}T00:00:00Z`);
  if (Number.isNaN(instant.getTime()) || instant.toISOString().slice(0, 10) !== value) throw new RangeError(`${name} is no day`);
  return field(name, value);
}

/** Without the characters that XML 1.0 cannot carry: controls, halves of surrogate pairs, U+FFFE and U+FFFF. */
const printable = (value: string): string => value.replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, "");

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;" };

const escape = (value: string): string => printable(value).replace(/[&<>\r]/g, character => entities[character]!);
