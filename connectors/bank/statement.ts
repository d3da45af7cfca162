import { setImmediate as breathe } from "node:timers/promises";
import { ParseOption, XmlDocument, type XmlElement } from "libxml2-wasm";
import { HubError } from "../../kernel/errors.ts";
import { elementsOf } from "../xml.ts";
import { comparableReference, referencesIn } from "./reference.ts";
import { readRemittance, readRemittances, type Remittance } from "./remittance.ts";
import { first, named, textAt, type Tree, treeOf } from "./tree.ts";

/** The largest file taken, in bytes: some ten thousand bookings. */
export const mostStatementBytes = 10_485_760;

/** A statement of one account in euro, with its booked credits. */
export interface Statement {
  readonly iban: string;
  /** The bank's own identifier of the statement. */
  readonly reference: string;
  /** `YYYY-MM-DD`: the first and the last day that it tells of. */
  readonly fromDay: string;
  readonly toDay: string;
  readonly credits: readonly Credit[];
}

/** Money that was credited, or a credit that was taken back. Nothing of who paid it: that is nobody's business here. */
export interface Credit {
  /** `YYYY-MM-DD`. */
  readonly bookedOn: string;
  /** Below zero for a credit that the bank takes back. */
  readonly amountCents: number;
  /** The bank's reference of the booking, where it gives one. */
  readonly reference: string | null;
  /** Every reference of the transfer, as `comparableReference` writes it: one may be the provider's own, its TRN. */
  readonly references: readonly string[];
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
 * that gathers several transactions is as many credits. The reversal of a credit is a credit below zero. What is not booked,
 * or is the reversal of a debit, is left out, and so are accounts in other currencies: pagoPA wires euro. Throws
 * `NotAStatement`; nothing is ever fetched, and there are no entities, for a document type is refused unread.
 */
export async function readStatements(file: Uint8Array): Promise<Statement[]> {
  if (file.byteLength > mostStatementBytes) throw new NotAStatement("TOO_LARGE");
  // Markup is ASCII in every encoding that is taken; UTF-16 shows by its zero bytes.
  const text = Buffer.from(file.buffer, file.byteOffset, file.byteLength).toString("latin1");
  if (text.includes("\0")) throw new NotAStatement("NOT_XML");
  if (text.includes("<!DOCTYPE")) throw new NotAStatement("DOCTYPE");
  const document = parse(file);
  try {
    const { root } = document;
    const message = root.name === "Document" && /:camt\.053\.001\.\d{2}$/.test(root.namespaceUri) ? [...elementsOf(root)].find(({ name }) => name === "BkToCstmrStmt") : undefined;
    if (!message) throw new NotAStatement("NOT_CAMT_053");
    const statements: Statement[] = [];
    const all = [...elementsOf(message)].filter(({ name }) => name === "Stmt");
    for (const element of all) statements.push(...await statementIn(element));
    if (statements.length === 0 && all.length > 0) throw new NotAStatement("CURRENCY");
    return statements;
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

/** How many bookings are read before others have their turn: a large file takes a while. */
const batch = 100;

/** The statement of an account in euro; nothing for one in another currency. */
async function statementIn(element: XmlElement): Promise<Statement[]> {
  const parts = [...elementsOf(element)];
  const head = { name: "Stmt", text: "", currency: undefined, children: parts.filter(({ name }) => name !== "Ntry").map(treeOf) };
  const credits: Credit[] = [];
  let currency = textAt(head, "Acct", "Ccy");
  for (const [place, part] of parts.filter(({ name }) => name === "Ntry").entries()) {
    if (place % batch === batch - 1) await breathe();
    const entry = treeOf(part);
    // Where the bank does not say the currency of the account, it is that of the bookings.
    currency ??= first(entry, "Amt")?.currency;
    if (currency !== undefined && currency !== "EUR") return [];
    const sign = signOf(entry);
    if (sign !== 0) credits.push(...creditsOf(entry).map(credit => ({ ...credit, amountCents: sign * credit.amountCents })));
  }
  return currency === undefined || currency === "EUR" ? [statementOf(head, credits)] : [];
}

function statementOf(head: Tree, credits: readonly Credit[]): Statement {
  const period = first(head, "FrToDt");
  const made = dayOf(textAt(head, "CreDtTm"));
  const days = credits.map(({ bookedOn }) => bookedOn).sort();
  const iban = textAt(head, "Acct", "Id", "IBAN");
  const reference = textAt(head, "Id");
  const fromDay = dayOf(textAt(period, "FrDtTm") ?? textAt(period, "FrDt")) ?? days[0] ?? made;
  const toDay = dayOf(textAt(period, "ToDtTm") ?? textAt(period, "ToDt")) ?? days.at(-1) ?? made;
  if (iban === undefined || reference === undefined || fromDay === undefined || toDay === undefined) throw new NotAStatement("INCOMPLETE");
  return { iban, reference, fromDay, toDay, credits };
}

/** 1 for a credit, -1 for one that is taken back, 0 for what is neither or not booked. The state is a text in the first versions, and a code in the later ones. */
function signOf(entry: Tree): 1 | -1 | 0 {
  if ((textAt(entry, "Sts", "Cd") ?? textAt(entry, "Sts")) !== "BOOK") return 0;
  const reversal = ["true", "1"].includes(textAt(entry, "RvslInd") ?? "");
  switch (textAt(entry, "CdtDbtInd")) {
    case "CRDT": return reversal ? 0 : 1;
    case "DBIT": return reversal ? -1 : 0;
    default: return 0;
  }
}

function creditsOf(entry: Tree): Credit[] {
  const bookedOn = dayOf(textAt(entry, "BookgDt", "Dt") ?? textAt(entry, "BookgDt", "DtTm"));
  const amountCents = centsOf(first(entry, "Amt"));
  if (bookedOn === undefined || amountCents === undefined) throw new NotAStatement(first(entry, "Amt")?.currency === "EUR" ? "INCOMPLETE" : "CURRENCY");
  const reference = textAt(entry, "AcctSvcrRef") ?? null;
  const transactions = named(entry, "NtryDtls").flatMap(details => named(details, "TxDtls"));
  const amounts = transactions.map(each => centsOf(first(each, "Amt") ?? first(first(first(each, "AmtDtls"), "TxAmt"), "Amt")));
  const causali = transactions.map(causaleOf);
  const more = textAt(entry, "AddtlNtryInf") ?? "";
  // Several transactions are told apart only where each has its amount, and together they are the booking.
  if (transactions.length > 1 && !isOneTransfer(causali, more) && amounts.reduce<number>((sum, cents) => sum + (cents ?? Number.NaN), 0) === amountCents) {
    return transactions.map((each, place) => ({
      bookedOn, amountCents: amounts[place]!, reference: textAt(each, "Refs", "AcctSvcrRef") ?? reference,
      references: comparable([...referencesOf(each), ...writtenReferences(causali[place]!)]), remittance: readRemittance(causali[place]!),
    }));
  }
  const references = [textAt(entry, "AcctSvcrRef"), textAt(entry, "NtryRef"), ...transactions.flatMap(referencesOf), ...[...causali, more].flatMap(writtenReferences)];
  return [{ bookedOn, amountCents, reference, references: comparable(references), remittance: clearer(readRemittances(causali), readRemittance(more)) }];
}

/** Whether the transactions of a booking are the parts of one transfer of pagoPA: each names the same flow, or none does and the booking names one. */
function isOneTransfer(causali: readonly string[], more: string): boolean {
  const read = causali.map(readRemittance);
  const names = new Set(read.map(each => (each && "flowName" in each ? each.flowName.toUpperCase() : undefined)));
  if (names.size > 1) return false;
  const together = readRemittance(more);
  return !names.has(undefined) || (read.every(each => each === null) && together !== null && "flowName" in together);
}

/** References that a text names, whether its lines follow one another or end where they end. */
const writtenReferences = (text: string): string[] => [...referencesIn(text.replaceAll(/[\r\n]/g, "")), ...referencesIn(text)];

/** Of two readings of one booking the one that names something. */
const clearer = (one: Remittance | null, other: Remittance | null): Remittance | null => (one === null || ("names" in one && one.names === "NOTHING") ? (other ?? one) : one);

/** What stands for a transaction on its way from bank to bank. */
const referencesOf = (transaction: Tree): (string | undefined)[] => {
  const refs = first(transaction, "Refs");
  return [...["AcctSvcrRef", "InstrId", "EndToEndId", "TxId", "ClrSysRef"].map(name => textAt(refs, name)), ...named(refs, "Prtry").map(proprietary => textAt(proprietary, "Ref"))];
};

/** The most references that are kept of one credit. */
const mostReferences = 16;

const comparable = (written: readonly (string | undefined)[]): string[] =>
  [...new Set(written.map(each => (each === undefined ? null : comparableReference(each))).filter(each => each !== null))].slice(0, mostReferences);

/**
 * A causale and what the bank adds to it, as lines: the parts of one that was longer than one field follow one another as they
 * are, or each ends where it ends.
 */
const causaleOf = (transaction: Tree): string => {
  const information = first(transaction, "RmtInf");
  const parts = [...named(information, "Ustrd"), ...named(information, "Strd").flatMap(each => named(each, "AddtlRmtInf")), ...named(transaction, "AddtlTxInf")];
  return parts.map(each => each.text).join("\n");
};

/** An amount in euro; undefined for another currency, and for what is no amount of whole cents. */
function centsOf(amount: Tree | undefined): number | undefined {
  // As the schema writes decimals: a sign, zeros in front, nothing before or after the point.
  const [, euros, decimals = ""] = /^\s*\+?0*(\d{0,13})(?:\.(\d{0,5}))?\s*$/.exec(amount?.text ?? "") ?? [];
  if (amount?.currency !== "EUR" || euros === undefined || !/\d/.test(amount.text) || !/^\d{0,2}0*$/.test(decimals)) return undefined;
  return Number(euros) * 100 + Number(decimals.slice(0, 2).padEnd(2, "0"));
}

/** The day of a date or a time, as the bank wrote it: its own day, whatever the zone. */
const dayOf = (written: string | undefined): string | undefined => /^\d{4}-\d{2}-\d{2}(?=T|Z|[+-]|$)/.exec(written ?? "")?.[0];
