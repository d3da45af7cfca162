import type { FastifyInstance, FastifyReply } from "fastify";
import { z } from "zod";
import type { Bank } from "../node/bank.ts";
import { needsKey, RateLimit, throughGateway } from "../services/gateway.ts";
import type { Cart, Carts } from "./carts.ts";
import { type Action, actions, cartPage, endPage, unknownPage } from "./page.ts";

const form = z.object({ action: z.enum(actions) });

/** A page that no cache may keep. */
const html = async (reply: FastifyReply, body: string, status = 200): Promise<FastifyReply> =>
  reply.code(status).type("text/html; charset=utf-8").header("cache-control", "no-store").send(body);

/** Where a cart's end leads the browser; undefined when it stays at the page. */
const wayBack = ({ state, returnUrls }: Cart): string | undefined =>
  ({
    OPEN: undefined,
    PAID: returnUrls.returnOkUrl,
    CANCELLED: returnUrls.returnCancelUrl,
    FAILED: returnUrls.returnErrorUrl,
    WAITING: returnUrls.returnWaitingUrl,
    CLOSED: undefined,
  })[state];

/** Checkout: carts opened by creditors (`POST /checkout/ec/v1|v2/carts`) and the page where people pay them. */
export function registerCheckout(app: FastifyInstance, bank: Bank, carts: Carts): void {
  const rate = new RateLimit([bank.settings.limits.carts]);
  for (const version of [1, 2] as const) {
    app.post(`/checkout/ec/v${version}/carts`, { onRequest: needsKey(bank, "checkout") }, async (request, reply) =>
      throughGateway(request, reply, {
        bank,
        operation: "carts",
        limit: { rate, by: ({ ip }) => ip },
        serve: () => carts.open(version, request.body),
      }),
    );
  }

  const act: Record<Action, (cart: Cart) => Promise<void> | void> = {
    pay: cart => carts.pay(cart),
    vanish: cart => carts.pay(cart),
    wait: cart => carts.wait(cart),
    fail: cart => carts.fail(cart),
    cancel: cart => void (cart.state = "CANCELLED"),
    close: cart => void (cart.state = "CLOSED"),
  };

  app.get<{ Params: { id: string } }>("/checkout/pay/:id", async ({ params }, reply) => {
    const cart = carts.find(params.id);
    if (!cart) return html(reply, unknownPage(), 404);
    return html(reply, cart.state === "OPEN" ? cartPage(cart) : endPage(cart.state, { faultCode: cart.faultCode, back: wayBack(cart) }));
  });

  app.post<{ Params: { id: string } }>("/checkout/pay/:id", async ({ params, body }, reply) => {
    const cart = carts.find(params.id);
    const input = form.safeParse(body);
    if (!cart || !input.success) return html(reply, unknownPage(), cart ? 400 : 404);
    if (cart.state === "OPEN") await act[input.data.action](cart);
    const back = wayBack(cart);
    // A refusal by the creditor is shown before the way back: the person should know why.
    if (back !== undefined && cart.faultCode === undefined && input.data.action !== "vanish") return reply.redirect(back, 303);
    return html(reply, endPage(cart.state, { faultCode: cart.faultCode, back: cart.faultCode === undefined ? undefined : back }));
  });
}
