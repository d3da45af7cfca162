import { z } from "zod";

const metadata = z.array(z.object({ key: z.string().min(1).max(140), value: z.string().max(140) })).max(10)
  .refine(entries => new Set(entries.map(({ key }) => key)).size === entries.length && !entries.some(({ key }) => key === "NOTIFICATION_FEE"), "keys are unique and not reserved");
const cents = z.int().min(1).max(99_999_999_999);
const text = z.string().min(1).max(140);
const instant = z.iso.datetime({ offset: true });

const transfer = z.object({
  idTransfer: z.enum(["1", "2", "3", "4", "5"]), amount: cents, organizationFiscalCode: z.string().length(11).optional(), companyName: text.optional(),
  remittanceInformation: text, category: text, iban: z.string().min(15).max(35).optional(), postalIban: z.string().min(15).max(35).optional(),
  stamp: z.object({ hashDocument: z.string().min(1).max(72), stampType: z.string().length(2), provincialResidence: z.string().regex(/^[A-Z]{2}$/) }).optional(),
  transferMetadata: metadata,
}).refine(({ iban, stamp }) => (iban === undefined) !== (stamp === undefined), "either an account or a stamp");

const payable = {
  nav: z.string().regex(/^\d{18}$/).optional(), iuv: z.string().min(1).max(35), amount: cents, description: text, dueDate: instant, retentionDate: instant.optional(),
  transfer: z.array(transfer).min(1).max(5),
};

interface Sum { readonly amount: number; readonly transfer: readonly { readonly amount: number }[] }
const adds = ({ amount, transfer: parts }: Sum): boolean => amount === parts.reduce((sum, part) => sum + part.amount, 0);

const debtor = { type: z.enum(["F", "G"]), fiscalCode: z.string().min(2).max(16), fullName: z.string().min(1).max(255) };
const position = { iupd: z.string().regex(/^[A-Za-z0-9_-]{1,50}$/), companyName: text, officeName: text.optional(), payStandIn: z.boolean().default(true) };

/** The body of version 1: every option is one payment, partial or not. */
const version1 = z.object({
  ...position, ...debtor, switchToExpired: z.boolean(), validityDate: instant.optional(),
  paymentOption: z.array(z.object({ ...payable, isPartialPayment: z.boolean(), paymentOptionMetadata: metadata }).refine(adds, "the amount is the sum of the transfers")).min(1),
});

/** The body of version 3: options with instalments, each option with its debtor. */
const version3 = z.object({
  ...position,
  paymentOption: z.array(z.object({
    description: text.optional(), validityDate: instant.optional(), switchToExpired: z.boolean(), debtor: z.object(debtor),
    installments: z.array(z.object({ ...payable, installmentMetadata: metadata }).refine(adds, "the amount is the sum of the transfers")).min(1).max(100),
  })).min(1).max(100),
});

/** One thing that can be paid, under a notice number of its own. */
export interface Payable {
  readonly nav: string;
  readonly iuv: string;
  readonly amount: number;
  readonly dueDate: string;
  readonly transfer: readonly z.output<typeof transfer>[];
  paid: boolean;
}

/** A position as the register keeps it, whichever version it came in. */
export interface Kept {
  readonly iupd: string;
  readonly version: 1 | 3;
  readonly switchToExpired: boolean;
  readonly options: readonly { readonly payables: readonly Payable[] }[];
  readonly body: object;
  status: "DRAFT" | "VALID" | "PARTIALLY_PAID" | "PAID" | "INVALID";
}

type Given = Omit<Payable, "nav" | "paid"> & { readonly nav?: string | undefined };

const payablesOf = (all: readonly Given[]): Payable[] => all.map(({ nav, iuv, amount, dueDate, transfer: transfers }) => ({ nav: nav ?? `3${iuv}`, iuv, amount, dueDate, transfer: transfers, paid: false }));

/** Reads a body of one of the versions; issues instead when it is none. */
export function readPosition(version: 1 | 3, body: unknown): { readonly ok: true; readonly position: Kept } | { readonly ok: false; readonly error: z.ZodError } {
  if (version === 1) {
    const parsed = version1.safeParse(body);
    if (!parsed.success) return { ok: false, error: parsed.error };
    const { iupd, switchToExpired, paymentOption } = parsed.data;
    const [whole, parts] = [false, true].map(partial => payablesOf(paymentOption.filter(({ isPartialPayment }) => isPartialPayment === partial))) as [Payable[], Payable[]];
    const options = [...whole.map(payable => ({ payables: [payable] })), ...(parts.length > 0 ? [{ payables: parts }] : [])];
    return { ok: true, position: { iupd, version, switchToExpired, options, body: parsed.data, status: "DRAFT" } };
  }
  const parsed = version3.safeParse(body);
  if (!parsed.success) return { ok: false, error: parsed.error };
  const { iupd, paymentOption } = parsed.data;
  const options = paymentOption.map(({ installments }) => ({ payables: payablesOf(installments) }));
  return { ok: true, position: { iupd, version, switchToExpired: paymentOption.every(option => option.switchToExpired), options, body: parsed.data, status: "DRAFT" } };
}
