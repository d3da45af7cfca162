import type { SamlCheck } from "../../../connectors/spid/index.ts";
import { attributeXml, person } from "./identity-provider.ts";

/** What a case does to a correct response before it is signed, and what must come of it. */
export interface ResponseCase {
  readonly name: string;
  readonly edit: (xml: string) => string;
  readonly expected: "accepted" | SamlCheck;
}

/** Replaces text that must be there: a case that changes nothing would prove nothing. */
export const swap = (from: string | RegExp, to: string) => (xml: string): string => {
  const changed = xml.replace(from, () => to);
  if (changed === xml) throw new Error(`the case changes nothing: ${String(from)}`);
  return changed;
};

/** The same from the Assertion on, leaving the Response's own part alone. */
const inAssertion = (from: string | RegExp, to: string) => (xml: string): string => {
  const at = xml.indexOf("<saml:Assertion");
  return xml.slice(0, at) + swap(from, to)(xml.slice(at));
};

const same = (xml: string): string => xml;
const entity = ' Format="urn:oasis:names:tc:SAML:2.0:nameid-format:entity"';
const instant = 'IssueInstant="2026-11-23T09:00:04Z"';
const success = "urn:oasis:names:tc:SAML:2.0:status:Success";
const confirmationData = /<saml:SubjectConfirmationData[^>]*\/>/;
const confirmation = /<saml:SubjectConfirmation Method[\s\S]*<\/saml:SubjectConfirmation>/;
const subject = /<saml:Subject>[\s\S]*<\/saml:Subject>/;
const nameId = /<saml:NameID[\s\S]*<\/saml:NameID>/;
const nameIdFormat = 'Format="urn:oasis:names:tc:SAML:2.0:nameid-format:transient"';
const conditions = /<saml:Conditions[\s\S]*<\/saml:Conditions>/;
const restriction = /<saml:AudienceRestriction>[\s\S]*<\/saml:AudienceRestriction>/;
const audience = /<saml:Audience>[^<]*<\/saml:Audience>/;
const statement = /<saml:AuthnStatement[\s\S]*<\/saml:AuthnStatement>/;
const authnContext = /<saml:AuthnContext>[\s\S]*<\/saml:AuthnContext>/;
const classReference = /<saml:AuthnContextClassRef>[^<]*<\/saml:AuthnContextClassRef>/;
const attributes = /<saml:AttributeStatement>[\s\S]*<\/saml:AttributeStatement>/;
const dataUntil = 'NotOnOrAfter="2026-11-23T09:05:00Z" Recipient';
const conditionsUntil = 'NotOnOrAfter="2026-11-23T09:05:00Z"><saml:Aud';
const notBefore = 'NotBefore="2026-11-23T09:00:04Z"';
const only = (...names: string[]): string => `<saml:AttributeStatement>${names.map(name => attributeXml(name, person[name]!)).join("")}</saml:AttributeStatement>`;
const fiscalNumber = person["fiscalNumber"]!;

const row = (name: string, edit: ResponseCase["edit"], expected: ResponseCase["expected"]): ResponseCase => ({ name, edit, expected });

/**
 * What a provider can say wrong (or unusually and right) in a response that is otherwise well signed. The numbers are those of
 * AgID's list of response checks.
 */
export const contentCases: readonly ResponseCase[] = [
  row("1 correct", same, "accepted"),
  row("1 other namespace prefixes", xml => xml.replaceAll("saml:", "a:").replaceAll("xmlns:saml=", "xmlns:a=").replaceAll("samlp:", "b:").replaceAll("xmlns:samlp=", "xmlns:b="), "accepted"),
  row("1-NS without SessionIndex, attributes in another order", xml => swap(attributes, only("fiscalNumber", "familyName", "name"))(xml.replace(' SessionIndex="_session"', "")), "accepted"),
  row("8 response ID empty", swap('ID="_response"', 'ID=""'), "response.id"),
  row("9 response ID missing", swap(' ID="_response"', ""), "response.id"),
  row("10 response Version 1.1", swap('Version="2.0"', 'Version="1.1"'), "response.version"),
  row("10 response Version missing", swap(' Version="2.0"', ""), "response.version"),
  row("11 response IssueInstant empty", swap(instant, 'IssueInstant=""'), "response.issue-instant"),
  row("12 response IssueInstant missing", swap(` ${instant}`, ""), "response.issue-instant"),
  row("13 response IssueInstant without zone", swap(instant, 'IssueInstant="2026-11-23T09:00:04"'), "response.issue-instant"),
  row("13 response IssueInstant in another zone", swap(instant, 'IssueInstant="2026-11-23T10:00:04+01:00"'), "response.issue-instant"),
  row("13 response IssueInstant a day that does not exist", swap(instant, 'IssueInstant="2026-11-31T09:00:04Z"'), "response.issue-instant"),
  row("13 response IssueInstant a date only", swap(instant, 'IssueInstant="2026-11-23"'), "response.issue-instant"),
  row("14 response before the request", swap(instant, 'IssueInstant="2018-01-01T00:00:00Z"'), "response.too-early"),
  row("15 response in the future", swap(instant, 'IssueInstant="2099-01-01T00:00:00Z"'), "response.too-late"),
  row("16 response InResponseTo empty", swap('InResponseTo="_request-1"', 'InResponseTo=""'), "response.in-response-to"),
  row("17 response InResponseTo missing", swap(' InResponseTo="_request-1"', ""), "response.in-response-to"),
  row("18 response InResponseTo of another request", swap('InResponseTo="_request-1"', 'InResponseTo="_request-2"'), "response.in-response-to"),
  row("19 Destination empty", swap(/Destination="[^"]*"/, 'Destination=""'), "response.destination"),
  row("20 Destination missing", swap(/ Destination="[^"]*"/, ""), "response.destination"),
  row("21 Destination elsewhere", swap(/Destination="[^"]*"/, 'Destination="https://other.example.org/acs"'), "response.destination"),
  row("22 Status empty", swap(/<samlp:Status>.*<\/samlp:Status>/, "<samlp:Status/>"), "status.missing"),
  row("23 Status missing", swap(/<samlp:Status>.*<\/samlp:Status>/, ""), "status.missing"),
  row("24 StatusCode empty", swap(success, ""), "status.code"),
  row("25 StatusCode missing", swap(/<samlp:StatusCode[^>]*>/, "<samlp:StatusMessage>ErrorCode nr22</samlp:StatusMessage>"), "status.code"),
  row("26 StatusCode that does not exist", swap(success, "urn:oasis:names:tc:SAML:2.0:status:Fine"), "status.code"),
  row("two StatusCodes", swap(/<samlp:StatusCode[^>]*>/, `<samlp:StatusCode Value="${success}"/><samlp:StatusCode Value="${success}"/>`), "status.code"),
  row("27 response Issuer empty", swap(/(?<=<samlp:Response[^>]*>\s*)<saml:Issuer[^>]*>[^<]*</, `<saml:Issuer${entity}><`), "response.issuer"),
  row("29 response Issuer is another", swap(">https://idp.example.org<", ">https://other.example.org<"), "response.issuer"),
  row("30 response Issuer Format is another", swap(entity, ' Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"'), "response.issuer-format"),
  row("30 response Issuer Format empty", swap(entity, ' Format=""'), "response.issuer-format"),
  row("31 response Issuer Format left out", swap(entity, ""), "accepted"),
  row("33 assertion ID empty", swap('ID="_assertion"', 'ID=""'), "assertion.id"),
  row("34 assertion ID missing", swap(' ID="_assertion"', ""), "assertion.id"),
  row("35 assertion Version 1.1", inAssertion('Version="2.0"', 'Version="1.1"'), "assertion.version"),
  row("36 assertion IssueInstant empty", inAssertion(instant, 'IssueInstant=""'), "assertion.issue-instant"),
  row("37 assertion IssueInstant missing", inAssertion(` ${instant}`, ""), "assertion.issue-instant"),
  row("38 assertion IssueInstant malformed", inAssertion(instant, 'IssueInstant="23/11/2026 09:00"'), "assertion.issue-instant"),
  row("39 assertion before the request", inAssertion(instant, 'IssueInstant="2018-01-01T00:00:00Z"'), "assertion.too-early"),
  row("40 assertion in the future", inAssertion(instant, 'IssueInstant="2099-01-01T00:00:00Z"'), "assertion.too-late"),
  row("41 Subject empty", swap(subject, "<saml:Subject/>"), "subject.missing"),
  row("42 Subject missing", swap(subject, ""), "subject.missing"),
  row("43 NameID empty", swap(nameId, `<saml:NameID ${nameIdFormat} NameQualifier="https://idp.example.org"/>`), "subject.name-id"),
  row("44 NameID missing", swap(nameId, ""), "subject.name-id"),
  row("45 NameID Format empty", swap(nameIdFormat, 'Format=""'), "subject.name-id-format"),
  row("46 NameID Format missing", swap(` ${nameIdFormat}`, ""), "subject.name-id-format"),
  row("47 NameID Format not transient", swap("nameid-format:transient", "nameid-format:persistent"), "subject.name-id-format"),
  row("48 NameQualifier empty", swap(/NameQualifier="[^"]*"/, 'NameQualifier=""'), "subject.name-qualifier"),
  row("49 NameQualifier missing", swap(/ NameQualifier="[^"]*"/, ""), "subject.name-qualifier"),
  row("51 SubjectConfirmation empty", swap(confirmation, '<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"/>'), "confirmation.data"),
  row("52 SubjectConfirmation missing", swap(confirmation, ""), "confirmation.missing"),
  row("two SubjectConfirmations", xml => swap(confirmation, xml.match(confirmation)![0].repeat(2))(xml), "confirmation.missing"),
  row("53 Method empty", swap(/Method="[^"]*"/, 'Method=""'), "confirmation.method"),
  row("54 Method missing", swap(/ Method="[^"]*"/, ""), "confirmation.method"),
  row("55 Method not bearer", swap("cm:bearer", "cm:holder-of-key"), "confirmation.method"),
  row("56 SubjectConfirmationData missing", swap(confirmationData, ""), "confirmation.data"),
  row("57 Recipient empty", swap(/Recipient="[^"]*"/, 'Recipient=""'), "confirmation.recipient"),
  row("58 Recipient missing", swap(/ Recipient="[^"]*"/, ""), "confirmation.recipient"),
  row("59 Recipient elsewhere", swap(/Recipient="[^"]*"/, 'Recipient="https://other.example.org/acs"'), "confirmation.recipient"),
  row("60 confirmation InResponseTo empty", inAssertion('InResponseTo="_request-1"', 'InResponseTo=""'), "confirmation.in-response-to"),
  row("61 confirmation InResponseTo missing", inAssertion(' InResponseTo="_request-1"', ""), "confirmation.in-response-to"),
  row("62 confirmation InResponseTo of another request", inAssertion('InResponseTo="_request-1"', 'InResponseTo="_request-2"'), "confirmation.in-response-to"),
  row("63 confirmation NotOnOrAfter empty", swap(dataUntil, 'NotOnOrAfter="" Recipient'), "confirmation.not-on-or-after"),
  row("64 confirmation NotOnOrAfter missing", swap(dataUntil, "Recipient"), "confirmation.not-on-or-after"),
  row("65 confirmation NotOnOrAfter malformed", swap(dataUntil, 'NotOnOrAfter="soon" Recipient'), "confirmation.not-on-or-after"),
  row("66 confirmation over", swap(dataUntil, 'NotOnOrAfter="2018-01-01T00:00:00Z" Recipient'), "confirmation.expired"),
  row("67 assertion Issuer empty", inAssertion(/>https:\/\/idp\.example\.org</, "><"), "assertion.issuer"),
  row("69 assertion Issuer is another", inAssertion(/>https:\/\/idp\.example\.org</, ">https://other.example.org<"), "assertion.issuer"),
  row("70 assertion Issuer Format empty", inAssertion(entity, ' Format=""'), "assertion.issuer-format"),
  row("71 assertion Issuer Format missing", inAssertion(entity, ""), "assertion.issuer-format"),
  row("72 assertion Issuer Format is another", inAssertion("nameid-format:entity", "nameid-format:persistent"), "assertion.issuer-format"),
  row("73 Conditions empty", swap(conditions, "<saml:Conditions/>"), "conditions.not-before"),
  row("74 Conditions missing", swap(conditions, ""), "conditions.missing"),
  row("a condition that nobody knows", swap("<saml:AudienceRestriction>", '<x:Weather xmlns:x="urn:x"/><saml:AudienceRestriction>'), "conditions.unknown"),
  row("75 NotBefore empty", swap(notBefore, 'NotBefore=""'), "conditions.not-before"),
  row("76 NotBefore missing", swap(` ${notBefore}`, ""), "conditions.not-before"),
  row("77 NotBefore malformed", swap(notBefore, 'NotBefore="now"'), "conditions.not-before"),
  row("78 NotBefore in the future", swap(notBefore, 'NotBefore="2099-01-01T00:00:00Z"'), "conditions.too-early"),
  row("79 NotOnOrAfter empty", swap(conditionsUntil, 'NotOnOrAfter=""><saml:Aud'), "conditions.not-on-or-after"),
  row("80 NotOnOrAfter missing", swap(` ${conditionsUntil}`, "><saml:Aud"), "conditions.not-on-or-after"),
  row("81 NotOnOrAfter malformed", swap(conditionsUntil, 'NotOnOrAfter="later"><saml:Aud'), "conditions.not-on-or-after"),
  row("82 NotOnOrAfter past", swap(conditionsUntil, 'NotOnOrAfter="2018-01-01T00:00:00Z"><saml:Aud'), "conditions.expired"),
  row("83 AudienceRestriction empty", swap(restriction, "<saml:AudienceRestriction/>"), "audience.missing"),
  row("84 AudienceRestriction missing", swap(restriction, ""), "audience.missing"),
  row("85 Audience empty", swap(audience, "<saml:Audience/>"), "audience.missing"),
  row("87 Audience is another", swap(audience, "<saml:Audience>https://other.example.org</saml:Audience>"), "audience.other"),
  row("Audience among others", swap(audience, "<saml:Audience>https://other.example.org</saml:Audience><saml:Audience>https://hub.example.org</saml:Audience>"), "accepted"),
  row("88 AuthnStatement empty", swap(statement, "<saml:AuthnStatement/>"), "authn.statement"),
  row("89 AuthnStatement missing", swap(statement, ""), "authn.statement"),
  row("90 AuthnContext empty", swap(authnContext, "<saml:AuthnContext/>"), "authn.class"),
  row("91 AuthnContext missing", swap(authnContext, "<saml:SubjectLocality/>"), "authn.context"),
  row("92 AuthnContextClassRef empty", swap(classReference, "<saml:AuthnContextClassRef/>"), "authn.class"),
  row("93 AuthnContextClassRef missing", swap(classReference, "<saml:AuthnContextDecl/>"), "authn.class"),
  row("96 level 3", swap(classReference, "<saml:AuthnContextClassRef>https://www.spid.gov.it/SpidL3</saml:AuthnContextClassRef>"), "accepted"),
  row("97 a class of nobody", swap(classReference, "<saml:AuthnContextClassRef>https://www.spid.gov.it/SpidL4</saml:AuthnContextClassRef>"), "authn.class"),
  row("98 no Attribute", swap(attributes, "<saml:AttributeStatement/>"), "attributes.missing"),
  row("no AttributeStatement", swap(attributes, ""), "attributes.missing"),
  row("99 Attribute without value", swap(attributes, only("name", "familyName").replace("</saml:AttributeStatement>", '<saml:Attribute Name="fiscalNumber"/></saml:AttributeStatement>')), "attributes.value"),
  row("Attribute with two values", swap(attributes, only("name", "familyName", "fiscalNumber").replace("<saml:AttributeValue", "<saml:AttributeValue>Altra</saml:AttributeValue><saml:AttributeValue")), "attributes.value"),
  row("Attribute with white space for a value", swap(`>${fiscalNumber}<`, "> \n <"), "attributes.value"),
  row("Attribute without name", swap('Name="email"', 'Name=""'), "attributes.value"),
  row("the same Attribute twice", swap(attributes, only("name", "familyName", "fiscalNumber", "fiscalNumber")), "attributes.duplicate"),
  row("103 other attributes than asked for", swap(attributes, only("spidCode", "email")), "attributes.required"),
  row("no fiscal number", swap(attributes, only("spidCode", "name", "familyName", "dateOfBirth")), "attributes.required"),
  row("fiscal number without prefix", swap(fiscalNumber, fiscalNumber.slice(6)), "attributes.fiscal-number"),
  row("fiscal number too short", swap(fiscalNumber, "TINIT-MRNLCU"), "attributes.fiscal-number"),
  row("fiscal number with something behind it", swap(fiscalNumber, `${fiscalNumber} OR 1`), "attributes.fiscal-number"),
  row("eleven digits for a fiscal number", swap(fiscalNumber, "TINIT-00000010005"), "accepted"),
  row("elements inside a value", swap(`>${fiscalNumber}<`, `><b xmlns="urn:x">${fiscalNumber}</b><`), "attributes.value"),
  row("a birthday that does not exist", swap(">2000-01-01<", ">2000-02-30<"), "attributes.date-of-birth"),
  row("a birthday with a zone", swap(">2000-01-01<", ">2000-01-01+01:00<"), "accepted"),
  row("109 attributes without NameFormat", xml => xml.replaceAll(' NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:basic"', ""), "accepted"),
  row("110 instants with milliseconds", xml => xml.replaceAll(instant, 'IssueInstant="2026-11-23T09:00:04.123Z"'), "accepted"),
  row("instants with nanoseconds", xml => xml.replaceAll(instant, 'IssueInstant="2026-11-23T09:00:04.123456789Z"'), "accepted"),
  row("values with white space around them", swap(">https://hub.example.org</saml:Audience>", ">\n  https://hub.example.org\n</saml:Audience>"), "accepted"),
  row("comments between the elements", swap("<samlp:Status>", "<!-- here --><samlp:Status>"), "accepted"),
];
