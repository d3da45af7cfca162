import type { DataSet, Identity, ItalianAddress, RegistryPerson, RegistryResidence } from "../../connectors/anpr/index.ts";
import type { AdministrationInfo } from "../hub.ts";
import type { RegistryHousehold } from "./reads.ts";
import type { Read } from "./read.ts";

/** Which data set each shown field needs; what a query does not ask for is not read. */
const needs: Readonly<Record<string, DataSet>> = {
  fiscalCode: "IDENTITY", familyName: "IDENTITY", givenName: "IDENTITY", sex: "IDENTITY", birthDate: "IDENTITY", birthPlace: "IDENTITY", identityNumbers: "IDENTITY",
  "identityNumbers.identityCard": "IDENTITY_CARD", residence: "RESIDENCE", residenceHistory: "RESIDENCE", civilStatus: "CIVIL_STATUS", citizenships: "CITIZENSHIP",
  tie: "HOUSEHOLD_TIE",
};

/** The data sets that the asked fields of a person need. */
export function dataSetsOf(fields: readonly string[]): readonly DataSet[] {
  const needed = fields.flatMap(field => needs[field] ?? []);
  return needed.length > 0 ? needed : ["IDENTITY"];
}

/** The data sets that the asked fields of a household's members need; none when no member is asked for. */
export function memberDataOf(fields: readonly string[]): readonly DataSet[] {
  const ofMembers = fields.filter(field => field.startsWith("members.")).map(field => field.slice("members.".length));
  return fields.includes("members") ? dataSetsOf(ofMembers) : [];
}

/** A person as the graph shows it. */
export const shownPerson = ({ provenance }: Read<unknown>, person: RegistryPerson) => ({
  __typename: "Person", ...individual(person), residence: residenceOf(person), residenceHistory: person.residences.map(shownResidence).sort(latestFirst), provenance,
  identityNumbers: { registryId: person.registryId, fiscalCode: person.fiscalCode, fiscalCodeConfirmed: person.fiscalCodeValidated, identityCard: person.identityCard ?? null },
});

/** A household as the graph shows it. */
export const shownHousehold = ({ provenance }: Read<unknown>, { members, ...household }: RegistryHousehold) => ({
  __typename: "Household", ...household, provenance, members: members.map(member => ({ ...individual(member), tie: member.householdTie?.relation ?? null })),
});

const individual = (person: RegistryPerson) => ({
  fiscalCode: person.fiscalCode, familyName: person.familyName, givenName: person.givenName, sex: person.sex, birthDate: exactDay(person), birthPlace: placeOf(person),
  civilStatus: person.civilStatus ?? null, citizenships: person.citizenships ?? null,
});

/** Past its precision, a date of the registry has fillers: then there is no date to show. */
const exactDay = ({ birth }: Identity): string | null => (birth.precision === "DAY" ? birth.date : null);

function placeOf({ birth: { place } }: Identity) {
  if (!place) return null;
  if (place.kind === "ITALY") return { name: place.name, province: place.province, country: null };
  return place.kind === "ABROAD" ? { name: place.locality ?? place.country ?? place.countryCode, province: null, country: place.country } : { name: place.description, province: null, country: null };
}

/** The residence among the addresses of a person; null where there is none. */
export function residenceOf(person: RegistryPerson) {
  const residence = latestResidence(person);
  return residence ? shownResidence(residence) : null;
}

/** The residence of a person who is registered as living in the administration's own municipality; null of everybody else. */
export function residenceHere({ administration }: { readonly administration: Pick<AdministrationInfo, "istatCode"> }, person: RegistryPerson): (RegistryResidence & { readonly address: ItalianAddress }) | null {
  const residence = latestResidence(person);
  if (residence?.address.kind !== "ITALY" || residence.address.municipality.istatCode !== administration.istatCode || person.death || person.cancelledOn) return null;
  return { ...residence, address: residence.address };
}

function latestResidence({ residences }: RegistryPerson): RegistryResidence | undefined {
  const latest = [...residences].sort(latestFirst);
  return latest.find(({ kind }) => kind === "RESIDENCE") ?? latest.find(({ kind }) => kind === "FOREIGN_RESIDENCE");
}

const latestFirst = (one: { readonly since: string | null }, other: { readonly since: string | null }): number => (other.since ?? "").localeCompare(one.since ?? "");

/** An address as the graph shows it. */
export function shownResidence({ kind, address, since }: RegistryResidence) {
  const line = [address.street, address.houseNumber].filter(Boolean).join(" ") || null;
  const shared = { kind, since, address: line, postalCode: address.postalCode };
  return address.kind === "ITALY"
    ? { ...shared, municipality: address.municipality.name, istatCode: address.municipality.istatCode, province: address.municipality.province, country: null }
    : { ...shared, municipality: address.locality, istatCode: null, province: null, country: address.country };
}
