import { defineEntity, p } from "@mikro-orm/core";
import { Administration } from "./administration.ts";
import { id } from "./common.ts";
import type { OpeningHours } from "./seeds/catalogue/types.ts";
import { Service } from "./service.ts";

/** A day on which an office is open besides its weekly hours. */
export interface ExtraOpening extends Omit<OpeningHours, "weekday"> {
  /** `YYYY-MM-DD`. */
  readonly day: string;
}

/** Days on which an office is closed, first and last included. */
export interface Closure {
  readonly from: string;
  readonly to: string;
}

const OfficeSchema = defineEntity({
  name: "Office",
  uniques: [{ properties: ["administration", "slug"] }],
  properties: {
    id: id(),
    administration: () => p.manyToOne(Administration).index(),
    slug: p.text(),
    name: p.text(),
    description: p.text(),
    street: p.text(),
    postalCode: p.text(),
    city: p.text(),
    phone: p.text().nullable(),
    email: p.text().nullable(),
    hours: p.json<readonly OpeningHours[]>(),
    closures: p.json<readonly Closure[]>(),
    extraOpenings: p.json<readonly ExtraOpening[]>(),
    /** How many people are received at once. */
    counters: p.integer(),
    services: () => p.manyToMany(Service).mappedBy("offices"),
  },
});

/** A place where the administration receives people, and the unit that owns their requests. */
export class Office extends OfficeSchema.class {}
OfficeSchema.setClass(Office);
