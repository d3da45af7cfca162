import { defineEntity, p } from "@mikro-orm/core";
import { Administration } from "./administration.ts";
import { id, instant } from "./common.ts";
import { Payment } from "./payment.ts";
import { StaffMember } from "./staff.ts";

const PaymentEventSchema = defineEntity({
  name: "PaymentEvent",
  indexes: [{ properties: ["payment", "at", "id"] }, { properties: ["member"], where: `"member_id" is not null` }],
  properties: {
    id: id(),
    administration: () => p.manyToOne(Administration),
    payment: () => p.manyToOne(Payment),
    from: p.text().fieldName("from_state"),
    to: p.text().fieldName("to_state"),
    /** Why, where somebody decided it; the debtor may read it. */
    reason: p.text().nullable(),
    /** Which member of staff decided it. */
    member: () => p.manyToOne(StaffMember).nullable(),
    at: instant(),
  },
});

/** One move of a debt position, as its history shows it. Only ever added. */
export class PaymentEvent extends PaymentEventSchema.class {
  constructor(values: Pick<PaymentEvent, "administration" | "payment" | "from" | "to" | "reason" | "member" | "at">) {
    super();
    Object.assign(this, values);
  }
}
PaymentEventSchema.setClass(PaymentEvent);
