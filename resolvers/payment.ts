import { Arg, Ctx, FieldResolver, Info, Mutation, Resolver, Root } from "type-graphql";
import { orProblem } from "../operations/answer.ts";
import type { Hub } from "../operations/hub.ts";
import { showPayment } from "../operations/payment/show-payment.ts";
import { startPayment } from "../operations/payment/start-payment.ts";
import type { FieldInfo } from "../operations/read/selection.ts";
import { Allow } from "../schema/decorators.ts";
import { StartPaymentInput, StartPaymentResult, StartPaymentSuccess } from "../schema/payment.ts";

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
}
