import { defineEntity, p } from "@mikro-orm/core";
import { Administration } from "./administration.ts";
import { id, instant } from "./common.ts";
import { Payment } from "./payment.ts";
import { Receipt } from "./receipt.ts";

const LedgerEntrySchema = defineEntity({
  name: "LedgerEntry",
  uniques: [{ properties: ["receipt"] }],
  indexes: [{ properties: ["administration", "at", "id"] }, { properties: ["payment"] }],
  properties: {
    id: id(),
    administration: () => p.manyToOne(Administration),
    payment: () => p.manyToOne(Payment),
    receipt: () => p.manyToOne(Receipt),
    /** What was paid, which a position served by the node in our stead may not ask for any more. */
    amountCents: p.bigint("number"),
    at: instant(),
  },
});

/** One line per receipt that settled a position: the sum of these is what came in. */
export class LedgerEntry extends LedgerEntrySchema.class {}
LedgerEntrySchema.setClass(LedgerEntry);
