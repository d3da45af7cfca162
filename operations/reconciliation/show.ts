import type { DiscrepancyReason } from "../../entities/discrepancy.ts";
import { problem } from "../../entities/problem.ts";
import { daysBetween } from "../../rules/dated.ts";
import type { Hub } from "../hub.ts";
import type { FieldInfo } from "../read/selection.ts";
import { showSource } from "../source/list-sources.ts";

/** Reconciliation, for those who do it. */
export const openReconciliation = ({ connectors }: Hub): object => {
  const { source, status, since } = connectors.reporting.health();
  return { source: showSource(source, status, since) };
};

/** A page of what the administration has to reconcile. */
export const reconciliationPage = (hub: Hub, info: FieldInfo): Promise<unknown> => hub.plans.page(hub, info, {});

/** A flow, or null. */
export const showFlow = (hub: Hub, id: string, info: FieldInfo): Promise<unknown> => hub.plans.one(hub, info, { id });

/** A discrepancy, or null. */
export const showDiscrepancy = (hub: Hub, id: string, info: FieldInfo): Promise<unknown> => hub.plans.one(hub, info, { id });

/** The most days that one question may be about. */
const mostDays = 366;

const amounts = ["received", "reported", "credited", "notReported", "difference", "notCredited"] as const;

/**
 * What was paid on each day from one to another, both included, by receipts, flows and bank, in cents. What a flow reports of
 * a payment counts to the day of its receipt, so that the three are about the same; only what has no receipt counts to the
 * day that the provider says. Throws `INVALID_INPUT` for days in the wrong order, or too many.
 */
export async function reconciliationDays({ em, administration }: Hub, from: string, to: string): Promise<object[]> {
  const span = daysBetween(from, to);
  if (span < 0 || span >= mostDays) throw problem("INVALID_INPUT", { path: ["to"], reason: "RANGE" });
  const rows = await em.fork().execute<Record<string, string>[]>(days, [administration.id, from, to]);
  const shown = (cents: string | undefined) => ({ cents: Number(cents), currency: "EUR" });
  return rows.map(row => ({ day: row["day"], ...Object.fromEntries(amounts.map(name => [name, shown(row[name])])) }));
}

const days = `
with given as (select ?::uuid as "administration", ?::date as "from", ?::date as "to"), promised as (
  select c."paid_on" as "day", sum(c."amount_cents") as "received", sum(c."amount_cents") filter (where l."id" is null and s."id" is null) as "notReported",
    sum(coalesce(l."amount_cents", s."amount_cents")) as "reported", sum(coalesce(l."amount_cents", s."amount_cents") - c."amount_cents") as "difference",
    sum(coalesce(l."amount_cents", s."amount_cents")) filter (where b."id" is not null or s."match" = 'MATCHED') as "credited"
  from given g join "collection" c on c."administration_id" = g."administration" and c."paid_on" between g."from" and g."to"
  left join "flow_payment" l on l."collection_id" = c."id" left join "bank_credit" b on b."flow_id" = l."flow_id" and b."match" = 'MATCHED' left join "bank_credit" s on s."collection_id" = c."id"
  group by c."paid_on"
), beyond as (
  select l."paid_on" as "day", sum(l."amount_cents") as "reported", sum(l."amount_cents") filter (where b."id" is not null) as "credited"
  from given g join "flow_payment" l on l."administration_id" = g."administration" and l."paid_on" between g."from" and g."to" and l."collection_id" is null and l."match" not in ('OPEN', 'SUPERSEDED')
  left join "bank_credit" b on b."flow_id" = l."flow_id" and b."match" = 'MATCHED'
  group by l."paid_on"
), sums as (
  select d::date as "day", coalesce(p."received", 0) as "received", coalesce(p."notReported", 0) as "notReported", coalesce(p."reported", 0) + coalesce(b."reported", 0) as "reported",
    coalesce(p."difference", 0) + coalesce(b."reported", 0) as "difference", coalesce(p."credited", 0) + coalesce(b."credited", 0) as "credited"
  from given g cross join generate_series(g."from", g."to", '1 day') d left join promised p on p."day" = d left join beyond b on b."day" = d
)
select "day"::text, "received", "notReported", "reported", "difference", "credited", "reported" - "credited" as "notCredited" from sums order by "day"`;

/** What is wrong and what to do, for people. */
export const explainDiscrepancy = ({ locale }: Hub, reason: DiscrepancyReason): string => explanations[reason][locale];

const explanations: Readonly<Record<DiscrepancyReason, Readonly<Record<Hub["locale"], string>>>> = {
  AMOUNT_DIFFERS: { it: "Il flusso riporta un importo diverso da quello della ricevuta: chiedere al prestatore di servizi di pagamento quale è giusto.", en: "The flow reports another amount than the receipt: ask the payment provider which is right." },
  REPORTED_TWICE: { it: "Il pagamento risulta già rendicontato o accreditato: se il denaro è arrivato due volte, uno dei due importi è da restituire.", en: "The payment was reported or credited before: if the money came twice, one of the two is to be given back." },
  IDENTIFIERS_DIFFER: { it: "Il flusso indica una nostra ricevuta con un altro avviso o un altro versamento: chiedere al prestatore una revisione del flusso.", en: "The flow names a receipt of ours with another notice or transfer: ask the provider for a revision." },
  RECEIPT_MISSING: { it: "L'avviso risulta pagato ma la ricevuta non è arrivata: richiederla a pagoPA, poi la posizione si chiude da sola.", en: "The notice was paid but its receipt never came: ask pagoPA for it, and the position closes by itself." },
  PAID_WITHOUT_RECEIPT: { it: "L'avviso è stato pagato in un modo che non produce ricevuta: chiudere la posizione a mano, citando il flusso.", en: "The notice was paid in a way that makes no receipt: close the position by hand, quoting the flow." },
  UNKNOWN_NOTICE: { it: "Nessun avviso dell'ente ha questo codice: verificare se è di un altro sistema dell'ente, altrimenti chiedere al prestatore.", en: "No notice of ours has this number: see whether it is another system's, else ask the provider." },
  REVOKED: { it: "Il prestatore ha revocato il pagamento: verificare se la posizione è da riaprire.", en: "The provider took the payment back: see whether the position is to be opened again." },
  NOT_REPORTED: { it: "La ricevuta è arrivata da oltre una settimana e nessun flusso riporta il pagamento: chiedere al prestatore.", en: "The receipt came more than a week ago and no flow reports the payment: ask the provider." },
  FLOW_FAILED: { it: "Il flusso non si è potuto leggere per cinque volte: verificare il motivo, poi farlo rileggere.", en: "The flow could not be read five times: find out why, then have it read again." },
  FLOW_SUM_DIFFERS: { it: "Il totale o il numero dichiarati dal flusso non corrispondono ai suoi pagamenti: chiedere al prestatore una revisione.", en: "The sum or count that the flow declares is not that of its payments: ask the provider for a revision." },
  FLOW_WITHOUT_CREDIT: { it: "Il flusso è rendicontato ma l'estratto conto non mostra l'accredito: chiedere al prestatore o alla banca.", en: "The flow was reported but no statement shows its credit: ask the provider or the bank." },
  STATEMENT_DIFFERS: { it: "L'importo accreditato è diverso da quello del flusso o del pagamento che la causale indica: chiedere al prestatore.", en: "The amount credited is not that of the flow or payment that it names: ask the provider." },
  CREDITED_TWICE: { it: "Lo stesso flusso o pagamento risulta accreditato due volte: verificare se uno dei due importi è da restituire.", en: "The same flow or payment was credited twice: see whether one of the two is to be given back." },
  CREDIT_UNKNOWN: { it: "L'accredito indica un flusso o un pagamento che dopo una settimana nessuno conosce: chiedere al prestatore.", en: "The credit names a flow or payment that nobody knows a week later: ask the provider." },
};
