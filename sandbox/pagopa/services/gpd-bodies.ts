import { z } from "zod";

const filled = z.string().refine(text => text.trim() !== "", "must not be blank");
const text = z.string().max(140);
const filledText = filled.max(140);
const cents = z.int().min(1);
const instant = z.iso.datetime({ offset: true });

/** Up to ten entries, each key once; the platform keeps one key for itself. */
const metadata = <Entry extends { readonly key: string }>(entry: z.ZodType<Entry>) =>
  z.array(entry).max(10).refine(entries => new Set(entries.map(({ key }) => key)).size === entries.length && !entries.some(({ key }) => key === "NOTIFICATION_FEE"), "keys are unique and not reserved");
const entry = z.object({ key: filledText, value: text });

const transfer = z.object({
  idTransfer: z.enum(["1", "2", "3", "4", "5"]), amount: cents, organizationFiscalCode: z.string().optional(), companyName: text.optional(),
  remittanceInformation: filledText, category: filled, iban: z.string().regex(/^[A-Za-z0-9]{1,35}$/).optional(), postalIban: z.string().regex(/^$|^[A-Za-z0-9]{1,35}$/).optional(),
  stamp: z.object({ hashDocument: filled.max(72), stampType: z.string().length(2), provincialResidence: z.string().regex(/^[A-Z]{2}$/) }).optional(),
  transferMetadata: metadata(entry),
}).refine(({ iban, postalIban, stamp }) => (stamp ? iban === undefined && !postalIban : iban !== undefined), "either an account or a stamp");

const payable = {
  nav: filled.optional(), iuv: filled, amount: cents, description: filledText, dueDate: instant, transfer: z.array(transfer).min(1).max(5),
};

interface Sum { readonly amount: number; readonly transfer: readonly { readonly amount: number }[] }
const adds = ({ amount, transfer: parts }: Sum): boolean => amount === parts.reduce((sum, part) => sum + part.amount, 0);

const debtor = z.object({
  type: z.enum(["F", "G"]), fiscalCode: filled, fullName: filled, streetName: z.string().optional(), civicNumber: z.string().optional(), postalCode: z.string().optional(), city: z.string().optional(),
  province: z.string().optional(), region: z.string().optional(), country: z.string().regex(/^[A-Z]{2}$/).optional(), email: z.string().optional(), phone: z.string().optional(),
});
const position = { iupd: z.string().regex(/^[\w* -]+$/).refine(id => id.trim() !== "", "must not be blank"), companyName: filledText, officeName: text.optional(), payStandIn: z.boolean().default(true) };

/** The body of version 1: every option is one payment, partial or not. */
const version1 = debtor.extend({
  ...position, switchToExpired: z.boolean(), validityDate: instant.optional(),
  paymentOption: z.array(z.object({ ...payable, retentionDate: instant.optional(), isPartialPayment: z.boolean(), paymentOptionMetadata: metadata(entry) }).refine(adds, "the amount is the sum of the transfers")).default([]),
});

/** The body of version 3: options with instalments, each option with its debtor. */
const version3 = z.object({
  ...position,
  paymentOption: z.array(z.object({
    description: text.optional(), validityDate: instant.optional(), retentionDate: instant.optional(), switchToExpired: z.boolean(), debtor,
    installments: z.array(z.object({ ...payable, installmentMetadata: metadata(z.object({ key: filled, value: z.string().optional() })) }).refine(adds, "the amount is the sum of the transfers")).min(1).max(100),
  })).min(1).max(100),
});

/** One thing that can be paid, under a notice number of its own. */
export interface Payable {
  readonly nav: string;
  readonly iuv: string;
  readonly amount: number;
  readonly description: string;
  readonly dueDate: string;
  readonly isPartial: boolean;
  readonly transfer: readonly z.output<typeof transfer>[];
  readonly metadata: readonly { readonly key: string; readonly value?: string | undefined }[];
  /** When it was marked as paid. */
  paidAt?: string;
}

/** A way to pay a debt: at once, or in instalments. Dates are instants. */
export interface Option {
  readonly validityDate: string | undefined;
  readonly retentionDate: string | undefined;
  readonly switchToExpired: boolean;
  readonly debtor: z.output<typeof debtor>;
  readonly payables: readonly Payable[];
}

/** A position as it was given, in whichever version. */
export interface Given {
  readonly iupd: string;
  readonly version: 1 | 3;
  readonly companyName: string;
  readonly officeName: string | undefined;
  readonly options: readonly Option[];
  /** What is answered to whoever gave it. */
  readonly body: object;
}

type Read = { readonly ok: true; readonly position: Given } | { readonly ok: false; readonly error: z.ZodError };

/** Reads a body of one of the versions; the issues instead when it is none. */
export const readPosition = (version: 1 | 3, body: unknown): Read => (version === 1 ? readVersion1(body) : readVersion3(body));

function readVersion1(given: unknown): Read {
  const { success, error, data: body } = version1.safeParse(given);
  if (!success) return { ok: false, error };
  const { iupd, companyName, officeName, validityDate, switchToExpired, paymentOption } = body;
  const all = paymentOption.map(({ nav, iuv, isPartialPayment: isPartial, paymentOptionMetadata, retentionDate, ...rest }) => ({ payable: { ...rest, iuv, nav: nav ?? `3${iuv}`, isPartial, metadata: paymentOptionMetadata }, retentionDate }));
  const parts = all.filter(({ payable: { isPartial } }) => isPartial);
  const ways = [...all.filter(({ payable: { isPartial } }) => !isPartial).map(each => [each]), ...(parts.length > 0 ? [parts] : [])];
  const options = ways.map(way => ({ validityDate, retentionDate: way[0]!.retentionDate, switchToExpired, debtor: debtor.parse(body), payables: way.map(each => each.payable) }));
  return { ok: true, position: { iupd, version: 1, companyName, officeName, options, body } };
}

function readVersion3(given: unknown): Read {
  const { success, error, data: body } = version3.safeParse(given);
  if (!success) return { ok: false, error };
  const { iupd, companyName, officeName, paymentOption } = body;
  const options = paymentOption.map(({ validityDate, retentionDate, switchToExpired, debtor: owing, installments }) => ({
    validityDate, retentionDate, switchToExpired, debtor: owing,
    payables: installments.map(({ nav, iuv, installmentMetadata, ...rest }) => ({ ...rest, iuv, nav: nav ?? `3${iuv}`, isPartial: installments.length > 1, metadata: installmentMetadata })),
  }));
  return { ok: true, position: { iupd, version: 3, companyName, officeName, options, body } };
}
