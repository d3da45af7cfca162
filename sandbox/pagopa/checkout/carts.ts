import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { Bank, Payment } from "../node/bank.ts";
import type { Driver } from "../node/driver.ts";
import { euro } from "../node/stand-in.ts";
import { invalid, problem, type ServiceAnswer } from "../services/gateway.ts";

const address = z.url({ protocol: /^https?$/ });
const returnUrls = { returnOkUrl: address, returnCancelUrl: address, returnErrorUrl: address };

const request = z.object({
  emailNotice: z.email().optional(),
  idCart: z.string().optional(),
  allCCP: z.boolean().optional(),
  paymentNotices: z
    .array(
      z.object({
        noticeNumber: z.string().length(18),
        fiscalCode: z.string().length(11),
        amount: z.int().min(1),
        companyName: z.string().max(140),
        description: z.string().max(140),
      }),
    )
    .min(1)
    .max(5),
  returnUrls: z.object(returnUrls),
});

const requests = { 1: request, 2: request.extend({ returnUrls: z.object({ ...returnUrls, returnWaitingUrl: address }) }) } as const;

export type CartRequest = Omit<z.output<typeof request>, "returnUrls"> & {
  readonly returnUrls: z.output<z.ZodObject<typeof returnUrls>> & { readonly returnWaitingUrl?: string };
};

/** What became of a cart at the payment page. */
export type CartState = "OPEN" | "PAID" | "CANCELLED" | "FAILED" | "WAITING" | "CLOSED";

export interface Cart extends CartRequest {
  readonly id: string;
  state: CartState;
  /** Why paying failed, in the node's code. */
  faultCode?: string;
}

/** The carts that creditors opened, and what the person at the payment page does with them. */
export class Carts {
  private readonly carts = new Map<string, Cart>();
  private readonly timers = new Set<NodeJS.Timeout>();

  constructor(
    private readonly bank: Bank,
    private readonly driver: Driver,
  ) {}

  find(id: string): Cart | undefined {
    return this.carts.get(id);
  }

  close(): void {
    for (const timer of this.timers) clearTimeout(timer);
  }

  /** Opens a cart: 302 to the payment page; 400 when it is no cart, 422 when the node would not let a notice be paid. */
  open(version: 1 | 2, body: unknown): ServiceAnswer {
    const parsed = requests[version].safeParse(body);
    if (!parsed.success) return invalid(parsed.error);
    const notices = parsed.data.paymentNotices;
    const distinct = new Set(notices.map(({ fiscalCode, noticeNumber }) => `${fiscalCode}/${noticeNumber}`));
    const payable = notices.every(({ fiscalCode, noticeNumber }) => this.bank.blockOf(fiscalCode, noticeNumber) === undefined);
    if (distinct.size < notices.length || !payable) return problem(422, "Invalid payment info", "a notice of the cart is paid, being paid or there twice");
    const cart: Cart = { ...parsed.data, id: randomUUID(), state: "OPEN" };
    this.carts.set(cart.id, cart);
    return { status: 302, headers: { location: `${this.bank.world.sandboxUrl}/checkout/pay/${cart.id}` } };
  }

  /** Pays every notice; none is paid when one cannot be. The receipts leave afterwards, as they do from the node. */
  async pay(cart: Cart): Promise<void> {
    const payments = await this.activate(cart);
    if (payments.length > 0) await this.settle(cart, payments);
  }

  /** Leaves the payment without an outcome; it comes later by itself. */
  async wait(cart: Cart): Promise<void> {
    const payments = await this.activate(cart);
    if (payments.length === 0) return;
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      this.settle(cart, payments).catch((error: unknown) => this.bank.world.log.error({ err: error }, "a waiting payment could not be settled"));
    }, this.bank.settings.waitingMs);
    timer.unref();
    this.timers.add(timer);
  }

  /** The provider refuses the money: the notices are activated and given up. */
  async fail(cart: Cart): Promise<void> {
    await this.giveUp(await this.activate(cart));
    cart.state = "FAILED";
  }

  private async activate(cart: Cart): Promise<Payment[]> {
    // Claimed before the first call goes out: a second press of the button finds the cart busy.
    cart.state = "WAITING";
    const payments: Payment[] = [];
    for (const { fiscalCode, noticeNumber, amount } of cart.paymentNotices) {
      const view = await this.driver.activate({ fiscalCode, noticeNumber, version: 2, style: "prefixed", amount: euro(amount), paymentNote: cart.idCart?.slice(0, 210) || undefined });
      if (!view.payment) {
        await this.giveUp(payments);
        cart.state = "FAILED";
        cart.faultCode = view.fault!.originalFaultCode ?? view.fault!.faultCode;
        return [];
      }
      payments.push(view.payment);
    }
    return payments;
  }

  private async giveUp(payments: readonly Payment[]): Promise<void> {
    for (const { paymentToken } of payments) await this.driver.outcome(paymentToken, "KO", {});
  }

  private async settle(cart: Cart, payments: readonly Payment[]): Promise<void> {
    for (const payment of payments) {
      await this.driver.outcome(payment.paymentToken, "OK", { paymentMethod: "creditCard", fee: "1.00" });
      this.driver.notify(payment).catch((error: unknown) => this.bank.world.log.error({ err: error }, "a receipt could not be delivered"));
    }
    cart.state = "PAID";
  }
}
