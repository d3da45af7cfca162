import { dayInRome } from "../../kernel/clock.ts";
import type { Hub } from "../hub.ts";

/** Whether a notice cannot be paid any more because of its due day. The platform never blocks on it: each administration decides. */
export const isClosedByDueDay = ({ administration, clock }: Pick<Hub, "administration" | "clock">, dueOn: string): boolean =>
  administration.settings.pagopa.refusesOverdue === true && dueOn < dayInRome(clock.now());
