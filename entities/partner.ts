import { defineEntity, p } from "@mikro-orm/core";
import { Administration } from "./administration.ts";
import { day, id } from "./common.ts";

/** What an agreement may grant; each is a permission on fields of the partner's slice. */
export const DataSet = { RESIDENCE: "RESIDENCE", RESIDENCE_ADDRESS: "RESIDENCE_ADDRESS", CIVIL_STATUS: "CIVIL_STATUS" } as const;
export type DataSet = keyof typeof DataSet;

const PartnerSchema = defineEntity({
  name: "Partner",
  uniques: [{ properties: ["administration", "ipaCode"] }, { properties: ["clientId"] }],
  properties: {
    id: id(),
    administration: () => p.manyToOne(Administration),
    ipaCode: p.text(),
    name: p.text(),
    clientId: p.text(),
    /** Where the partner publishes the public keys (JSON Web Key Set) with which it signs its assertions. */
    jwksUri: p.text(),
    active: p.boolean(),
    agreements: () => p.oneToMany(Agreement).mappedBy("partner"),
  },
});

/** Another administration that reads, machine to machine. */
export class Partner extends PartnerSchema.class {}

const AgreementSchema = defineEntity({
  name: "Agreement",
  uniques: [{ properties: ["administration", "reference"] }],
  indexes: [{ properties: ["partner"] }],
  properties: {
    id: id(),
    administration: () => p.manyToOne(Administration),
    partner: () => p.manyToOne(Partner),
    reference: p.text(),
    /** Why the partner reads, in words that the citizen sees. */
    purpose: p.text(),
    dataSets: p.json<DataSet[]>(),
    dailyQuota: p.integer(),
    validFrom: day(),
    validTo: day().nullable(),
  },
});

/** The data-sharing agreement under which a partner reads: exactly these data, for this purpose, so many times a day. */
export class Agreement extends AgreementSchema.class {}

PartnerSchema.setClass(Partner);
AgreementSchema.setClass(Agreement);
