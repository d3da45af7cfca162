import { z } from "zod";

/*
 * The shape of the catalogue: the fields of the Italian service sheet (municipal model of the PNRR measure 1.4.1,
 * criterion C.SI.1.3), with documents, costs and time limits as data instead of prose.
 *
 * A law, a fee or a deadline is written here only with its source. What an administration must decide for itself
 * (or what no public page states) is a setting: the sheet carries the key, `./settings.ts` carries the demo's value.
 */

const key = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/);
const settingKey = z.string().regex(/^[a-z]+(\.[a-z0-9-]+)+$/);
const text = z.string().trim().min(2);
const time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/);

/** Where to go and when. Weekdays are ISO: 1 Monday to 7 Sunday; times are Europe/Rome, `HH:MM`. */
export const OpeningHoursSchema = z.object({
  weekday: z.int().min(1).max(7),
  from: time,
  to: time,
  mode: z.enum(["BY_APPOINTMENT", "OPEN_ACCESS"]),
}).refine(({ from, to }) => from < to, "opening hours end after they begin");

/** An office of the administration. `demo` names the fields whose values are invented for the demonstration. */
export const OfficeSchema = z.object({
  key,
  name: text,
  description: text,
  street: text,
  postalCode: z.string().regex(/^\d{5}$/),
  city: text,
  phone: text.nullable(),
  email: z.email().nullable(),
  counters: z.int().min(1).max(50),
  hours: z.array(OpeningHoursSchema),
  demo: z.array(z.enum(["street", "phone", "email", "counters", "hours"])),
});

/** Money asked: free or an amount in euro cents, always with the source that says so; otherwise the key of the setting that holds it. */
export const AmountSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("FREE"), source: text }),
  z.object({ kind: z.literal("FIXED"), cents: z.int().positive(), source: text }),
  z.object({ kind: z.literal("SETTING"), key: settingKey }),
]);

/** When something applies: always, only in a situation of this sheet, or except in one. */
export const ConditionSchema = z.union([
  z.literal("ALWAYS"),
  z.object({ when: key }),
  z.object({ unless: key }),
]);

/**
 * A document of "Cosa serve". `heldBy` is the public archive that already has the fact: then it is never asked of the
 * citizen, except in the situation named by `unless`, where that archive cannot have it yet.
 */
export const RequiredDocumentSchema = z.object({
  code: key,
  title: text,
  description: text.nullable(),
  needed: ConditionSchema,
  heldBy: z.object({ archive: z.enum(["ANPR", "CIVIL_STATUS", "TAXES", "BUILDING", "LOCAL_POLICE"]), unless: key.nullable() }).nullable(),
  form: z.enum(["ORIGINAL", "COPY", "EITHER"]),
});

export const CostItemSchema = z.object({ code: key, title: text, amount: AmountSchema, needed: ConditionSchema });

/** "Tempi e scadenze". `maxDays` null: not fixed by a known source, the administration's default for proceedings applies. */
export const TimeLimitSchema = z.object({ maxDays: z.int().min(0).nullable(), text, source: text.nullable() })
  .refine(({ maxDays, source }) => maxDays === null || source !== null, "a number of days needs its source");

/** A JSON Schema (draft 2020-12) of flat answers. Registry data is never among them: the hub knows it already. */
export const FormSchema = z.object({
  type: z.literal("object"),
  additionalProperties: z.literal(false),
  required: z.array(z.string()),
  properties: z.record(z.string(), z.record(z.string(), z.unknown())),
}).refine(({ required, properties }) => required.every(name => name in properties), "a required answer has no property");

/** How it is asked for through the hub: with rules of its own, with a form described by data alone, or not through the hub. */
export const ApplicationKindSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("ZTL_PERMIT") }),
  z.object({ kind: z.literal("GENERIC"), form: FormSchema }),
  z.object({ kind: z.literal("NONE") }),
]);

export const ServiceSheetSchema = z.object({
  slug: key,
  category: key,
  title: text,
  status: z.enum(["ACTIVE", "INACTIVE"]),
  statusReason: text.nullable(),
  summary: text.max(255),
  audience: text,
  howTo: text,
  situations: z.array(z.object({ key, question: text })),
  whatYouNeed: z.array(RequiredDocumentSchema),
  whatYouGet: text,
  timeLimit: TimeLimitSchema,
  costs: z.array(CostItemSchema).min(1),
  access: z.array(z.enum(["ONLINE", "APPOINTMENT", "OPEN_ACCESS"])).min(1),
  conditions: text.nullable(),
  offices: z.array(key).min(1),
  contact: key,
  topics: z.array(key).min(1),
  needs: z.array(z.enum(["ANPR", "PAGOPA", "SPID"])),
  assurance: z.enum(["L1", "L2", "L3"]).nullable(),
  appointment: z.object({ bookable: z.boolean(), durationMinutes: z.int().min(5).max(120).multipleOf(5) }),
  application: ApplicationKindSchema,
  laws: z.array(text),
});

export const LabelSchema = z.object({ key, title: text });

/** The whole catalogue. Every reference inside it must lead somewhere. */
export const CatalogueSchema = z.object({
  categories: z.array(LabelSchema),
  topics: z.array(LabelSchema),
  offices: z.array(OfficeSchema),
  services: z.array(ServiceSheetSchema),
}).superRefine(({ categories, topics, offices, services }, context) => {
  const known = { categories: keys(categories), topics: keys(topics), offices: keys(offices) };
  const fault = (slug: string, message: string) => context.addIssue({ code: "custom", path: ["services", slug], message });
  for (const repeated of repeats(services.map(service => service.slug))) fault(repeated, "slug used twice");
  for (const service of services) {
    if (!known.categories.has(service.category)) fault(service.slug, `unknown category ${service.category}`);
    for (const topic of service.topics) if (!known.topics.has(topic)) fault(service.slug, `unknown topic ${topic}`);
    for (const office of [...service.offices, service.contact]) if (!known.offices.has(office)) fault(service.slug, `unknown office ${office}`);
    const situations = keys(service.situations);
    for (const situation of situationsUsed(service)) if (!situations.has(situation)) fault(service.slug, `unknown situation ${situation}`);
    for (const repeated of repeats(service.whatYouNeed.map(({ code }) => code))) fault(service.slug, `document ${repeated} listed twice`);
  }
});

export type Office = z.infer<typeof OfficeSchema>;
export type OpeningHours = z.infer<typeof OpeningHoursSchema>;
export type Amount = z.infer<typeof AmountSchema>;
export type RequiredDocument = z.infer<typeof RequiredDocumentSchema>;
export type CostItem = z.infer<typeof CostItemSchema>;
export type TimeLimit = z.infer<typeof TimeLimitSchema>;
export type ServiceSheet = z.infer<typeof ServiceSheetSchema>;
export type Label = z.infer<typeof LabelSchema>;
export type Catalogue = z.infer<typeof CatalogueSchema>;

const keys = (labels: readonly { readonly key: string }[]) => new Set(labels.map(label => label.key));

const repeats = (values: readonly string[]) => values.filter((value, index) => values.indexOf(value) !== index);

function situationsUsed({ whatYouNeed, costs }: ServiceSheet): string[] {
  const conditions = [...whatYouNeed, ...costs].map(({ needed }) => needed);
  const named = conditions.flatMap(needed => needed === "ALWAYS" ? [] : ["when" in needed ? needed.when : needed.unless]);
  return [...named, ...whatYouNeed.flatMap(({ heldBy }) => heldBy?.unless ?? [])];
}
