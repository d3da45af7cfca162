import type { Day } from "./dated.ts";

/** A share of what is owed. */
export interface OwedShare {
  readonly amountCents: number;
}

/**
 * Parts an amount into as many sums as equal as cents allow, the larger ones first: they come to the amount, to the cent.
 * Throws `RangeError` unless each part is at least one cent.
 */
export function partCents(amountCents: number, parts: number): number[] {
  if (!Number.isSafeInteger(amountCents) || !Number.isInteger(parts) || parts < 1 || amountCents < parts) throw new RangeError("each part is at least one cent");
  const [each, left] = [Math.floor(amountCents / parts), amountCents % parts];
  return Array.from({ length: parts }, (_, index) => (index < left ? each + 1 : each));
}

/**
 * Parts what is owed into instalments. Shares for which `isWhole` holds are due with the first one, undivided; each of the
 * others is parted over all. The shares of an instalment come to what it asks, and all of them to what was owed, to the
 * cent. Throws `RangeError` when there are less cents to part than instalments.
 */
export function instalmentsOf<Share extends OwedShare>(shares: readonly Share[], count: number, isWhole: (share: Share) => boolean): Share[][] {
  const parted = shares.map(share => (isWhole(share) ? [share.amountCents] : partCents(share.amountCents, count)));
  return Array.from({ length: count }, (_, place) => shares.flatMap((share, index) => {
    const amountCents = parted[index]![place];
    return amountCents === undefined ? [] : [{ ...share, amountCents }];
  })).map(instalment => {
    if (instalment.length === 0) throw new RangeError("an instalment asks for something");
    return instalment;
  });
}

/** The most instalments of a payment. */
export const mostInstalments = 60;

/** Whether days may be the due days of instalments: from two to the most of them, each later than the one before, the first not before `today`. */
export const areDueDays = (days: readonly Day[], today: Day): boolean =>
  days.length >= 2 && days.length <= mostInstalments && days.every((day, index) => day > (days[index - 1] ?? "") && day >= today);
