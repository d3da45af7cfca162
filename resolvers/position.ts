import { Arg, Ctx, FieldResolver, Info, Mutation, Resolver, Root } from "type-graphql";
import { orProblem } from "../operations/answer.ts";
import type { Hub } from "../operations/hub.ts";
import { cancelPayment } from "../operations/payment/cancel-payment.ts";
import { chooseInstalments, offerInstalments } from "../operations/payment/offer-instalments.ts";
import { replacePayment } from "../operations/payment/replace-payment.ts";
import { retryHandOver } from "../operations/payment/retry-hand-over.ts";
import { showAmountDue, showPayment, showShares, type Owing } from "../operations/payment/show-payment.ts";
import type { FieldInfo } from "../operations/read/selection.ts";
import { Allow } from "../schema/decorators.ts";
import { PaymentType } from "../schema/payment.ts";
import {
  CancelPaymentInput, CancelPaymentResult, CancelPaymentSuccess, ChooseInstalmentsInput, ChooseInstalmentsResult, ChooseInstalmentsSuccess, OfferInstalmentsInput, OfferInstalmentsResult, OfferInstalmentsSuccess,
  ReplacePaymentInput, ReplacePaymentResult, ReplacePaymentSuccess, RetryHandOverInput, RetryHandOverResult, RetryHandOverSuccess,
} from "../schema/position-mutations.ts";

/** What staff do with what is owed, and what of a payment is computed. */
@Resolver(() => PaymentType)
export class PositionResolver {
  @Allow("desk:payments")
  @Mutation(() => CancelPaymentResult, { description: "Takes back what was asked of somebody, for a reason that they may read." })
  cancelPayment(@Arg("input", () => CancelPaymentInput, { description: "Which payment, and why." }) input: CancelPaymentInput, @Ctx() hub: Hub): Promise<object> {
    return orProblem(hub, cancelPayment(hub, input));
  }

  @Allow("desk:payments")
  @Mutation(() => ReplacePaymentResult, { description: "Asks for the same debt under another notice number, with another amount or due day; the old notice is cancelled." })
  replacePayment(@Arg("input", () => ReplacePaymentInput, { description: "Which payment, why, and what changes." }) input: ReplacePaymentInput, @Ctx() hub: Hub): Promise<object> {
    return orProblem(hub, replacePayment(hub, input));
  }

  @Allow("desk:payments")
  @Mutation(() => OfferInstalmentsResult, { description: "Lets somebody pay in instalments besides in full." })
  offerInstalments(@Arg("input", () => OfferInstalmentsInput, { description: "Which payment, and when each instalment is due." }) input: OfferInstalmentsInput, @Ctx() hub: Hub): Promise<object> {
    return orProblem(hub, offerInstalments(hub, input));
  }

  @Allow("pay")
  @Mutation(() => ChooseInstalmentsResult, { description: "Parts a payment of one's own into instalments besides in full, where the administration leaves it to whoever owes; elsewhere the office offers it." })
  chooseInstalments(@Arg("input", () => ChooseInstalmentsInput, { description: "Which payment, and when each instalment is due." }) input: ChooseInstalmentsInput, @Ctx() hub: Hub): Promise<object> {
    return orProblem(hub, chooseInstalments(hub, input));
  }

  @Allow("desk:payments")
  @Mutation(() => RetryHandOverResult, { description: "Gives a payment that pagoPA's register refused to it again, once what it refused was mended." })
  retryHandOver(@Arg("input", () => RetryHandOverInput, { description: "Which payment." }) input: RetryHandOverInput, @Ctx() hub: Hub): Promise<object> {
    return orProblem(hub, retryHandOver(hub, input));
  }

  @FieldResolver()
  amountDue(@Root() owing: Owing, @Ctx() hub: Hub): object {
    return showAmountDue(hub, owing);
  }

  @FieldResolver()
  shares(@Root() owing: Owing, @Ctx() hub: Hub): object[] {
    return showShares(hub, owing);
  }
}

/** What became of a payment, read anew. */
@Resolver(() => ReplacePaymentSuccess)
export class ReplacePaymentSuccessResolver {
  @FieldResolver()
  payment(@Root() { paymentId }: { paymentId: string }, @Ctx() hub: Hub, @Info() info: FieldInfo): Promise<unknown> {
    return showPayment(hub, paymentId, info);
  }

  @FieldResolver()
  replaced(@Root() { replacedId }: { replacedId: string }, @Ctx() hub: Hub, @Info() info: FieldInfo): Promise<unknown> {
    return showPayment(hub, replacedId, info);
  }
}

/** Reads the payment of a success anew. */
function successResolver(success: () => new () => object) {
  @Resolver(success)
  class PaymentSuccessResolver {
    @FieldResolver()
    payment(@Root() { paymentId }: { paymentId: string }, @Ctx() hub: Hub, @Info() info: FieldInfo): Promise<unknown> {
      return showPayment(hub, paymentId, info);
    }
  }
  return PaymentSuccessResolver;
}

/** The resolvers of the successes that show a payment. */
export const positionSuccessResolvers = [ReplacePaymentSuccessResolver, ...[() => CancelPaymentSuccess, () => OfferInstalmentsSuccess, () => ChooseInstalmentsSuccess, () => RetryHandOverSuccess].map(successResolver)];
