import type { DataSet, RegistryPerson, RegistryResidence } from "../../connectors/anpr/index.ts";
import { problem } from "../../entities/problem.ts";
import type { Hub } from "../hub.ts";
import type { Purpose, Read } from "./reads.ts";

/** Which data set each shown field needs; what a query does not ask for is not read. */
const needs: Readonly<Record<string, DataSet>> = {
  fiscalCode: "IDENTITY", familyName: "IDENTITY", givenName: "IDENTITY", birthDate: "IDENTITY", birthPlace: "IDENTITY",
  residence: "RESIDENCE", civilStatus: "CIVIL_STATUS", citizenships: "CITIZENSHIP",
};

const ownRequest: Purpose = { kind: "OWN_REQUEST", reference: "OWN", text: "Consultazione dei propri dati" };

/** The caller in the registry, for the fields asked. Throws NOT_IN_REGISTRY, ASSURANCE_TOO_LOW, and as the registry does. */
export async function showOwnPerson(hub: Hub, fields: readonly string[]) {
  const { fiscalCode } = ownSubject(hub);
  const dataSets = fields.flatMap(field => needs[field] ?? []);
  const read = await hub.registry.person(hub, fiscalCode, dataSets.length > 0 ? dataSets : ["IDENTITY"], ownRequest);
  return { __typename: "Person", ...personOf(read) };
}

/** The caller's household. Throws as `showOwnPerson`. */
export async function showOwnHousehold(hub: Hub) {
  const { value, provenance } = await hub.registry.household(hub, ownSubject(hub).fiscalCode, ownRequest);
  if (!value) throw problem("NOT_IN_REGISTRY");
  const members = value.map(member => ({
    familyName: member.familyName, givenName: member.givenName, birthDate: exactDay(member), tie: member.householdTie?.relation ?? null,
  }));
  return { __typename: "Household", members, provenance };
}

function ownSubject({ caller, publicUrl }: Hub): { fiscalCode: string } {
  if (caller.kind !== "citizen" || !caller.fiscalCode) throw problem("NOT_IN_REGISTRY");
  if (caller.assurance === "L1") throw problem("ASSURANCE_TOO_LOW", { details: { required: "L2", stepUpUrl: `${publicUrl}/spid/login?level=2` } });
  return { fiscalCode: caller.fiscalCode };
}

function personOf({ value, provenance }: Read<RegistryPerson>) {
  if (!value) throw problem("NOT_IN_REGISTRY");
  return {
    fiscalCode: value.fiscalCode, familyName: value.familyName, givenName: value.givenName, birthDate: exactDay(value), birthPlace: placeOf(value),
    residence: residenceOf(value), civilStatus: value.civilStatus ?? null, citizenships: value.citizenships?.map(({ country }) => country) ?? null, provenance,
  };
}

/** Past its precision, a date of the registry has fillers: then there is no date to show. */
const exactDay = ({ birth }: RegistryPerson): string | null => (birth.precision === "DAY" ? birth.date : null);

function placeOf({ birth: { place } }: RegistryPerson) {
  if (!place) return null;
  if (place.kind === "ITALY") return { name: place.name, province: place.province, country: null };
  return place.kind === "ABROAD" ? { name: place.locality ?? place.country ?? place.countryCode, province: null, country: place.country } : { name: place.description, province: null, country: null };
}

/** The residence among the addresses of a person; null where there is none. */
export function residenceOf({ residences }: RegistryPerson) {
  const residence = residences.find(({ kind }) => kind === "RESIDENCE" || kind === "FOREIGN_RESIDENCE");
  return residence ? { ...addressOf(residence), since: residence.since } : null;
}

function addressOf({ address }: RegistryResidence) {
  const line = [address.street, address.houseNumber].filter(Boolean).join(" ") || null;
  return address.kind === "ITALY"
    ? { address: line, postalCode: address.postalCode, municipality: address.municipality.name, istatCode: address.municipality.istatCode, province: address.municipality.province }
    : { address: line, postalCode: address.postalCode, municipality: address.locality, istatCode: null, province: null };
}
