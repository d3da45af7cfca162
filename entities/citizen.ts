import { defineEntity, p } from "@mikro-orm/core";
import { Administration } from "./administration.ts";
import { Application } from "./application.ts";
import { Appointment } from "./appointment.ts";
import { id, instant } from "./common.ts";
import { Payment } from "./payment.ts";

const CitizenSchema = defineEntity({
  name: "Citizen",
  uniques: [{ properties: ["administration", "fiscalCode"] }, { properties: ["administration", "spidCode"] }],
  properties: {
    id: id(),
    administration: () => p.manyToOne(Administration),
    /** Null for those who came through eIDAS and have none. */
    fiscalCode: p.text().nullable(),
    /** The identity provider's own code of the person, where there is no fiscal code. */
    spidCode: p.text().nullable(),
    email: p.text().nullable(),
    phone: p.text().nullable(),
    createdAt: instant(),
    appointments: () => p.oneToMany(Appointment).mappedBy("citizen"),
    applications: () => p.oneToMany(Application).mappedBy("citizen"),
    payments: () => p.oneToMany(Payment).mappedBy("citizen"),
  },
});

/** Somebody who signed in, or a company for which somebody did: an identifier and contacts, nothing that the registry knows better. */
export class Citizen extends CitizenSchema.class {}
CitizenSchema.setClass(Citizen);
