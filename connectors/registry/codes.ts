import type { CivilStatus, HouseholdKind, Relation, ResidenceKind } from "../anpr/registry.ts";

// The registry's tables of codes, the same over SOAP and REST.

const civilStatuses: Readonly<Record<string, CivilStatus>> = {
  1: "SINGLE", 2: "MARRIED", 3: "WIDOWED", 4: "DIVORCED", 6: "CIVIL_UNION", 7: "CIVIL_UNION_WIDOWED", 8: "CIVIL_UNION_DISSOLVED",
};

const residenceKinds: Readonly<Record<string, ResidenceKind>> = {
  1: "RESIDENCE", 2: "HABITUAL_ABODE", 3: "ELECTED_DOMICILE", 4: "FOREIGN_RESIDENCE", 5: "CARE_OF", 6: "CARE_OF_ABROAD",
  7: "LAST_ITALIAN_RESIDENCE", 8: "TEMPORARY", 10: "STREET_RENAMED", 11: "CORRECTED",
};

const householdKinds: Readonly<Record<string, HouseholdKind>> = { 3: "FAMILY", 4: "COMMUNITY", 5: "FAMILY_ABROAD" };

const familyRelations: Readonly<Record<string, Relation>> = {
  1: "HEAD", 2: "SPOUSE", 3: "CHILD", 4: "GRANDCHILD", 5: "GREAT_GRANDCHILD", 6: "PARENT", 7: "GRANDPARENT", 8: "GREAT_GRANDPARENT",
  9: "SIBLING", 10: "NEPHEW_OR_NIECE", 11: "UNCLE_OR_AUNT", 12: "COUSIN", 13: "OTHER_RELATIVE", 14: "STEPCHILD", 15: "STEPPARENT",
  16: "CHILD_IN_LAW", 17: "PARENT_IN_LAW", 18: "SIBLING_IN_LAW", 19: "HALF_SIBLING", 20: "NEPHEW_OR_NIECE_IN_LAW",
  21: "UNCLE_OR_AUNT_IN_LAW", 22: "OTHER_IN_LAW", 23: "COHABITANT", 24: "HEAD", 25: "MEMBER", 26: "GUARDIAN", 28: "CIVIL_PARTNER",
  80: "ADOPTED", 99: "UNSPECIFIED",
};

const communityRelations: Readonly<Record<string, Relation>> = { 1: "HEAD", 2: "MEMBER", 9: "UNSPECIFIED" };

// A code that a later table adds must not make a whole person unreadable: it becomes the word for "something else".
export const civilStatusOf = (code: string): CivilStatus => civilStatuses[code] ?? "UNKNOWN";
export const residenceKindOf = (code: string): ResidenceKind => residenceKinds[code] ?? "OTHER";
export const householdKindOf = (code: string | null | undefined): HouseholdKind | null => householdKinds[code ?? ""] ?? null;

/** The same number means different ties in a family and in a community (a convent, a barracks, a home). */
export const relationOf = (code: string, kind: HouseholdKind | null): Relation =>
  (kind === "COMMUNITY" ? communityRelations : familyRelations)[code] ?? "OTHER";

const relationCodes: ReadonlyMap<Relation, string> = new Map(Object.entries(familyRelations).map(([code, relation]) => [relation, code] as const).toReversed());

/** The registry's number of a tie within a family; undefined for a word that has none. */
export const relationCodeOf = (relation: Relation): string | undefined => relationCodes.get(relation);

/** What the registry's error codes mean to us. Null: nobody found, which is an answer and no failure. */
export const refusals: ReadonlyMap<string, string | null> = new Map([
  ["EN122", null], ["EN042", null],
  ["EN043", "AMBIGUOUS"], ["EN067", "AMBIGUOUS"], ["EN095", "AMBIGUOUS"],
  ["EN050", "BAD_REQUEST"], ["EN051", "BAD_REQUEST"], ["EN052", "BAD_REQUEST"], ["EN053", "BAD_REQUEST"], ["EN081", "BAD_REQUEST"], ["EN082", "BAD_REQUEST"],
  ["EN079", "OPERATION_REUSED"],
  ["EN174", "NOT_AUTHORISED"], ["EN493", "NOT_AUTHORISED"],
  ["EN379", "UNSUPPORTED"],
  ["EN123", "BAD_REQUEST"], ["EN208", "BAD_REQUEST"], ["EN345", "BAD_REQUEST"], ["EN153", "BAD_REQUEST"],
  ["EN181", "OPEN_PROCEEDING"],
  ...["EN044", "EN055", "EN056", "EN057", "EN058", "EN059", "EN110", "EN164", "EN212", "EN214", "EN222", "EN228", "EN229", "EN287", "EN410"].map(code => [code, "NOT_CERTIFIABLE"] as const),
]);

/** "Operazione non effettuabile": generic and passing, to be asked again. */
export const transientCode = "999";
