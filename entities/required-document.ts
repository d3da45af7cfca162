import { defineEntity, p } from "@mikro-orm/core";
import { Administration } from "./administration.ts";
import { id } from "./common.ts";
import type { RequiredDocument as Sheet } from "./seeds/catalogue/types.ts";
import { Service } from "./service.ts";

/** In which form a paper is brought. */
export const DocumentForm = { ORIGINAL: "ORIGINAL", COPY: "COPY", EITHER: "EITHER" } as const;
export type DocumentForm = keyof typeof DocumentForm;

const RequiredDocumentSchema = defineEntity({
  name: "RequiredDocument",
  uniques: [{ properties: ["service", "code"] }],
  indexes: [{ properties: ["service", "position"] }],
  properties: {
    id: id(),
    administration: () => p.manyToOne(Administration).index(),
    service: () => p.manyToOne(Service),
    code: p.text(),
    title: p.text(),
    description: p.text().nullable(),
    /** Always, or in a situation of the service, or unless in one. */
    needed: p.json<Sheet["needed"]>(),
    /** The public archive that already holds it, so that nobody brings it; null where it must be brought. */
    heldBy: p.json<NonNullable<Sheet["heldBy"]>>().nullable(),
    form: p.enum(() => DocumentForm),
    position: p.integer(),
  },
});

/** A paper that a service asks for, and the reason why it may not be needed. */
export class RequiredDocument extends RequiredDocumentSchema.class {}
RequiredDocumentSchema.setClass(RequiredDocument);
