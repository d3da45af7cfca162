import { defineEntity, p } from "@mikro-orm/core";
import { Administration } from "./administration.ts";
import { id, instant } from "./common.ts";

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
  },
});

/** Somebody who signed in: an identifier and contacts, nothing that the registry knows better. */
export class Citizen extends CitizenSchema.class {}
CitizenSchema.setClass(Citizen);
