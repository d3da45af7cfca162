import { Arg, Ctx, FieldResolver, Info, Mutation, Resolver, Root } from "type-graphql";
import { orProblem } from "../operations/answer.ts";
import type { Hub } from "../operations/hub.ts";
import { showPayment, showPayments } from "../operations/payment/show-payment.ts";
import { settlePayment } from "../operations/payment/settle-payment.ts";
import { startPayment } from "../operations/payment/start-payment.ts";
import type { FieldInfo } from "../operations/read/selection.ts";
import { Allow } from "../schema/decorators.ts";
import { SettlePaymentInput, SettlePaymentResult, SettlePaymentSuccess, StartPaymentInput, StartPaymentResult, StartPaymentSuccess } from "../schema/payment.ts";

/** Paying. */
@Resolver(() => StartPaymentSuccess)
export class PaymentResolver {
  @Allow("pay")
  @Mutation(() => StartPaymentResult, { description: "Opens the payment page for something owed. Coming back from there proves nothing: the receipt does." })
  startPayment(@Arg("input", () => StartPaymentInput, { description: "Which payment." }) input: StartPaymentInput, @Ctx() hub: Hub): Promise<object> {
    return orProblem(hub, startPayment(hub, input));
  }

  @FieldResolver()
  payment(@Root() { paymentId }: { paymentId: string }, @Ctx() hub: Hub, @Info() info: FieldInfo): Promise<unknown> {
    return showPayment(hub, paymentId, info);
  }

  @FieldResolver()
  payments(@Root() { paymentIds, paymentId }: { paymentIds?: readonly string[]; paymentId: string }, @Ctx() hub: Hub, @Info() info: FieldInfo): Promise<unknown> {
    // An answer that was kept before several could be paid in one go names one.
    return showPayments(hub, paymentIds ?? [paymentId], info);
  }
}

/** Settling what is uncertain. */
@Resolver(() => SettlePaymentSuccess)
export class SettlementResolver {
  @Allow("desk:payments")
  @Mutation(() => SettlePaymentResult, { description: "Ends the uncertainty of a payment by what a member of staff has seen." })
  settlePayment(@Arg("input", () => SettlePaymentInput, { description: "Which payment, and how it ended." }) input: SettlePaymentInput, @Ctx() hub: Hub): Promise<object> {
    return orProblem(hub, settlePayment(hub, input));
  }

  @FieldResolver()
  payment(@Root() { paymentId }: { paymentId: string }, @Ctx() hub: Hub, @Info() info: FieldInfo): Promise<unknown> {
    return showPayment(hub, paymentId, info);
  }
}
