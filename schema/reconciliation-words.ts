import { registerEnumType } from "type-graphql";
import { BankCreditMatch } from "../entities/bank-statement.ts";
import { CollectionState } from "../entities/collection.ts";
import { DiscrepancyReason, DiscrepancyState } from "../entities/discrepancy.ts";
import { FlowOutcome, FlowPaymentMatch, FlowState } from "../entities/flow.ts";

registerEnumType(CollectionState, {
  name: "CollectionState", description: "How far money that a receipt promised has come.",
  valuesConfig: {
    AWAITED: { description: "A receipt says that it was paid; nobody has reported it yet." }, REPORTED: { description: "The payment provider reported it in a flow." },
    CREDITED: { description: "It is on the account: the bank credited the flow, or the payment alone, to the cent." },
  },
});
registerEnumType(FlowState, {
  name: "FlowState", description: "Where a reporting flow stands.",
  valuesConfig: {
    WAITING: { description: "Published; being read." }, COMPLETE: { description: "Read to its end and matched." }, SUPERSEDED: { description: "The provider published a later revision, which takes its place." },
    FAILED: { description: "It could not be read five times in a row. Find out why (`failure`), then call `retryFlow`." },
  },
});
registerEnumType(FlowOutcome, {
  name: "FlowOutcome", description: "How a reported payment came to be, as the provider says.",
  valuesConfig: {
    EXECUTED: { description: "As always; a receipt exists. Code 0." }, STAND_IN: { description: "The node took it while our station was away; a receipt exists. Code 4." },
    STAND_IN_NO_RPT: { description: "Taken while our station was away, without a request for payment; there may be no receipt. Code 8." },
    NO_RPT: { description: "Taken without a request for payment; there is no receipt. Code 9." }, REVOKED: { description: "Taken back; only in flows of the past. Code 3." },
  },
});
registerEnumType(FlowPaymentMatch, {
  name: "FlowPaymentMatch", description: "What a payment of a flow was matched with.",
  valuesConfig: {
    OPEN: { description: "Not looked at: its flow is not complete." }, MATCHED: { description: "A receipt promised it, to the cent." }, AMOUNT_DIFFERS: { description: "A receipt promised it, at another amount." },
    REPORTED_TWICE: { description: "It was reported, or credited alone, before." }, IDENTIFIERS_DIFFER: { description: "There is a receipt with this identifier, for another notice or transfer." },
    RECEIPT_MISSING: { description: "The notice is ours, and its receipt has not come." }, PAID_WITHOUT_RECEIPT: { description: "The notice is ours; it was paid in a way that makes no receipt." },
    UNKNOWN_NOTICE: { description: "No receipt and no notice of ours has this number." }, REVOKED: { description: "The provider took it back." }, SUPERSEDED: { description: "A later revision of its flow is here." },
  },
});
const { OTHER: _neverShown, ...shownMatches } = BankCreditMatch;
/** What is said of credits that are shown. */
export const ShownCreditMatch = shownMatches;
registerEnumType(ShownCreditMatch, {
  name: "BankCreditMatch", description: "What a credit was matched with.",
  valuesConfig: {
    OPEN: { description: "Not looked at yet." }, MATCHED: { description: "It is the transfer of a flow, or of a single payment, to the cent." }, AMOUNT_DIFFERS: { description: "It names a flow or a payment, at another amount." },
    CREDITED_TWICE: { description: "Another credit is what it names." }, AMBIGUOUS: { description: "It could be the transfer of several flows: its causale, its references and its amount do not tell which." },
    UNKNOWN: { description: "What it names is not here, or not yet." }, REVERSED: { description: "The bank took it back; or it is what takes another back, below zero." },
  },
});
registerEnumType(DiscrepancyState, {
  name: "DiscrepancyState", description: "Whether somebody still has to look.",
  valuesConfig: { OPEN: { description: "Somebody has to look." }, RESOLVED: { description: "Somebody settled it, or its cause went away." } },
});
registerEnumType(DiscrepancyReason, {
  name: "DiscrepancyReason", description: "What somebody has to look into: why receipts, flows and bank do not say the same, or what a receipt brought that it should not have.",
  valuesConfig: {
    AMOUNT_DIFFERS: { description: "A flow reports another amount than the receipt promised." }, REPORTED_TWICE: { description: "A payment was reported before, or credited alone." },
    IDENTIFIERS_DIFFER: { description: "A flow names a receipt of ours with another notice or transfer." }, RECEIPT_MISSING: { description: "A notice of ours was paid, and its receipt never came." },
    PAID_WITHOUT_RECEIPT: { description: "A notice of ours was paid in a way that makes no receipt." }, UNKNOWN_NOTICE: { description: "A flow reports a payment of a notice that nobody here knows." },
    REVOKED: { description: "A provider took a payment back." }, NOT_REPORTED: { description: "A receipt promised money a week ago, and no flow reports it." }, FLOW_FAILED: { description: "A flow could not be read." },
    FLOWS_NOT_LISTED: { description: "The list of flows could not be read five times in a row. Find out why (`lastSearch`), then call `findFlows`." },
    FLOW_SUM_DIFFERS: { description: "A flow says another sum or count than its payments come to." }, FLOW_WITHOUT_CREDIT: { description: "A flow was reported, and the statements of the week after show no credit." },
    STATEMENT_DIFFERS: { description: "The bank credited another amount than the flow or the payment that it names." }, CREDITED_TWICE: { description: "The bank credited a flow or a payment a second time." },
    CREDIT_AMBIGUOUS: { description: "The bank credited something that several flows could explain." }, CREDIT_UNKNOWN: { description: "The bank credited something that a week later nothing explains." },
    PAID_TWICE: { description: "Another receipt came for a debt that was paid before: `found` is to be given back." },
    STAMP_WRONG: { description: "A digital stamp that came is not as it should be: its verdict stands with the payment." }, STAMP_MISSING: { description: "A digital stamp was paid a week ago and has not come." },
  },
});
