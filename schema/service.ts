import { Field, InputType, Int, ObjectType, registerEnumType } from "type-graphql";
import { DocumentForm, RequiredDocument } from "../entities/required-document.ts";
import { ApplicationKind, AssuranceLevel, Service, ServiceStatus } from "../entities/service.ts";
import { Costs, From, Id, MaybeText, Narrows, Stored, Text } from "./decorators.ts";
import { NodeType } from "./node.ts";
import { OfficeType } from "./office.ts";
import { connectionOf } from "./page.ts";
import { JsonScalar } from "./scalars.ts";

registerEnumType(ServiceStatus, {
  name: "ServiceStatus", description: "Whether a service is given now.",
  valuesConfig: { ACTIVE: { description: "It is given." }, INACTIVE: { description: "It is not given for now; `statusReason` says why." } },
});
registerEnumType(ApplicationKind, {
  name: "ApplicationKind", description: "Which form an application for a service has.",
  valuesConfig: { ZTL_PERMIT: { description: "A permit for the restricted traffic zone." }, GENERIC: { description: "A form described by JSON Schema in the catalogue." } },
});
registerEnumType(DocumentForm, {
  name: "DocumentForm", description: "In which form a paper is brought.",
  valuesConfig: { ORIGINAL: { description: "The original." }, COPY: { description: "A copy." }, EITHER: { description: "Original or copy." } },
});

const needed = { sql: (column: (property: string) => string) => `nullif(${column("needed")}, '"ALWAYS"'::jsonb)` };

/** When something applies. */
@ObjectType({ description: "A situation on which something depends; exactly one of the two is given." })
export class Condition {
  @MaybeText("It applies only in this situation (a key of the service's `situations`).")
  when!: string | null;

  @MaybeText("It applies except in this situation.")
  unless!: string | null;
}

/** Who holds a paper already. */
@ObjectType({ description: "A public archive that already holds what the paper would prove: nobody may be asked for it (D.P.R. 445/2000, art. 43)." })
export class HeldBy {
  @Text("Key of the archive, e.g. `ANPR`.")
  archive!: string;

  @MaybeText("The situation in which it does not hold it after all.")
  unless!: string | null;
}

/** A paper to bring. */
@Stored({ entity: () => RequiredDocument, idPrefix: "doc" })
@ObjectType("RequiredDocument", { description: "A paper that a service asks for." })
export class RequiredDocumentType {
  @Text("Stable name within the service.")
  code!: string;

  @Text("What it is.")
  title!: string;

  @MaybeText("More about it, where there is more to say.")
  description!: string | null;

  @From(needed)
  @Field(() => Condition, { nullable: true, description: "When it is needed; null means always." })
  needed!: Condition | null;

  @Field(() => HeldBy, { nullable: true, description: "The archive that already holds it; null where it must be brought." })
  heldBy!: HeldBy | null;

  @Field(() => DocumentForm, { description: "In which form." })
  form!: DocumentForm;
}

/** A question to ask first. */
@ObjectType({ description: "A question whose answer changes which papers and costs apply." })
export class Situation {
  @Text("Stable name, to be given to `checklist`.")
  key!: string;

  @Text("The question, for people.")
  question!: string;
}

/** A subject. */
@ObjectType({ description: "A subject under which services are found." })
export class Topic {
  @Text("Stable name.")
  key!: string;

  @Text("Name for people.")
  title!: string;
}

/** One part of what it costs. */
@ObjectType({ description: "One part of what a service costs." })
export class CostItem {
  @Text("Stable name.")
  code!: string;

  @Text("What is paid for.")
  title!: string;

  @Field(() => Int, { nullable: true, description: "Euro cents; 0 when free, null when the office sets it." })
  cents!: number | null;

  @MaybeText("Where the amount is written.")
  source!: string | null;

  @Field(() => Condition, { nullable: true, description: "When it is due; null means always." })
  needed!: Condition | null;
}

/** What the catalogue keeps of costs, as the graph shows them. */
const costs = (column: (property: string) => string) => `(select coalesce(jsonb_agg(jsonb_build_object(
  'code', c->'code', 'title', c->'title', 'source', c#>'{amount,source}', 'needed', nullif(c->'needed', '"ALWAYS"'::jsonb),
  'cents', case c#>>'{amount,kind}' when 'FREE' then to_jsonb(0) when 'FIXED' then c#>'{amount,cents}' end)), '[]') from jsonb_array_elements(${column("costs")}) c)`;

/** What the administration offers. */
@Stored({ entity: () => Service, idPrefix: "srv" })
@ObjectType("Service", { description: "Something that the administration does for people, with the fields of the Italian service sheet.", implements: NodeType })
export class ServiceType {
  @Id()
  id!: string;

  @Text("Name for addresses of pages, such as `idoneita-abitativa`. Give it to `service`.")
  slug!: string;

  @Text("Its name.")
  title!: string;

  @Text("Key of its category, such as `anagrafe-e-stato-civile`: the filter of `services` takes it.")
  category!: string;

  @Text("Name of its category, for people.")
  categoryTitle!: string;

  @Field(() => ServiceStatus, { description: "Whether it is given now." })
  status!: ServiceStatus;

  @MaybeText("Why it is not given for now; null while it is.")
  statusReason!: string | null;

  @Text("What it is, in at most 255 characters.")
  summary!: string;

  @Text("For whom it is (A chi è rivolto).")
  audience!: string;

  @Text("How to ask for it (Come fare).")
  howTo!: string;

  @From({ property: "documents", order: [["position", "asc"]] })
  @Field(() => [RequiredDocumentType], { description: "What is needed (Cosa serve). `checklist` computes it for one situation." })
  whatYouNeed!: RequiredDocumentType[];

  @Text("What one gets (Cosa si ottiene).")
  whatYouGet!: string;

  @Field(() => Int, { nullable: true, description: "Longest duration in days, where a source states one." })
  timeLimitDays!: number | null;

  @Text("How long it takes, for people (Tempi e scadenze).")
  timeLimitText!: string;

  @From({ sql: costs })
  @Field(() => [CostItem], { description: "What it costs." })
  costs!: CostItem[];

  @MaybeText("Conditions of the service, where it has some.")
  conditions!: string | null;

  @Costs({ size: 3 })
  @From({ property: "offices", order: [["name", "asc"]] })
  @Field(() => [OfficeType], { description: "The offices that give it." })
  offices!: OfficeType[];

  @Field(() => [Topic], { description: "Subjects under which it is found." })
  topics!: Topic[];

  @Field(() => [Situation], { description: "Questions to ask before computing the checklist." })
  situations!: Situation[];

  @Field(() => [String], { description: "The laws on which it rests." })
  laws!: string[];

  @Field(() => [String], { description: "Names of the outside systems without which it cannot be given online; `sources` says how they are doing." })
  sources!: string[];

  @Field(() => AssuranceLevel, { nullable: true, description: "Lowest level of sign-in to ask for it online; null where it is given only at the counter." })
  assurance!: AssuranceLevel | null;

  @Field(() => ApplicationKind, { nullable: true, description: "Which application it takes; null where it takes none online." })
  applicationKind!: ApplicationKind | null;

  @Field(() => JsonScalar, { nullable: true, description: "JSON Schema of the form, for services whose application is `GENERIC`; null for others." })
  form!: unknown;

  @Field(() => Int, { nullable: true, description: "Minutes of an appointment; null where none can be booked." })
  appointmentMinutes!: number | null;
}

/** Pages of services. */
export const ServiceConnection = connectionOf("Service", () => ServiceType);

/** Which services. */
@InputType({ description: "Which services to list; several criteria narrow together." })
export class ServiceFilter {
  @Narrows("category", "equals")
  @Field(() => String, { nullable: true, description: "Key of a category, as `Service.category` tells it." })
  category?: string;

  @Narrows("status", "equals")
  @Field(() => ServiceStatus, { nullable: true, description: "Only those given, or those not given, now." })
  status?: ServiceStatus;

  @Narrows("title", "contains")
  @Field(() => String, { nullable: true, description: "Part of the title, in any case." })
  title?: string;
}
