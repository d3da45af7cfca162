import { createUnionType, Field, InterfaceType, ObjectType } from "type-graphql";
import { MaybeText, Text } from "./decorators.ts";
import { AmbiguousPerson, AssuranceTooLow, InvalidInput, NotInRegistry, SourceUnavailable } from "./problem.ts";
import { type Provenance, RegistryData } from "./provenance.ts";
import { CivilStatus, HouseholdKind, HouseholdTie, ResidenceKind, Sex } from "./registry-words.ts";
import { DateScalar, FiscalCodeScalar } from "./scalars.ts";

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
@ObjectType({ description: "Where somebody is, or was, registered as living." })
export class Residence {
  @Field(() => ResidenceKind, { description: "What the address is to the person." })
  kind!: keyof typeof ResidenceKind;

  @MaybeText("Street and number, on one line; null where the registry has none.")
  address!: string | null;

  @MaybeText("Postal code.")
  postalCode!: string | null;

  @MaybeText("Municipality; abroad the locality.")
  municipality!: string | null;

  @MaybeText("Province (two letters); null abroad.")
  province!: string | null;

  @MaybeText("Country; null for Italy.")
  country!: string | null;

  @Field(() => DateScalar, { nullable: true, description: "Since when." })
  since!: string | null;
}

/** A citizenship. */
@ObjectType({ description: "A state of which somebody is a citizen." })
export class Citizenship {
  @Text("The state, for people, in Italian.")
  country!: string;

  @Text("The state's number in the registry's table of states, three digits; Italy is 100.")
  countryCode!: string;

  @Field(() => DateScalar, { nullable: true, description: "Since when, where the registry knows." })
  since!: string | null;
}

/** An identity card. */
@ObjectType({ description: "An identity card." })
export class IdentityCard {
  @Text("Its number.")
  number!: string;

  @Field(() => DateScalar, { description: "Day of issue." })
  issuedOn!: string;

  @Field(() => DateScalar, { nullable: true, description: "Last day of validity, where the registry has one." })
  expiresOn!: string | null;

  @Field(() => DateScalar, { nullable: true, description: "Day on which it was cancelled; null while it holds." })
  cancelledOn!: string | null;

  @Field(() => Boolean, { description: "Whether it is good for travelling abroad." })
  validAbroad!: boolean;
}

/** The numbers of a person. */
@ObjectType({ description: "The numbers under which public registers know a person." })
export class IdentityNumbers {
  @MaybeText("The registry's own identifier of the person (ID ANPR), for life; null where it did not tell it.")
  registryId!: string | null;

  @Field(() => FiscalCodeScalar, { nullable: true, description: "Fiscal code; null for a newborn who has none yet." })
  fiscalCode!: string | null;

  @Field(() => Boolean, { description: "Whether the revenue agency has confirmed the fiscal code." })
  fiscalCodeConfirmed!: boolean;

  @Field(() => IdentityCard, { nullable: true, description: "The identity card, where the registry has one. A data set of its own: it is read only when asked for." })
  identityCard!: IdentityCard | null;
}

/** Who somebody is, in the registry. */
@InterfaceType({ description: "Somebody in the national residents' registry (ANPR). Each field is read only when it is asked for." })
export abstract class Individual {
  @Field(() => FiscalCodeScalar, { nullable: true, description: "Fiscal code; null for a newborn who has none yet." })
  fiscalCode!: string | null;

  @MaybeText("Family name; null for those who have none.")
  familyName!: string | null;

  @MaybeText("Given name; null for those who have none.")
  givenName!: string | null;

  @Field(() => Sex, { nullable: true, description: "Sex, as registered; null where the registry does not say." })
  sex!: keyof typeof Sex | null;

  @Field(() => DateScalar, { nullable: true, description: "Date of birth; null when the registry knows only the month or year." })
  birthDate!: string | null;

  @Field(() => Place, { nullable: true, description: "Place of birth; null where the registry has none." })
  birthPlace!: Place | null;

  @Field(() => CivilStatus, { nullable: true, description: "Civil status; null where the registry has none." })
  civilStatus!: CivilStatus | null;

  @Field(() => [Citizenship], { nullable: true, description: "Citizenships; null where the registry has none." })
  citizenships!: Citizenship[] | null;
}

/** A person. */
@ObjectType({ description: "A person as the national residents' registry (ANPR) knows them. Only what the query asks for is read.", implements: [Individual, RegistryData] })
export class Person extends Individual implements RegistryData {
  @Field(() => Residence, { nullable: true, description: "Where the person lives." })
  residence!: Residence | null;

  @Field(() => [Residence], { nullable: true, description: "The residence and what the registry tells of earlier ones and of how the address was called, latest first." })
  residenceHistory!: Residence[] | null;

  @Field(() => IdentityNumbers, { description: "The numbers under which public registers know the person." })
  identityNumbers!: IdentityNumbers;

  provenance!: Provenance;
}

/** A member of a household. */
@ObjectType({ description: "A member of a household.", implements: Individual })
export class HouseholdMember extends Individual {
  @Field(() => HouseholdTie, { nullable: true, description: "Tie to the head of the household; null when the registry has none." })
  tie!: keyof typeof HouseholdTie | null;
}

/** A household. */
@ObjectType({ description: "The people registered as living together.", implements: RegistryData })
export class Household implements RegistryData {
  @Field(() => HouseholdKind, { nullable: true, description: "What they are to each other; null where the registry does not say." })
  kind!: keyof typeof HouseholdKind | null;

  @MaybeText("Name of a community; null for families.")
  name!: string | null;

  @Field(() => DateScalar, { nullable: true, description: "Since when it exists, where the registry knows." })
  since!: string | null;

  @Field(() => [HouseholdMember], { description: "Its members. Of a community only the person: living under one roof gives no right to the others' data." })
  members!: HouseholdMember[];

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

/** A person looked up for a case, or why not. */
export const CasePersonResult = createUnionType({
  name: "CasePersonResult", description: "A person of the registry, looked up for a case, or why there is none to show.",
  types: () => [Person, NotInRegistry, AmbiguousPerson, SourceUnavailable, InvalidInput] as const,
});
