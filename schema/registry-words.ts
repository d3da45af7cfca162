import { registerEnumType } from "type-graphql";

const named = <Word extends string>(descriptions: Readonly<Record<Word, string>>) => Object.fromEntries(Object.keys(descriptions).map(word => [word, word])) as { readonly [Key in Word]: Key };
const register = <Word extends string>(words: object, name: string, description: string, descriptions: Readonly<Record<Word, string>>): void =>
  registerEnumType(words, { name, description, valuesConfig: Object.fromEntries(Object.entries<string>(descriptions).map(([word, text]) => [word, { description: text }])) });

const civilStatuses = {
  SINGLE: "Never married.", MARRIED: "Married.", WIDOWED: "The spouse died.", DIVORCED: "Divorced.", CIVIL_UNION: "In a civil union.",
  CIVIL_UNION_WIDOWED: "The partner of the civil union died.", CIVIL_UNION_DISSOLVED: "The civil union was dissolved.", UNKNOWN: "The registry does not know.",
} as const;
/** Civil status. */
export const CivilStatus = named(civilStatuses);
export type CivilStatus = keyof typeof CivilStatus;
register(CivilStatus, "CivilStatus", "Civil status, as the registry has it.", civilStatuses);

const sexes = { F: "Female.", M: "Male." } as const;
/** Sex, as registered. */
export const Sex = named(sexes);
register(Sex, "Sex", "Sex, as registered.", sexes);

const householdKinds = {
  FAMILY: "A family.", FAMILY_ABROAD: "A family of citizens who live abroad (AIRE).",
  COMMUNITY: "People who live together without being a family: a home, a convent, a barracks.",
} as const;
/** Kinds of households. */
export const HouseholdKind = named(householdKinds);
register(HouseholdKind, "HouseholdKind", "What people who live together are to each other.", householdKinds);

const residenceKinds = {
  RESIDENCE: "Residence in Italy.", FOREIGN_RESIDENCE: "Residence abroad (AIRE).", LAST_ITALIAN_RESIDENCE: "The last residence in Italy of somebody who lives abroad.",
  TEMPORARY: "Temporary residence.", HABITUAL_ABODE: "Where somebody lives without being resident.", ELECTED_DOMICILE: "Elected domicile.",
  CARE_OF: "Where somebody may be reached.", CARE_OF_ABROAD: "Where somebody may be reached abroad.",
  STREET_RENAMED: "The same place under its former name or number.", CORRECTED: "An address that was corrected.", OTHER: "Something else.",
} as const;
/** Kinds of addresses. */
export const ResidenceKind = named(residenceKinds);
register(ResidenceKind, "ResidenceKind", "What an address is to a person.", residenceKinds);

const ties = {
  HEAD: "The one to whom the others' ties are reckoned.", SPOUSE: "Husband or wife.", CIVIL_PARTNER: "Partner in a civil union.", COHABITANT: "Lives there, without kinship.",
  CHILD: "Child.", STEPCHILD: "Stepchild.", ADOPTED: "Adopted child.", GRANDCHILD: "Grandchild.", GREAT_GRANDCHILD: "Great-grandchild.",
  PARENT: "Parent.", STEPPARENT: "Stepparent.", GRANDPARENT: "Grandparent.", GREAT_GRANDPARENT: "Great-grandparent.", SIBLING: "Sibling.", HALF_SIBLING: "Half sibling.",
  NEPHEW_OR_NIECE: "Nephew or niece.", UNCLE_OR_AUNT: "Uncle or aunt.", COUSIN: "Cousin.", OTHER_RELATIVE: "Another relative.",
  CHILD_IN_LAW: "Son- or daughter-in-law.", PARENT_IN_LAW: "Parent-in-law.", SIBLING_IN_LAW: "Sibling-in-law.", NEPHEW_OR_NIECE_IN_LAW: "Nephew or niece by marriage.",
  UNCLE_OR_AUNT_IN_LAW: "Uncle or aunt by marriage.", OTHER_IN_LAW: "Another relative by marriage.", GUARDIAN: "Guardian.", MEMBER: "Member of a community.",
  OTHER: "Another tie.", UNSPECIFIED: "The registry does not say.",
} as const;
/** Ties within a household. */
export const HouseholdTie = named(ties);
register(HouseholdTie, "HouseholdTie", "What a member of a household is to its head.", ties);
