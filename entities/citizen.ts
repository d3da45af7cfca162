import { defineEntity, p } from "@mikro-orm/core";
import { Administration } from "./administration.ts";
import { Application } from "./application.ts";
import { Appointment } from "./appointment.ts";
import { id, instant } from "./common.ts";
import { Message } from "./message.ts";
import { Payment } from "./payment.ts";

/** How somebody wants to be told: by the first that reaches them, by one alone, by both, or of nothing but what the administration always tells. */
export const MessageChoice = { IO_OR_EMAIL: "IO_OR_EMAIL", IO: "IO", EMAIL: "EMAIL", BOTH: "BOTH", NONE: "NONE" } as const;
export type MessageChoice = keyof typeof MessageChoice;

/** In which language somebody is written to. */
export const Language = { IT: "IT", EN: "EN" } as const;
export type Language = keyof typeof Language;

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
    /** When whoever reads the address said that it is theirs; before, nothing but the question is sent there. */
    emailConfirmedAt: instant().nullable(),
    messageChoice: p.enum(() => MessageChoice).default("IO_OR_EMAIL"),
    /** Null where they never said: then App IO's word counts, or Italian. */
    language: p.enum(() => Language).nullable(),
    phone: p.text().nullable(),
    createdAt: instant(),
    appointments: () => p.oneToMany(Appointment).mappedBy("citizen"),
    applications: () => p.oneToMany(Application).mappedBy("citizen"),
    payments: () => p.oneToMany(Payment).mappedBy("citizen"),
    messages: () => p.oneToMany(Message).mappedBy("citizen"),
  },
});

/** Somebody who signed in, or a company for which somebody did: an identifier and contacts, nothing that the registry knows better. */
export class Citizen extends CitizenSchema.class {
  /** Writes down another address, which nobody has confirmed yet; the same one again changes nothing. */
  moveTo(email: string | null): void {
    if (email !== this.email) this.emailConfirmedAt = null;
    this.email = email;
  }
}
CitizenSchema.setClass(Citizen);
