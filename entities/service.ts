import { defineEntity, p } from "@mikro-orm/core";
import { Administration } from "./administration.ts";
import { id } from "./common.ts";
import { Office } from "./office.ts";
import { RequiredDocument } from "./required-document.ts";
import type { CostItem, Label, ServiceSheet } from "./seeds/catalogue/types.ts";

export const ServiceStatus = { ACTIVE: "ACTIVE", INACTIVE: "INACTIVE" } as const;
export type ServiceStatus = keyof typeof ServiceStatus;

export const AssuranceLevel = { L1: "L1", L2: "L2", L3: "L3" } as const;
export type AssuranceLevel = keyof typeof AssuranceLevel;

/** Which form an application for the service has; a service without one is only described and booked. */
export const ApplicationKind = { ZTL_PERMIT: "ZTL_PERMIT", GENERIC: "GENERIC" } as const;
export type ApplicationKind = keyof typeof ApplicationKind;

const ServiceSchema = defineEntity({
  name: "Service",
  uniques: [{ properties: ["administration", "slug"] }],
  indexes: [{ properties: ["administration", "position", "id"] }, { properties: ["administration", "category"] }],
  properties: {
    id: id(),
    administration: () => p.manyToOne(Administration),
    slug: p.text(),
    category: p.text(),
    categoryTitle: p.text(),
    title: p.text(),
    status: p.enum(() => ServiceStatus),
    statusReason: p.text().nullable(),
    summary: p.text(),
    audience: p.text(),
    howTo: p.text(),
    whatYouGet: p.text(),
    /** Longest duration of the proceeding in days; null where the sheet states none. */
    timeLimitDays: p.integer().nullable(),
    timeLimitText: p.text(),
    timeLimitSource: p.text().nullable(),
    costs: p.json<readonly CostItem[]>(),
    access: p.json<ServiceSheet["access"]>(),
    conditions: p.text().nullable(),
    topics: p.json<readonly Label[]>(),
    /** Questions whose answers change which papers and costs apply. */
    situations: p.json<ServiceSheet["situations"]>(),
    /** The outside systems without which the service cannot be given online. */
    sources: p.json<ServiceSheet["needs"]>(),
    laws: p.json<readonly string[]>(),
    /** Lowest level at which it may be asked online; null where it is given only at the counter. */
    assurance: p.enum(() => AssuranceLevel).nullable(),
    applicationKind: p.enum(() => ApplicationKind).nullable(),
    /** JSON Schema of the form, for `GENERIC` applications. */
    form: p.json<Record<string, unknown>>().nullable(),
    /** Minutes of an appointment; null where the service has none to book. */
    appointmentMinutes: p.integer().nullable(),
    /** Order in the catalogue. */
    position: p.integer(),
    offices: () => p.manyToMany(Office).inversedBy("services").pivotTable("service_office"),
    documents: () => p.oneToMany(RequiredDocument).mappedBy("service"),
  },
});

/** What the administration offers, described as the Italian service sheet asks. */
export class Service extends ServiceSchema.class {}
ServiceSchema.setClass(Service);
