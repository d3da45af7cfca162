import { z } from "zod";
import { SourceRefused, SourceUnavailable, type SourceHealth } from "../upstream.ts";
import { instant } from "./receive.ts";
import { euros, keepable, openService, type PagopaDeps, type ServiceSettings } from "./service.ts";

/** A payment as the platform tells of it when asked. */
export interface FoundReceipt {
  /** The node's identifier of the payment (IUR). */
  readonly receiptId: string;
  readonly noticeNumber: string;
  readonly issuerFiscalCode: string;
  readonly iuv: string;
  readonly amountCents: number;
  /** Whether money moved. */
  readonly paid: boolean;
  readonly pspName: string;
  readonly paymentMethod: string | null;
  readonly paidAt: Date | null;
  /** Digital stamps that it brings, with the transfer that bought each, from 1. */
  readonly transfers: readonly { readonly index: number; readonly stamp?: Buffer }[];
  /** The answer as it came: the proof. */
  readonly message: Uint8Array;
}

/** The platform's memory of payments, for receipts that never came. */
export interface PaymentMemory {
  /**
   * The payment with these two identifiers, as a reporting flow tells them; null when the platform knows of none.
   *
   * The platform wants to be asked only for what is missing, no more than once in five seconds and ten times an hour:
   * sooner than that nobody is asked, and `SourceUnavailable` says when. Throws `SourceRefused` (`NOT_AUTHORISED`,
   * `BAD_REQUEST`; `NOT_UNIQUE`: several answer to these identifiers), `SourceUnavailable`, `SourceMalformed`.
   */
  find(payment: { readonly iur: string; readonly iuv: string }, signal?: AbortSignal): Promise<FoundReceipt | null>;
  health(): SourceHealth;
}

const answer = z.object({
  receiptId: keepable(255), noticeNumber: z.string().regex(/^\d{18}$/), fiscalCode: z.string().regex(/^\d{11}$/), creditorReferenceId: keepable(35),
  paymentAmount: euros, outcome: z.enum(["OK", "KO"]), pspCompanyName: keepable(255), paymentMethod: keepable(255).nullish(),
  paymentDateTimeFormatted: z.iso.datetime({ local: true, offset: true }).nullish(),
  transferList: z.array(z.object({ idTransfer: z.int().min(1).max(5).nullish(), mbdAttachment: z.base64().nullish() })).min(1).max(5),
});

/** Calls that the platform bears: SANP for the hour, its gateway for the five seconds. */
const limits = [{ calls: 1, ms: 5_000 }, { calls: 10, ms: 3_600_000 }] as const;

/** Opens the platform's memory of payments (biz-events) for one administration. Throws when the settings are not right. */
export function openPaymentMemory(settings: ServiceSettings, creditorFiscalCode: string, deps: PagopaDeps): PaymentMemory {
  const service = openService("PAGOPA_BIZ_EVENTS", settings, deps);
  let asked: number[] = [];

  /** Counts a call, or throws when it would be one too many. */
  const pace = (): void => {
    const now = deps.clock.now().getTime();
    asked = asked.filter(at => at > now - limits[1].ms);
    for (const { calls, ms } of limits) {
      const recent = asked.filter(at => at > now - ms);
      if (recent.length >= calls) throw new SourceUnavailable("PAGOPA_BIZ_EVENTS", { since: new Date(recent[0]!), retryAfter: new Date(recent.at(-calls)! + ms), diagnosis: "PACE" });
    }
    asked.push(now);
  };

  return {
    async find({ iur, iuv }, signal) {
      pace();
      try {
        return await service.call(
          // A read that is not repeated: the platform's pace does not allow it.
          { operation: "findReceipt", kind: "write", parse: raw => receiptOf(raw, { iur, iuv }), ...(signal ? { signal } : {}) },
          async inTime => (await service.get(`/organizations/${creditorFiscalCode}/receipts/${encodeURIComponent(iur)}/paymentoptions/${encodeURIComponent(iuv)}`, {}, inTime)).data,
        );
      } catch (error) {
        if (error instanceof SourceRefused && error.reason === "NOT_FOUND") return null;
        throw error instanceof SourceRefused && error.diagnosis === "HTTP_422" ? new SourceRefused("PAGOPA_BIZ_EVENTS", "NOT_UNIQUE", "HTTP_422") : error;
      }
    },
    health: () => service.health(),
  };
}

function receiptOf(raw: unknown, { iur, iuv }: { readonly iur: string; readonly iuv: string }): FoundReceipt {
  const found = answer.parse(raw);
  // An answer about another payment must never be taken for this one's.
  if (found.receiptId !== iur || found.creditorReferenceId !== iuv) throw new RangeError("another payment");
  const paidAt = found.paymentDateTimeFormatted;
  return {
    receiptId: found.receiptId, noticeNumber: found.noticeNumber, issuerFiscalCode: found.fiscalCode, iuv: found.creditorReferenceId, amountCents: found.paymentAmount, paid: found.outcome === "OK",
    pspName: found.pspCompanyName, paymentMethod: found.paymentMethod ?? null, paidAt: (paidAt && instant(paidAt)) || null,
    // The interface leaves the number of a transfer open: they come in their order.
    transfers: found.transferList.map(({ idTransfer, mbdAttachment }, place) => ({ index: idTransfer ?? place + 1, ...(mbdAttachment ? { stamp: Buffer.from(mbdAttachment, "base64") } : {}) })),
    message: Buffer.from(JSON.stringify(raw)),
  };
}
