import { Temporal } from "temporal-polyfill";
import { z } from "zod";
import { SourceRefused, type SourceHealth } from "../upstream.ts";
import { cut, openService, type PagopaDeps, type Service, type ServiceSettings } from "./service.ts";
import type { AccountTransfer, StampTransfer } from "./station-words.ts";

/** A debt as pagoPA's register (GPD) answers for it to the node, in the administration's stead. */
export interface RegisteredDebt {
  /** The administration's own key of the debt (IUPD): letters, digits, `-` and `_`. */
  readonly id: string;
  readonly companyName: string;
  readonly debtor: { readonly type: "PERSON" | "ORGANISATION"; readonly code: string; readonly fullName: string };
  /** Whether its notices can no longer be paid after their last day. */
  readonly expires: boolean;
  /** One to a hundred ways of paying it. Version 1 knows one in full and one in instalments. */
  readonly options: readonly RegisteredOption[];
}

export interface RegisteredOption {
  readonly description: string;
  /** One for a payment in full. */
  readonly instalments: readonly RegisteredInstalment[];
}

export interface RegisteredInstalment {
  readonly noticeNumber: string;
  readonly iuv: string;
  readonly description: string;
  /** `YYYY-MM-DD`, the last day in Rome. */
  readonly dueDate: string;
  /** One to five, in this order; what they come to is the amount. */
  readonly transfers: readonly (AccountTransfer | StampTransfer)[];
}

export interface DebtRegister {
  /**
   * Gives a new or changed debt to the register and publishes it. Its id is the key: giving the same again changes nothing.
   * Throws `SourceRefused` (`NOT_POSSIBLE`: paid or closed there; `CONFLICT`: a notice number or IUV is another debt's;
   * `BAD_REQUEST`, `NOT_AUTHORISED`), `SourceUnavailable`, `SourceMalformed`.
   */
  keep(debt: RegisteredDebt, signal?: AbortSignal): Promise<void>;
  /** Closes a debt of which nothing is to be paid any more. Throws as `keep`; here `NOT_FOUND` and `NOT_POSSIBLE` mean that nothing open is there. */
  close(id: string, signal?: AbortSignal): Promise<void>;
  /**
   * Says that a notice was paid without the register's part: whoever asks it is told so from then on. Throws as `close`:
   * `NOT_POSSIBLE` also where the register knows of a payment by itself.
   */
  settle(noticeNumber: string, paidAt: Date, signal?: AbortSignal): Promise<void>;
  /** Whether a notice is part of a debt there. Throws as `keep`, and `NOT_FOUND` where there is no such debt. */
  holds(id: string, noticeNumber: string, signal?: AbortSignal): Promise<boolean>;
  /** Whether the register can be reached and takes our key. Throws as `keep`. */
  ping(signal?: AbortSignal): Promise<void>;
  health(): SourceHealth;
}

export interface RegisterSettings extends ServiceSettings {
  /** Which bodies it is spoken to in; `url` ends with the same version. */
  readonly version: 1 | 3;
}

/** Opens GPD, pagoPA's register of debts, for the administration with this fiscal code. Throws when the settings are not right. */
export function openDebtRegister({ version, ...settings }: RegisterSettings, creditorFiscalCode: string, deps: PagopaDeps): DebtRegister {
  const service = openService("PAGOPA_GPD", settings, deps);
  // Only version 1 lets a notice be marked as paid; it does so for positions of either version.
  const first = version === 1 ? service : openService("PAGOPA_GPD", { ...settings, url: settings.url.replace(/\/v3\/?$/, "/v1") }, deps);
  const positions = `/organizations/${creditorFiscalCode}/debtpositions`;
  const asked = (signal: AbortSignal | undefined) => (signal ? { signal } : {});
  return {
    keep: (debt, signal) => {
      // An answer about another debt must never be taken for this one's.
      const answer = z.object({ iupd: z.literal(debt.id) });
      return service.call({ operation: "keepDebt", kind: "write", parse: raw => void answer.parse(raw), ...asked(signal) }, inTime => keep(service, positions, debt, version, inTime));
    },
    close: (id, signal) => service.call({ operation: "closeDebt", kind: "write", parse: raw => void (version === 1 ? z.object({ iupd: z.literal(id) }) : takenOut).parse(raw), ...asked(signal) }, async inTime => {
      const path = `${positions}/${id}`;
      // Only version 1 can invalidate; in version 3 what is not to be paid any more is taken out.
      const { status, data } = version === 1 ? await service.send("POST", `${path}/invalidate`, undefined, [200, 409], inTime) : await service.send("DELETE", path, undefined, [200, 409], inTime);
      if (status === 409) throw new SourceRefused("PAGOPA_GPD", "NOT_POSSIBLE", "HTTP_409");
      return data;
    }),
    settle: (noticeNumber, paidAt, signal) => first.call({ operation: "settleDebt", kind: "write", parse: raw => void z.object({ nav: z.literal(noticeNumber).optional() }).parse(raw), ...asked(signal) }, async inTime => {
      const { status, data } = await first.send("POST", `/organizations/${creditorFiscalCode}/paymentoptions/paids/${noticeNumber}`, { paymentDate: paidAt.toISOString() }, [200, 409, 422], inTime);
      if (status !== 200) throw new SourceRefused("PAGOPA_GPD", "NOT_POSSIBLE", `HTTP_${status}`);
      return data;
    }),
    holds: (id, noticeNumber, signal) => service.call(
      { operation: "readDebt", kind: "read", parse: raw => noticesOf.extend({ iupd: z.literal(id) }).parse(raw).paymentOption.flat().includes(noticeNumber), ...asked(signal) },
      inTime => service.get(`${positions}/${id}`, {}, inTime).then(({ data }) => data)),
    ping: signal => service.call({ operation: "ping", kind: "read", parse: () => undefined, ...asked(signal) }, inTime => service.get(positions, { limit: 1, page: 0 }, inTime)),
    health: () => service.health(),
  };
}

/** The notice numbers of a debt as either version shows it. */
const notice = z.object({ nav: z.string() }).transform(({ nav }) => nav);
const noticesOf = z.object({ paymentOption: z.array(z.union([notice, z.object({ installments: z.array(notice) }).transform(({ installments }) => installments)])) });

/** The register says in words of its own that a debt was taken out; the page of somebody in between says nothing of the kind. */
const takenOut = z.union([z.string().regex(/^\s*[^\s<]/), z.object({})]);

/**
 * Replaces the debt where it is known, and makes it where it is not: a delivery whose outcome is unknown is simply made again.
 * Two who tell of one debt at once may both find it missing: whoever is second replaces what the first has made.
 */
async function keep(service: Service, positions: string, debt: RegisteredDebt, version: 1 | 3, signal: AbortSignal): Promise<unknown> {
  const body = version === 1 ? bodyOfVersion1(debt) : bodyOfVersion3(debt);
  const replace = () => service.send("PUT", `${positions}/${debt.id}?toPublish=true`, body, [200, 404, 409, 422], signal);
  const replaced = await replace();
  if (replaced.status === 409 || replaced.status === 422) throw new SourceRefused("PAGOPA_GPD", "NOT_POSSIBLE", `HTTP_${replaced.status}`);
  if (replaced.status === 200) return replaced.data;
  const made = await service.send("POST", `${positions}?toPublish=true`, body, [201, 409], signal);
  if (made.status === 201) return made.data;
  const again = await replace();
  if (again.status !== 200) throw new SourceRefused("PAGOPA_GPD", "CONFLICT", "HTTP_409");
  return again.data;
}

const debtorOf = ({ debtor: { type, code, fullName } }: RegisteredDebt) => ({ type: type === "PERSON" ? "F" : "G", fiscalCode: code, fullName });

/** Version 1: every instalment is an option of its own, marked as partial unless it pays the debt in full. */
const bodyOfVersion1 = (debt: RegisteredDebt) => ({
  iupd: debt.id, ...debtorOf(debt), companyName: cut(debt.companyName), switchToExpired: debt.expires,
  paymentOption: debt.options.flatMap(({ instalments }) => instalments.map(instalment => ({ ...instalmentOf(instalment), isPartialPayment: instalments.length > 1, paymentOptionMetadata: [] }))),
});

/** Version 3: options with their instalments. */
const bodyOfVersion3 = (debt: RegisteredDebt) => ({
  iupd: debt.id, companyName: cut(debt.companyName),
  paymentOption: debt.options.map(({ description, instalments }) => ({
    description: cut(description), switchToExpired: debt.expires, debtor: debtorOf(debt), installments: instalments.map(instalment => ({ ...instalmentOf(instalment), installmentMetadata: [] })),
  })),
});

const instalmentOf = ({ noticeNumber, iuv, description, dueDate, transfers }: RegisteredInstalment) => ({
  nav: noticeNumber, iuv, description: cut(description), dueDate: endOfDay(dueDate), amount: transfers.reduce((sum, { amountCents }) => sum + amountCents, 0),
  transfer: transfers.map((transfer, index) => ({
    idTransfer: String(index + 1), amount: transfer.amountCents, organizationFiscalCode: transfer.fiscalCode, remittanceInformation: cut(transfer.remittanceInformation), category: transfer.category,
    ...(transfer.companyName === undefined ? {} : { companyName: cut(transfer.companyName) }), ...goalOf(transfer), transferMetadata: [],
  })),
});

const goalOf = (transfer: AccountTransfer | StampTransfer) => "stamp" in transfer
  ? { stamp: { hashDocument: transfer.stamp.documentHash, stampType: "01", provincialResidence: transfer.stamp.province } }
  : { iban: transfer.iban, ...(transfer.postalIban === undefined ? {} : { postalIban: transfer.postalIban }) };

/** The last second of an Italian day, as an instant in UTC. */
const endOfDay = (day: string): string =>
  Temporal.PlainDate.from(day).toZonedDateTime({ timeZone: "Europe/Rome", plainTime: "23:59:59" }).toInstant().toString();
