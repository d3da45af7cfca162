import { markup, type Markup } from "./markup.ts";

/** A set of attributes that a login can ask for, published in the metadata under its index. */
export interface AttributeSet {
  readonly index: number;
  /** The name people see at the identity provider; null takes the service name of the settings. */
  readonly name: string | null;
  readonly language: string;
  readonly attributes: readonly string[];
  /** What must come back; without one of these the response is refused. */
  readonly required: readonly string[];
}

/** Who answers for the service provider: goes into the metadata. No natural person's address or number. */
export interface Contact {
  readonly email: string;
  /** With international prefix and without spaces: `+390171444444`. */
  readonly phone: string;
  /** Code in the index of public administrations, e.g. `c_d205`. */
  readonly ipaCode: string;
  /** Belfiore code of the municipality of the seat; CIE wants it. */
  readonly municipality: string;
  /** Two-letter province; CIE may have it. */
  readonly province: string;
}

/** What differs between the schemes that speak this protocol. Everything else is one engine. */
export interface Profile {
  readonly scheme: "SPID" | "CIE";
  /** The first is the one that every login of a citizen uses. */
  readonly attributeSets: readonly [AttributeSet, ...AttributeSet[]];
  /** CIE authenticates anew at every request, SPID from level 2 up. */
  readonly alwaysForceAuthn: boolean;
  /** SPID's assertions name the format of their Issuer; CIE's may leave it out. */
  readonly assertionIssuerFormatRequired: boolean;
  /** CIE has no SAML logout: the browser visits a page of the provider's. */
  readonly logout: "SAML" | "PAGE";
  /** XML namespaces of the metadata extensions, and the contact that carries them. */
  readonly extensionNamespace: readonly [prefix: string, uri: string];
  contact(contact: Contact, organizationName: string): Markup;
}

const eidasMinimum = ["spidCode", "name", "familyName", "dateOfBirth"];
const minimal = [...eidasMinimum, "fiscalNumber"];
const citizen = ["name", "familyName", "fiscalNumber"];
const foreigner = ["name", "familyName", "dateOfBirth"];

/** SPID (AgID technical rules, Avviso 29 for the metadata, Avviso 11 for Destination) with the eIDAS attribute sets. */
export const spidProfile: Profile = {
  scheme: "SPID",
  attributeSets: [
    { index: 0, name: null, language: "it", attributes: minimal, required: citizen },
    {
      index: 1, name: null, language: "it", required: citizen,
      attributes: [...minimal, "placeOfBirth", "countyOfBirth", "gender", "email", "mobilePhone", "digitalAddress", "address"],
    },
    { index: 99, name: "eIDAS Natural Person Minimum Attribute Set", language: "it", attributes: eidasMinimum, required: foreigner },
    { index: 100, name: "eIDAS Natural Person Full Attribute Set", language: "it", attributes: [...eidasMinimum, "placeOfBirth", "address", "gender"], required: foreigner },
  ],
  alwaysForceAuthn: false,
  assertionIssuerFormatRequired: true,
  logout: "SAML",
  extensionNamespace: ["spid", "https://spid.gov.it/saml-extensions"],
  contact: ({ email, phone, ipaCode }) => markup`
    <md:ContactPerson contactType="other">
      <md:Extensions><spid:IPACode>${ipaCode}</spid:IPACode><spid:Public/></md:Extensions>
      <md:EmailAddress>${email}</md:EmailAddress><md:TelephoneNumber>${phone}</md:TelephoneNumber>
    </md:ContactPerson>`,
};

/** CIE id, the electronic identity card (Ministry of the Interior, technical manual of the SAML federation). */
export const cieProfile: Profile = {
  scheme: "CIE",
  attributeSets: [
    {
      index: 0, name: "urn:uuid:5f0c3f5e-6a43-4f0e-9d6b-2f6a1c7e8b90", language: "", required: citizen,
      attributes: ["name", "familyName", "dateOfBirth", "fiscalNumber"],
    },
  ],
  alwaysForceAuthn: true,
  assertionIssuerFormatRequired: false,
  logout: "PAGE",
  extensionNamespace: ["cie", "https://www.cartaidentita.interno.gov.it/saml-extensions"],
  contact: ({ email, phone, ipaCode, municipality, province }, organizationName) => markup`
    <md:ContactPerson contactType="administrative">
      <md:Extensions>
        <cie:Public/><cie:IPACode>${ipaCode}</cie:IPACode><cie:IPACategory>L6</cie:IPACategory>
        <cie:Municipality>${municipality}</cie:Municipality><cie:Province>${province}</cie:Province><cie:Country>IT</cie:Country>
      </md:Extensions>
      <md:Company>${organizationName}</md:Company><md:EmailAddress>${email}</md:EmailAddress><md:TelephoneNumber>${phone}</md:TelephoneNumber>
    </md:ContactPerson>`,
};

/** The attribute set of an index; throws when the profile does not publish it, which is a mistake of the caller's. */
export function attributeSetOf(profile: Profile, index: number): AttributeSet {
  const found = profile.attributeSets.find(set => set.index === index);
  if (!found) throw new RangeError(`${profile.scheme} has no attribute set ${index}`);
  return found;
}
