import { createUnionType, Field, ObjectType, registerEnumType } from "type-graphql";
import { PurposeKind } from "../entities/access-record.ts";
import { MaybeText, Text } from "./decorators.ts";
import { AssuranceTooLow, NotInRegistry, SourceUnavailable } from "./problem.ts";
import { DateScalar, DateTimeScalar, FiscalCodeScalar } from "./scalars.ts";
import { SourceName } from "./source.ts";

/** How fresh. */
export const Freshness = { LIVE: "LIVE", CACHED: "CACHED" } as const;
registerEnumType(Freshness, {
  name: "Freshness", description: "How fresh registry data are.",
  valuesConfig: { LIVE: { description: "Read now." }, CACHED: { description: "Read a while ago, for the same purpose, and still within the allowed time." } },
});
registerEnumType(PurposeKind, {
  name: "PurposeKind", description: "Why registry data are read. There is no reading without one of these.",
  valuesConfig: {
    OWN_REQUEST: { description: "The person's own request." }, APPLICATION: { description: "A case." },
    APPOINTMENT: { description: "An appointment." }, AGREEMENT: { description: "A data-sharing agreement." },
  },
});

/** Where data come from. */
@ObjectType({ description: "Where registry data come from, when they were read, and why." })
export class Provenance {
  @Field(() => SourceName, { description: "Who said it." })
  source!: SourceName;

  @Field(() => DateTimeScalar, { description: "When it was read." })
  readAt!: string;

  @Field(() => Freshness, { description: "Whether it was read now." })
  freshness!: keyof typeof Freshness;

  @Text("The number under which the source knows the read.")
  operationId!: string;

  @Field(() => PurposeKind, { description: "Why it was read." })
  purpose!: PurposeKind;
}

/** A place. */
@ObjectType({ description: "A municipality, or a place abroad." })
export class Place {
  @Text("Its name.")
  name!: string;

  @MaybeText("Province (two letters); null abroad.")
  province!: string | null;

  @MaybeText("Country; null for Italy.")
  country!: string | null;
}

/** An address. */
@ObjectType({ description: "Where somebody is registered as living." })
export class Residence {
  @MaybeText("Street and number, on one line.")
  address!: string | null;

  @MaybeText("Postal code.")
  postalCode!: string | null;

  @MaybeText("Municipality.")
  municipality!: string | null;

  @MaybeText("Province (two letters); null abroad.")
  province!: string | null;

  @Field(() => DateScalar, { nullable: true, description: "Since when." })
  since!: string | null;
}

/** A person. */
@ObjectType({ description: "A person as the national residents' registry (ANPR) knows them. Only what the query asks for is read." })
export class Person {
  @Field(() => FiscalCodeScalar, { description: "Fiscal code." })
  fiscalCode!: string;

  @MaybeText("Family name; null for those who have none.")
  familyName!: string | null;

  @MaybeText("Given name; null for those who have none.")
  givenName!: string | null;

  @Field(() => DateScalar, { nullable: true, description: "Date of birth; null when the registry knows only the month or year." })
  birthDate!: string | null;

  @Field(() => Place, { nullable: true, description: "Place of birth." })
  birthPlace!: Place | null;

  @Field(() => Residence, { nullable: true, description: "Where the person lives." })
  residence!: Residence | null;

  @MaybeText("Civil status: stable name such as `SINGLE`, `MARRIED`, `WIDOWED`, `DIVORCED`.")
  civilStatus!: string | null;

  @Field(() => [String], { nullable: true, description: "Citizenships, for people." })
  citizenships!: string[] | null;

  @Field(() => Provenance, { description: "Where this comes from." })
  provenance!: Provenance;
}

/** A member of a household. */
@ObjectType({ description: "A member of a household." })
export class HouseholdMember {
  @MaybeText("Family name.")
  familyName!: string | null;

  @MaybeText("Given name.")
  givenName!: string | null;

  @Field(() => DateScalar, { nullable: true, description: "Date of birth." })
  birthDate!: string | null;

  @MaybeText("Tie to the head of the household: stable name such as `HEAD`, `SPOUSE`, `CHILD`; null when the registry has none.")
  tie!: string | null;
}

/** A household. */
@ObjectType({ description: "The people registered as living together as one household." })
export class Household {
  @Field(() => [HouseholdMember], { description: "Its members." })
  members!: HouseholdMember[];

  @Field(() => Provenance, { description: "Where this comes from." })
  provenance!: Provenance;
}

/** A person, or why not. */
export const PersonResult = createUnionType({
  name: "PersonResult", description: "A person of the registry, or why there is none to show.",
  types: () => [Person, NotInRegistry, SourceUnavailable, AssuranceTooLow] as const,
});

/** A household, or why not. */
export const HouseholdResult = createUnionType({
  name: "HouseholdResult", description: "A household of the registry, or why there is none to show.",
  types: () => [Household, NotInRegistry, SourceUnavailable, AssuranceTooLow] as const,
});
