import { createUnionType, Field, InputType, Int, ObjectType } from "type-graphql";
import { DeclarationContactKind, DeclarationKind } from "./registry-office-words.ts";
import { MaybeText, Text } from "./decorators.ts";
import { InvalidInput, NotEligible, NotFound, SourceUnavailable } from "./problem.ts";
import { Provenance } from "./provenance.ts";
import { Residence } from "./registry.ts";
import { DateScalar, DateTimeScalar, FiscalCodeScalar, JsonScalar } from "./scalars.ts";

/** A table of codes. */
@ObjectType({ description: "One of the registry's tables of codes. It says nothing of anybody." })
export class CodeTable {
  @Field(() => Int, { description: "Its number at the registry." })
  number!: number;

  @Field(() => [JsonScalar], { description: "Its rows: for each column, by the registry's name of it, the value." })
  rows!: unknown[];

  @Field(() => DateTimeScalar, { description: "When the registry gave it." })
  readAt!: string;

  @Field(() => Boolean, { description: "Whether the registry was asked anew in vain, so that this is what it gave last." })
  stale!: boolean;
}

/** A table, or why not. */
export const CodeTableResult = createUnionType({ name: "CodeTableResult", description: "A table of codes, or why there is none to show.", types: () => [CodeTable, NotFound, NotEligible, InvalidInput, SourceUnavailable] as const });

/** A declaration in a list. */
@ObjectType({ description: "What a citizen declared or asked for online at the national registry, as a list shows it." })
export class DeclarationSummary {
  @Text("Its code at the registry.")
  reference!: string;

  @Field(() => DeclarationKind, { description: "What it is." })
  kind!: DeclarationKind;

  @Text("The registry's number of its state; of changes of residence, by table 58.")
  state!: string;

  @Field(() => DateTimeScalar, { description: "When it was opened." })
  openedAt!: string;

  @Field(() => DateTimeScalar, { nullable: true, description: "When it was closed; null while open." })
  closedAt!: string | null;

  @Field(() => FiscalCodeScalar, { nullable: true, description: "Fiscal code of whoever declared; null where there is none." })
  fiscalCode!: string | null;
}

/** A list of declarations. */
@ObjectType({ description: "Online declarations, as the registry listed them." })
export class Declarations {
  @Field(() => [DeclarationSummary], { description: "The declarations, in the registry's order." })
  items!: DeclarationSummary[];

  @Field(() => Provenance, { description: "Where this comes from." })
  provenance!: Provenance;
}

/** How to reach whoever declared. */
@ObjectType({ description: "How whoever declared may be reached." })
export class DeclarationContact {
  @Field(() => DeclarationContactKind, { description: "By which way." })
  kind!: DeclarationContactKind;

  @Text("Address or number.")
  value!: string;
}

/** A state that a declaration went through. */
@ObjectType({ description: "A state through which a declaration went." })
export class DeclarationStep {
  @Text("The registry's number of the state.")
  state!: string;

  @Field(() => DateTimeScalar, { description: "When." })
  at!: string;

  @MaybeText("What whoever set it noted, where they did.")
  note!: string | null;
}

/** A paper that came with a declaration. */
@ObjectType({ description: "A paper that came with a declaration." })
export class DeclarationPaper {
  @MaybeText("Name of the file, where the registry gives one.")
  name!: string | null;

  @Field(() => Boolean, { description: "Whether it is a PDF." })
  pdf!: boolean;

  @Text("The file, in base64.")
  content!: string;
}

/** One declaration. */
@ObjectType({ description: "An online declaration with all that was handed in." })
export class Declaration {
  @Text("Its code at the registry.")
  reference!: string;

  @Field(() => DeclarationKind, { description: "What it is." })
  kind!: DeclarationKind;

  @Text("The registry's number of its state.")
  state!: string;

  @Field(() => DateTimeScalar, { description: "When it was opened." })
  openedAt!: string;

  @Field(() => DateTimeScalar, { nullable: true, description: "When it was closed; null while open." })
  closedAt!: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: "By when it must be worked on, where the registry says so." })
  dueAt!: string | null;

  @Field(() => FiscalCodeScalar, { nullable: true, description: "Fiscal code of whoever declared; null where there is none." })
  fiscalCode!: string | null;

  @MaybeText("Family name of whoever declared; null where the registry has none.")
  familyName!: string | null;

  @MaybeText("Given name of whoever declared; null where the registry has none.")
  givenName!: string | null;

  @Field(() => DateScalar, { nullable: true, description: "Birth of whoever declared; null where it is not known to the day." })
  birthDate!: string | null;

  @Field(() => [DeclarationContact], { description: "How to reach them." })
  contacts!: DeclarationContact[];

  @Field(() => [DeclarationStep], { description: "The states so far, oldest first." })
  history!: DeclarationStep[];

  @Field(() => Residence, { nullable: true, description: "Of a change of residence: where to." })
  newResidence!: Residence | null;

  @Field(() => Boolean, { nullable: true, description: "Of a change of residence: whether into a household of their own; null of others." })
  newHousehold!: boolean | null;

  @Field(() => DeclarationPaper, { description: "The declaration as the registry put it on paper." })
  summary!: DeclarationPaper;

  @Field(() => [DeclarationPaper], { description: "What was handed in with it." })
  papers!: DeclarationPaper[];

  @Field(() => Provenance, { description: "Where this comes from." })
  provenance!: Provenance;
}

/** Which declarations. */
@InputType({ description: "Which online declarations to list: those of one kind that were opened between two days." })
export class DeclarationsInput {
  @Field(() => DeclarationKind, { description: "Of which kind; `OTHER` cannot be asked for." })
  kind!: DeclarationKind;

  @Field(() => DateScalar, { description: "The first day." })
  from!: string;

  @Field(() => DateScalar, { description: "The last day, at most 30 days after the first." })
  to!: string;

  @MaybeText("Only in this state, by the registry's number; in any where left out.")
  state?: string;
}

export const DeclarationsResult = createUnionType({ name: "DeclarationsResult", description: "Online declarations, or why there are none to show.", types: () => [Declarations, NotEligible, InvalidInput, SourceUnavailable] as const });
export const DeclarationResult = createUnionType({ name: "DeclarationResult", description: "An online declaration, or why there is none to show.", types: () => [Declaration, NotFound, NotEligible, InvalidInput, SourceUnavailable] as const });
