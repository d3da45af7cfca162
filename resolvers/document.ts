import { Ctx, FieldResolver, Resolver, Root } from "type-graphql";
import type { Hub } from "../operations/hub.ts";
import { noticeAddress, receiptAddress, type DocumentAddress, type PaymentOnPaper } from "../operations/payment/document-address.ts";
import { PaymentType, ReceiptType } from "../schema/payment.ts";

/** A payment on paper. */
@Resolver(() => PaymentType)
class NoticeDocumentResolver {
  @FieldResolver()
  noticeDocument(@Root() { $id: id, $state: state }: PaymentOnPaper, @Ctx() hub: Hub): DocumentAddress | null {
    return noticeAddress(hub, { id, state });
  }
}

/** A receipt on paper. */
@Resolver(() => ReceiptType)
class ReceiptDocumentResolver {
  @FieldResolver()
  document(@Root() { $id }: { $id: string }, @Ctx() hub: Hub): DocumentAddress | null {
    return receiptAddress(hub, $id);
  }
}

export const documentResolvers = [NoticeDocumentResolver, ReceiptDocumentResolver] as const;
