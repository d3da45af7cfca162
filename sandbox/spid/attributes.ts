import { createHash } from "node:crypto";
import type { Resident } from "../people.ts";

/** Every attribute that SPID defines for a natural person, with the words the consent page shows. */
export const attributeLabels: Readonly<Record<string, string>> = {
  spidCode: "Codice identificativo SPID",
  name: "Nome",
  familyName: "Cognome",
  placeOfBirth: "Luogo di nascita",
  countyOfBirth: "Provincia di nascita",
  dateOfBirth: "Data di nascita",
  gender: "Sesso",
  fiscalNumber: "Codice fiscale",
  idCard: "Documento d'identità",
  mobilePhone: "Telefono cellulare",
  email: "Indirizzo email",
  address: "Domicilio fisico",
  domicileStreetAddress: "Domicilio: via e numero",
  domicilePostalCode: "Domicilio: CAP",
  domicileMunicipality: "Domicilio: comune",
  domicileProvince: "Domicilio: provincia",
  domicileNation: "Domicilio: nazione",
  expirationDate: "Scadenza dell'identità",
  digitalAddress: "Domicilio digitale",
};

export const spidAttributes: readonly string[] = Object.keys(attributeLabels);

/** The electronic identity card gives the eIDAS minimum set and nothing else, whatever is asked. */
export const cieAttributes: readonly string[] = ["name", "familyName", "dateOfBirth", "fiscalNumber"];

const dates = new Set(["dateOfBirth", "expirationDate"]);

/** The XML Schema type that the SPID attribute table gives to an attribute. */
export const typeOfAttribute = (name: string): "xs:date" | "xs:string" => (dates.has(name) ? "xs:date" : "xs:string");

/** Ten letters and figures that are always the same for the same person at the same provider. */
const serialOf = (providerCode: string, fiscalCode: string): string =>
  createHash("sha256").update(`${providerCode} ${fiscalCode}`).digest("hex").slice(0, 10).toUpperCase();

/** What SPID knows of a resident, by attribute name, in the formats of the SPID attribute table. */
export function attributesOf(person: Resident, providerCode: string): Record<string, string> {
  const { address, birthPlace } = person;
  const street = `${address.kind} ${address.street} ${address.number}`;
  const contacts: Record<string, string> = person.login ? { email: person.login.email, mobilePhone: person.login.phone.replace(/\s/g, "") } : {};
  return {
    spidCode: `${providerCode}${serialOf(providerCode, person.fiscalCode)}`,
    name: person.givenName,
    familyName: person.familyName,
    placeOfBirth: birthPlace.cadastralCode,
    countyOfBirth: birthPlace.province,
    dateOfBirth: person.birthDate,
    gender: person.sex,
    fiscalNumber: `TINIT-${person.fiscalCode}`,
    idCard: `cartaIdentita CA${serialOf("idCard", person.fiscalCode).slice(0, 5)}AA comuneCuneo 2024-05-06 2034-05-06`,
    address: `${street} ${address.postalCode} Cuneo CN`,
    domicileStreetAddress: street,
    domicilePostalCode: address.postalCode,
    domicileMunicipality: "Cuneo",
    domicileProvince: "CN",
    domicileNation: "IT",
    expirationDate: "2034-12-31",
    ...contacts,
  };
}
