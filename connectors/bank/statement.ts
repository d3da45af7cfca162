import { ParseOption, XmlDocument, XmlElement } from "libxml2-wasm";
import { HubError } from "../../kernel/errors.ts";
import { readRemittance, type Remittance } from "./remittance.ts";

/** The largest file taken, in bytes: some ten thousand bookings. */
export const mostStatementBytes = 10_485_760;

/** A statement of one account, with its booked credits in euro. */
export interface Statement {
  readonly iban: string;
  /** The bank's own identifier of the statement. */
  readonly reference: string;
  /** `YYYY-MM-DD`: the first and the last day that it tells of. */
  readonly fromDay: string;
  readonly toDay: string;
  readonly credits: readonly Credit[];
}

/** Money that was credited. Nothing of who paid it: that is nobody's business here. */
export interface Credit {
  /** `YYYY-MM-DD`. */
  readonly bookedOn: string;
  readonly amountCents: number;
  /** The bank's reference of the booking, where it gives one. */
  readonly reference: string | null;
  /** What its causale names, where it is one of pagoPA's. */
  readonly remittance: Remittance | null;
}

/** A file that is no bank statement; `reason` is a constant word. */
export class NotAStatement extends HubError<"NOT_A_STATEMENT"> {
  constructor(readonly reason: "TOO_LARGE" | "NOT_XML" | "DOCTYPE" | "NOT_CAMT_053" | "INCOMPLETE" | "CURRENCY") {
    super("NOT_A_STATEMENT", `no bank statement: ${reason}`, { details: { reason } });
  }
}

/**
 * Reads a file of bank statements (ISO 20022 CAMT.053, versions 2 to 12; the elements read are the same in all). A booking
 * that gathers several transactions is as many credits. What is not booked, or is the reversal of a debit, is left out.
 * Throws `NotAStatement`; nothing is ever fetched, and there are no entities, for a document type is refused unread.
 */
export function readStatements(file: Uint8Array): Statement[] {
  if (file.byteLength > mostStatementBytes) throw new NotAStatement("TOO_LARGE");
  // Markup is ASCII in every encoding that is taken; UTF-16 shows by its zero bytes.
  const text = Buffer.from(file.buffer, file.byteOffset, file.byteLength).toString("latin1");
  if (text.includes("\0")) throw new NotAStatement("NOT_XML");
  if (text.includes("<!DOCTYPE")) throw new NotAStatement("DOCTYPE");
  const document = parse(file);
  try {
    const message = document.root.name === "Document" && /:camt\.053\.001\.\d{2}$/.test(document.root.namespaceUri) ? child(document.root, "BkToCstmrStmt") : undefined;
    if (!message) throw new NotAStatement("NOT_CAMT_053");
    return children(message, "Stmt").map(statementOf);
  } finally {
    document.dispose();
  }
}

function parse(file: Uint8Array): XmlDocument {
  try {
    return XmlDocument.fromBuffer(file, { option: ParseOption.XML_PARSE_NONET | ParseOption.XML_PARSE_NO_XXE });
  } catch {
    throw new NotAStatement("NOT_XML");
  }
}

function statementOf(element: XmlElement): Statement {
  const credits = children(element, "Ntry").filter(isBookedCredit).flatMap(creditsOf);
  const period = child(element, "FrToDt");
  const made = dayOf(text(element, "CreDtTm"));
  const days = credits.map(({ bookedOn }) => bookedOn).sort();
  const iban = text(element, "Acct", "Id", "IBAN");
  const reference = text(element, "Id");
  const fromDay = dayOf(text(period, "FrDtTm") ?? text(period, "FrDt")) ?? days[0] ?? made;
  const toDay = dayOf(text(period, "ToDtTm") ?? text(period, "ToDt")) ?? days.at(-1) ?? made;
  if (iban === undefined || reference === undefined || fromDay === undefined || toDay === undefined) throw new NotAStatement("INCOMPLETE");
  return { iban, reference, fromDay, toDay, credits };
}

/** The state is a text in the first versions, and a code in the later ones. */
const isBookedCredit = (entry: XmlElement): boolean =>
  text(entry, "CdtDbtInd") === "CRDT" && text(entry, "RvslInd") !== "true" && (text(entry, "Sts", "Cd") ?? text(entry, "Sts")) === "BOOK";

function creditsOf(entry: XmlElement): Credit[] {
  const bookedOn = dayOf(text(entry, "BookgDt", "Dt") ?? text(entry, "BookgDt", "DtTm"));
  const amountCents = centsOf(child(entry, "Amt"));
  if (bookedOn === undefined || amountCents === undefined) throw new NotAStatement(child(entry, "Amt")?.attr("Ccy")?.value === "EUR" ? "INCOMPLETE" : "CURRENCY");
  const reference = text(entry, "AcctSvcrRef") ?? null;
  const transactions = children(entry, "NtryDtls").flatMap(details => children(details, "TxDtls"));
  const amounts = transactions.map(each => centsOf(child(each, "Amt") ?? child(child(child(each, "AmtDtls"), "TxAmt"), "Amt")));
  // Several transactions are told apart only where each has its amount, and together they are the booking.
  if (transactions.length > 1 && amounts.reduce<number>((sum, cents) => sum + (cents ?? Number.NaN), 0) === amountCents) {
    return transactions.map((each, place) => ({ bookedOn, amountCents: amounts[place]!, reference: text(each, "Refs", "AcctSvcrRef") ?? reference, remittance: readRemittance(causaleOf(each)) }));
  }
  const causale = transactions.map(causaleOf).join(" ");
  return [{ bookedOn, amountCents, reference, remittance: readRemittance(causale) ?? readRemittance(text(entry, "AddtlNtryInf") ?? "") }];
}

/** The parts of a causale that was longer than one field follow one another as they are. */
const causaleOf = (transaction: XmlElement): string =>
  children(child(transaction, "RmtInf"), "Ustrd").map(({ content }) => content).join("") || (text(transaction, "AddtlTxInf") ?? "");

/** An amount in euro; undefined for another currency, and for what is no amount of whole cents. */
function centsOf(amount: XmlElement | undefined): number | undefined {
  const [, euros, decimals = ""] = /^\s*(\d{1,13})(?:\.(\d{1,5}))?\s*$/.exec(amount?.content ?? "") ?? [];
  if (amount?.attr("Ccy")?.value !== "EUR" || euros === undefined || !/^\d{0,2}0*$/.test(decimals)) return undefined;
  return Number(euros) * 100 + Number(decimals.slice(0, 2).padEnd(2, "0"));
}

/** The day of a date or a time, as the bank wrote it: its own day, whatever the zone. */
const dayOf = (written: string | undefined): string | undefined => /^\d{4}-\d{2}-\d{2}(?=T|Z|[+-]|$)/.exec(written ?? "")?.[0];

function children(parent: XmlElement | undefined, name: string): XmlElement[] {
  const found: XmlElement[] = [];
  for (let node = parent?.firstChild ?? null; node; node = node.next) if (node instanceof XmlElement && node.name === name) found.push(node);
  return found;
}

const child = (parent: XmlElement | undefined, name: string): XmlElement | undefined => children(parent, name)[0];

/** The text at the end of a path; undefined when there is none. */
function text(parent: XmlElement | undefined, ...path: string[]): string | undefined {
  const element = path.reduce<XmlElement | undefined>(child, parent);
  const content = element && !element.firstChild?.next ? element.content.trim() : "";
  return content === "" ? undefined : content;
}
