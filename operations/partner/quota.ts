import { problem } from "../../entities/problem.ts";
import { dayInRome } from "../../kernel/clock.ts";
import { addDays } from "../../rules/dated.ts";
import { instantInRome } from "../../rules/rome-time.ts";
import type { PartnerCaller } from "../caller.ts";
import type { Hub } from "../hub.ts";
import { nextNumber } from "../next-number.ts";

/** Counts one read under the caller's agreement. Throws QUOTA_EXCEEDED when those of today, in Italy, are used up. */
export async function takeQuota({ em, clock }: Hub, caller: PartnerCaller): Promise<void> {
  const today = dayInRome(clock.now());
  const used = await em.fork().transactional(inner => nextNumber(inner, `${caller.agreementId}/quota/${today}`));
  if (used > BigInt(caller.dailyQuota)) throw problem("QUOTA_EXCEEDED", { details: { resetsAt: instantInRome(addDays(today, 1), "00:00").toISOString() } });
}
