import { z } from "zod";
import type { SourceHealth } from "../upstream.ts";
import { euros, keepable, openService, type PagopaDeps, type ServiceSettings } from "./service.ts";

/** What names a flow: a provider never gives two of its flows the same name within a year, and publishes corrections as revisions. */
export interface FlowKey {
  readonly pspId: string;
  readonly name: string;
  /** From 1. */
  readonly revision: number;
}

/** A flow as the platform lists it. */
export interface PublishedFlow extends FlowKey {
  readonly publishedAt: Date;
}

/** What a flow says of itself. */
export interface FlowHeader {
  readonly pspName: string;
  /** The provider's reference of the credit transfer (its TRN). */
  readonly regulation: string;
  /** `YYYY-MM-DD`: the day of the credit transfer. */
  readonly regulationDate: string;
  /** How many payments it says it holds, and what they come to, in cents: the amount of the credit transfer. */
  readonly count: number;
  readonly sumCents: number;
  /** How many the platform counted in it: so many can be read. */
  readonly counted: number;
}

/**
 * How a payment came to be: as always; taken by the node in the station's stead; the same, without a request for payment;
 * without a request for payment. `REVOKED` is of old flows: the payment was taken back.
 */
export const reportedOutcomes = ["EXECUTED", "STAND_IN", "STAND_IN_NO_RPT", "NO_RPT", "REVOKED"] as const;
export type ReportedOutcome = (typeof reportedOutcomes)[number];

/** A payment in a flow: one transfer of it, for one administration is told only of its own. */
export interface ReportedPayment {
  /** Its place in the flow. */
  readonly index: number;
  readonly iuv: string;
  /** The node's identifier of the payment: that of the receipt. */
  readonly iur: string;
  /** 1 to 5: which transfer of the receipt. */
  readonly transferIndex: number;
  readonly amountCents: number;
  readonly outcome: ReportedOutcome;
  readonly paidAt: Date;
}

/** One page of a list, and how many pages there are; none when there is nothing. */
export interface FlowPage<Item> {
  readonly items: readonly Item[];
  readonly pages: number;
}

/** A page of the list of flows: those that can be read, and how many cannot, which must not keep the others away. */
export interface FlowList extends FlowPage<PublishedFlow> {
  readonly unreadable: number;
}

/** FdR: what providers report to have wired. Everything here is a read. */
export interface FlowReporting {
  /**
   * A page (from 1) of all flows that were published after an instant, of every provider, in their last revisions. The
   * platform keeps them 30 days and does not remember what was read.
   *
   * Throws `SourceRefused` (`NOT_FOUND`: the administration is not known there; `NOT_AUTHORISED`, `BAD_REQUEST`),
   * `SourceUnavailable`, `SourceMalformed`.
   */
  list(after: Date, page: number, signal?: AbortSignal): Promise<FlowList>;
  /** What a flow says of itself. Throws as `list`; `NOT_FOUND`: it is not there any more, or a later revision took its place. */
  header(flow: FlowKey, signal?: AbortSignal): Promise<FlowHeader>;
  /** A page (from 1) of the payments of a flow. Throws as `header`. */
  payments(flow: FlowKey, page: number, signal?: AbortSignal): Promise<FlowPage<ReportedPayment>>;
  health(): SourceHealth;
}

/** Rows that a page may hold, the most that the platform gives. */
const pageSize = 1_000;

/** Opens FdR for one administration. Throws when the settings are not right. */
export function openFlowReporting(settings: ServiceSettings, creditorFiscalCode: string, deps: PagopaDeps): FlowReporting {
  // A page of a thousand payments takes a quarter of a megabyte.
  const service = openService("PAGOPA_FDR", { deadlineMs: 15_000, ...settings }, deps, 2_097_152);
  const base = `/organizations/${encodeURIComponent(creditorFiscalCode)}/fdrs`;
  const pathOf = ({ name, revision, pspId }: FlowKey): string => `${base}/${encodeURIComponent(name)}/revisions/${revision}/psps/${encodeURIComponent(pspId)}`;

  const read = <Result>(operation: string, path: string, query: Readonly<Record<string, string | number>>, answer: z.ZodType<Result>, signal: AbortSignal | undefined): Promise<Result> =>
    service.call({ operation, kind: "read", parse: raw => answer.parse(raw), ...(signal ? { signal } : {}) }, async inTime => (await service.get(path, query, inTime)).data);

  return {
    list: (after, page, signal) => read("listFlows", base, { publishedGt: after.toISOString(), page, size: pageSize }, pageOf(z.unknown(), page).transform(readable), signal),
    header: (flow, signal) => read("readFlow", pathOf(flow), {}, headerOf(flow), signal),
    payments: (flow, page, signal) => read("readFlowPayments", `${pathOf(flow)}/payments`, { page, size: pageSize }, pageOf(reported, page), signal),
    health: () => service.health(),
  };
}

const identifier = keepable(35);
const instant = z.iso.datetime({ offset: true }).transform(text => new Date(text));
/** A number of things, as large as a column of the database takes. */
const whole = z.int().min(0).max(2_147_483_647);

const listed = z.object({ fdr: identifier, pspId: identifier, revision: whole.min(1), published: instant })
  .transform(({ fdr, pspId, revision, published }): PublishedFlow => ({ pspId, name: fdr, revision, publishedAt: published }));

const reported = z.object({
  index: whole, iuv: identifier, iur: identifier, idTransfer: z.int().min(1).max(5), pay: euros, payStatus: z.enum(reportedOutcomes), payDate: instant,
}).transform(({ index, iuv, iur, idTransfer, pay, payStatus, payDate }): ReportedPayment => ({ index, iuv, iur, transferIndex: idTransfer, amountCents: pay, outcome: payStatus, paidAt: payDate }));

/** Each flow of a page by itself. */
function readable({ items, pages }: FlowPage<unknown>): FlowList {
  const read = items.map(item => listed.safeParse(item));
  const flows = read.flatMap(({ success, data }) => (success ? [data] : []));
  return { items: flows, pages, unreadable: read.length - flows.length };
}

/** A page; one that says it is another than was asked for would be taken twice. */
const pageOf = <Item>(item: z.ZodType<Item>, page: number): z.ZodType<FlowPage<Item>> =>
  z.object({ metadata: z.object({ pageNumber: z.literal(page).optional(), totPage: whole }), data: z.array(item).max(pageSize) })
    .transform(({ metadata, data }) => ({ items: data, pages: metadata.totPage }));

/** A flow's words of itself; those of another flow must never be taken for this one's. */
const headerOf = ({ name, revision }: FlowKey): z.ZodType<FlowHeader> =>
  z.object({
    fdr: z.literal(name), revision: z.literal(revision), regulation: keepable(255, 0), regulationDate: z.iso.date(), sender: z.object({ pspName: keepable(255, 0) }),
    totPayments: whole, sumPayments: euros, computedTotPayments: whole.optional(),
  }).transform(({ regulation, regulationDate, sender, totPayments, sumPayments, computedTotPayments }) =>
    ({ pspName: sender.pspName, regulation, regulationDate, count: totPayments, sumCents: sumPayments, counted: computedTotPayments ?? totPayments }));
