import { z } from "zod";
import { isStamp, type Transfer } from "../../entities/payment.ts";
import { dayInRome } from "../../kernel/clock.ts";
import { SurchargeSchema, surchargeOf } from "../../rules/surcharge.ts";
import type { Hub } from "../hub.ts";

/** What is owed and until when, as it was first asked. */
export interface Owed {
  readonly transfers: readonly Transfer[];
  readonly dueOn: string;
}

/** The sum of shares, in cents. */
export const totalOf = (transfers: readonly Transfer[]): number => transfers.reduce((sum, { amountCents }) => sum + amountCents, 0);

/**
 * The shares of a debt as they are due today: where the administration's settings ask for more after the due day, what is
 * added goes to the account of each fee that it is added to. What belongs to others, and stamps, never grow.
 */
export function transfersDue({ administration, clock }: Pick<Hub, "administration" | "clock">, { transfers, dueOn }: Owed): readonly Transfer[] {
  const { surcharges, taxonomy } = administration.settings.pagopa;
  if (!surcharges) return transfers;
  const today = dayInRome(clock.now());
  if (today <= dueOn) return transfers;
  const versions = new Map(Object.entries(surcharges).map(([fee, given]) => [taxonomy[fee], z.array(SurchargeSchema).parse(given)]));
  return transfers.map(transfer => {
    const rules = versions.get(transfer.taxonomyCode);
    if (!rules || isStamp(transfer) || transfer.creditorFiscalCode !== administration.fiscalCode) return transfer;
    return { ...transfer, amountCents: transfer.amountCents + surchargeOf(rules, transfer.amountCents, dueOn, today) };
  });
}
