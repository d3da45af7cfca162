import { isStamp, Payment } from "../../entities/payment.ts";
import { PaymentOption } from "../../entities/payment-plan.ts";
import type { Due, Instalment, NoticePaper } from "../../paper/paper.ts";
import { postalAccountOf } from "../../rules/payment-codes.ts";
import type { NoticeNumber } from "../../rules/notice-number.ts";
import type { Hub } from "../hub.ts";
import type { JobHub } from "../job.ts";
import { allPostal } from "./notices.ts";
import { creditorOf, personOf, printableBy, type Printed } from "./printable.ts";

/** The payment notice on paper, by the payment's key. Null when there is none, when it is none of the caller's, and when nothing is to be paid under it now. */
export async function printNotice(hub: Hub, id: string): Promise<Printed | null> {
  const mine = printableBy(hub);
  const payment = mine && await hub.em.findOne(Payment, { $and: [{ id }, mine] });
  return payment && noticeFor(hub, payment);
}

/**
 * The notice of a payment with all ways to pay its debt that are open, for whoever has made sure that they may hand it out:
 * a message to the debtor attaches `bytes` under `fileName` as `application/pdf`. Null when nothing is to be paid under it now.
 */
export async function noticeFor(hub: Pick<JobHub, "em" | "administration" | "print" | "signal">, payment: Payment): Promise<Printed | null> {
  if (payment.state !== "OPEN") return null;
  const { noticeNumber } = payment;
  return { fileName: `avviso-pagopa-${noticeNumber}.pdf`, bytes: await hub.print(await paperOf(hub, payment), hub.signal) };
}

async function paperOf({ em, administration }: Pick<JobHub, "em" | "administration">, payment: Payment): Promise<NoticePaper> {
  const { debtorName, debtorFiscalCode, createdAt, transfers } = payment;
  const [first] = transfers;
  const postalIban = first && !isStamp(first) && allPostal(transfers) ? first.postalIban : undefined;
  const { postalAuthorisation: authorisation, postalHolder: holder = administration.name } = administration.settings.paper ?? {};
  return {
    kind: "NOTICE", madeAt: createdAt, creditor: creditorOf(administration), debtor: personOf(debtorName, debtorFiscalCode), ...await waysToPay(em, payment),
    ...(postalIban !== undefined && { postal: { number: postalAccountOf(postalIban), holder, ...(authorisation !== undefined && { authorisation }) } }),
  };
}

type Ways = Pick<NoticePaper, "subject" | "full" | "instalments" | "instalmentsInAll">;

/** All that is still open of the ways to pay a debt: in full, and in the instalments that the payment belongs to or that are offered first. */
async function waysToPay(em: Hub["em"], payment: Payment): Promise<Ways> {
  if (!payment.option) return { subject: subjectOf(payment), full: dueOf(payment), instalments: [] };
  const { plan } = await em.findOneOrFail(PaymentOption, payment.option.id);
  const all = await em.find(Payment, { option: { plan: plan.id }, replacedBy: null }, { orderBy: { option: { position: "asc" }, instalment: "asc" } });
  const options = [...Map.groupBy(all, ({ option }) => option!.id).values()];
  const [inFull = payment] = options.find(option => option.length === 1) ?? [];
  const parts = options.filter(option => option.length > 1 && option.some(isOpen));
  const instalments = parts.find(option => option.some(({ id }) => id === payment.id)) ?? parts[0] ?? [];
  return { subject: subjectOf(inFull), ...(isOpen(inFull) && !instalments.includes(inFull) && { full: dueOf(inFull) }), instalments: instalments.filter(isOpen).map(instalmentOf), instalmentsInAll: instalments.length };
}

/** The longest subject of a notice, in characters (Avviso di pagamento 3.5.1: AVVISO.OGGETTO). */
const longestSubject = 90;

/** What is to be paid as notices name it: with a capital, and cut behind a word where there is too much. */
function subjectOf({ description }: Payment): string {
  const letters = [...description];
  const fitting = letters.length <= longestSubject ? description : `${letters.slice(0, longestSubject - 1).join("").replace(/(?<=.{40})\s+\S*$/u, "")}…`;
  return fitting.replace(/^\p{Ll}/u, letter => letter.toUpperCase());
}

const isOpen = ({ state }: Payment): boolean => state === "OPEN";
const dueOf = ({ noticeNumber, amountCents, dueOn }: Payment): Due => ({ noticeNumber: noticeNumber as NoticeNumber, amountCents, dueOn });
const instalmentOf = (payment: Payment): Instalment => ({ ...dueOf(payment), number: payment.instalment! });
