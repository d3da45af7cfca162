import { z } from "zod";
import { SourceRefused, type SourceHealth } from "../upstream.ts";
import { cut, openService, type PagopaDeps, type ServiceSettings } from "./service.ts";

/** One to five notices to be paid in one go. */
export interface Cart {
  /** The hub's name for the attempt: comes back with the payment as `paymentNote`. */
  readonly id: string;
  readonly notices: readonly CartNotice[];
  /** Where Checkout sends its own confirmation; the payer may change it. */
  readonly email?: string;
  /** Whether every transfer of every notice has a postal account. */
  readonly allPostal?: boolean;
  /** Where the browser comes back to, absolute addresses. Coming back proves nothing about the payment. */
  readonly returnTo: { readonly paid: string; readonly cancelled: string; readonly failed: string; readonly waiting: string };
}

export interface CartNotice {
  readonly noticeNumber: string;
  readonly creditorFiscalCode: string;
  readonly amountCents: number;
  readonly companyName: string;
  readonly description: string;
}

export interface Checkout {
  /**
   * Opens a cart and tells the address of the page where it is paid, for the payer's browser. Moves no money: a cart
   * that is never paid is nothing, so a repeat is harmless.
   *
   * Throws `SourceRefused` (`NOT_PAYABLE`: a notice is paid or being paid; `BAD_REQUEST`, `NOT_AUTHORISED`),
   * `SourceUnavailable`, `SourceMalformed`.
   */
  openCart(cart: Cart, signal?: AbortSignal): Promise<{ readonly paymentPage: string }>;
  /**
   * Sees whether Checkout answers and takes our key, by a cart that it must refuse: an empty one. Resolves when it does;
   * throws `SourceRefused` (`NOT_AUTHORISED`) for a key that is not good, `SourceUnavailable`, `SourceMalformed`.
   */
  ping(signal?: AbortSignal): Promise<void>;
  health(): SourceHealth;
}

/** Opens pagoPA Checkout, carts version 2, for one administration. Throws when the settings are not right. */
export function openCheckout(settings: ServiceSettings, deps: PagopaDeps): Checkout {
  const service = openService("PAGOPA_CHECKOUT", settings, deps);
  // The page takes card numbers: only the sandbox, itself on plain HTTP, may send people to an unprotected one.
  const answer = z.object({ location: z.url({ protocol: settings.url.startsWith("http:") ? /^https?$/ : /^https$/ }) });

  return {
    openCart: (cart, signal) =>
      service.call(
        { operation: "openCart", kind: "write", parse: raw => ({ paymentPage: answer.parse(raw).location }), ...(signal ? { signal } : {}) },
        async inTime => {
          const { status, headers } = await service.post("/carts", bodyOf(cart), [302, 422], inTime);
          if (status === 422) throw new SourceRefused("PAGOPA_CHECKOUT", "NOT_PAYABLE", "HTTP_422");
          return { location: headers.location as unknown };
        },
      ),
    ping: signal => service.call(
      { operation: "ping", kind: "read", parse: () => undefined, ...(signal ? { signal } : {}) },
      inTime => service.post("/carts", {}, [400, 422], inTime),
    ),
    health: () => service.health(),
  };
}

const bodyOf = ({ id, notices, email, allPostal, returnTo }: Cart) => ({
  ...(email === undefined ? {} : { emailNotice: email }),
  idCart: id,
  ...(allPostal === undefined ? {} : { allCCP: allPostal }),
  paymentNotices: notices.map(({ noticeNumber, creditorFiscalCode, amountCents, companyName, description }) => ({
    noticeNumber, fiscalCode: creditorFiscalCode, amount: amountCents, companyName: cut(companyName), description: cut(description),
  })),
  returnUrls: { returnOkUrl: returnTo.paid, returnCancelUrl: returnTo.cancelled, returnErrorUrl: returnTo.failed, returnWaitingUrl: returnTo.waiting },
});
