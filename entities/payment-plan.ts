import { defineEntity, p } from "@mikro-orm/core";
import { Administration } from "./administration.ts";
import { id, instant } from "./common.ts";
import { Payment } from "./payment.ts";

const PaymentPlanSchema = defineEntity({
  name: "PaymentPlan",
  indexes: [{ properties: ["administration"] }],
  properties: {
    id: id(),
    administration: () => p.manyToOne(Administration),
    /** The debt: what each of its options comes to. */
    amountCents: p.integer(),
    createdAt: instant(),
    options: () => p.oneToMany(PaymentOption).mappedBy("plan"),
  },
});

/** A debt that may be paid in several ways, of which the debtor takes one: whoever begins to pay an option shuts out the others. */
export class PaymentPlan extends PaymentPlanSchema.class {}

const PaymentOptionSchema = defineEntity({
  name: "PaymentOption",
  uniques: [{ properties: ["plan", "position"] }],
  indexes: [{ properties: ["administration"] }],
  properties: {
    id: id(),
    administration: () => p.manyToOne(Administration),
    plan: () => p.manyToOne(PaymentPlan),
    /** Order in which it is offered, from 1. */
    position: p.integer(),
    instalments: () => p.oneToMany(Payment).mappedBy("option"),
  },
});

/** One way of paying a debt: in full with a single instalment, or in several, each a position under a notice number of its own. */
export class PaymentOption extends PaymentOptionSchema.class {}

PaymentPlanSchema.setClass(PaymentPlan);
PaymentOptionSchema.setClass(PaymentOption);
