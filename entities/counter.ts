import { defineEntity, p } from "@mikro-orm/core";

const CounterSchema = defineEntity({
  name: "Counter",
  properties: {
    /** Owner, purpose and period, e.g. `<administration>/protocol/2026`. */
    key: p.text().primary(),
    value: p.bigint(),
  },
});

/** A series of numbers without gaps: the row is locked until the transaction that took a number ends. */
export class Counter extends CounterSchema.class {}
CounterSchema.setClass(Counter);
