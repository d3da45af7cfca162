import type { DiscrepancyReason } from "../../entities/discrepancy.ts";
import { FlowSearch } from "../../entities/flow.ts";
import type { Hub } from "../hub.ts";
import type { FieldInfo } from "../read/selection.ts";
import { showSource } from "../source/list-sources.ts";

/** Reconciliation, for those who do it. */
export const openReconciliation = ({ connectors }: Hub): object => {
  const { source, status, since } = connectors.reporting.health();
  return { source: showSource(source, status, since) };
};

/** How looking for flows went the last time. */
export async function lastSearch({ em, administration }: Hub): Promise<object> {
  const search = await em.fork().findOne(FlowSearch, { administration: administration.id });
  return { foundAt: search?.foundAt?.toISOString() ?? null, failures: search?.failures ?? 0, failure: search?.failure ?? null };
}

/** A page of what the administration has to reconcile. */
export const reconciliationPage = (hub: Hub, info: FieldInfo): Promise<unknown> => hub.plans.page(hub, info, {});

/** A flow, or null. */
export const showFlow = (hub: Hub, id: string, info: FieldInfo): Promise<unknown> => hub.plans.one(hub, info, { id });

/** A discrepancy, or null. */
export const showDiscrepancy = (hub: Hub, id: string, info: FieldInfo): Promise<unknown> => hub.plans.one(hub, info, { id });

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
  FLOWS_NOT_LISTED: { it: "L'elenco dei flussi non si è potuto leggere per cinque volte: verificare il motivo (npm run doctor), poi cercarli di nuovo.", en: "The list of flows could not be read five times: find out why (npm run doctor), then look for them again." },
  FLOW_FAILED: { it: "Il flusso non si è potuto leggere per cinque volte: verificare il motivo, poi farlo rileggere.", en: "The flow could not be read five times: find out why, then have it read again." },
  FLOW_SUM_DIFFERS: { it: "Il totale o il numero dichiarati dal flusso non corrispondono ai suoi pagamenti: chiedere al prestatore una revisione.", en: "The sum or count that the flow declares is not that of its payments: ask the provider for a revision." },
  FLOW_WITHOUT_CREDIT: { it: "Il flusso è rendicontato ma l'estratto conto non mostra l'accredito: chiedere al prestatore o alla banca.", en: "The flow was reported but no statement shows its credit: ask the provider or the bank." },
  STATEMENT_DIFFERS: { it: "L'importo accreditato è diverso da quello del flusso o del pagamento che la causale indica: chiedere al prestatore.", en: "The amount credited is not that of the flow or payment that it names: ask the provider." },
  CREDITED_TWICE: { it: "Lo stesso flusso o pagamento risulta accreditato due volte: verificare se uno dei due importi è da restituire.", en: "The same flow or payment was credited twice: see whether one of the two is to be given back." },
  CREDIT_AMBIGUOUS: { it: "L'accredito può essere il riversamento di più flussi e né la causale né il TRN né l'importo dicono quale: chiedere alla banca o al prestatore.", en: "The credit could be the transfer of several flows, and neither causale nor TRN nor amount tell which: ask the bank or the provider." },
  CREDIT_UNKNOWN: { it: "L'accredito indica un flusso o un pagamento che dopo una settimana nessuno conosce: chiedere al prestatore.", en: "The credit names a flow or payment that nobody knows a week later: ask the provider." },
  PAID_TWICE: { it: "È arrivata un'altra ricevuta per un debito già pagato o chiuso da un altro pagamento: l'importo è da restituire a chi ha pagato.", en: "Another receipt came for a debt that was paid before: the amount is to be given back to whoever paid it." },
  STAMP_WRONG: { it: "La marca da bollo digitale arrivata con la ricevuta non è quella dovuta (vedere il suo esito nel pagamento): chiederne un'altra al prestatore.", en: "The digital stamp that came with the receipt is not as it should be (its verdict stands with the payment): ask the provider for another." },
  STAMP_MISSING: { it: "Il pagamento è avvenuto da oltre una settimana e la marca da bollo digitale non è arrivata: chiederla al prestatore.", en: "It was paid more than a week ago and the digital stamp has not come: ask the provider for it." },
};
