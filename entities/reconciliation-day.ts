import { defineEntity, p } from "@mikro-orm/core";
import { Administration } from "./administration.ts";
import { day, id, instant } from "./common.ts";

const ReconciliationDaySchema = defineEntity({
  name: "ReconciliationDay",
  uniques: [{ properties: ["administration", "day"] }],
  indexes: [{ properties: ["administration", "ties"] }],
  properties: {
    id: id(),
    administration: () => p.manyToOne(Administration),
    /** The day on which people paid. */
    day: day(),
    /** Whether each payment that receipts promised was reported and credited to the cent, and nothing else was reported. */
    ties: p.boolean(),
    /** Since when that is so. */
    since: instant(),
  },
});

/** Whether a day ties, as reconciliation found last: what it came to is worked out whenever somebody asks. */
export class ReconciliationDay extends ReconciliationDaySchema.class {}
ReconciliationDaySchema.setClass(ReconciliationDay);
