import { formats, instant, secondsAfter } from "../saml.ts";
import type { Case, WrongResponseParameters } from "./case.ts";
import { duplicate, empty, remove, removeAttribute, setAttribute, setText } from "./edits.ts";

const hour = 3_600;
const earlier = ({ now }: WrongResponseParameters): string => instant(secondsAfter(now, -hour));
const later = ({ now }: WrongResponseParameters): string => instant(secondsAfter(now, hour));
const persistent = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent";

/** The assertion itself, its issuer and its subject. */
export const assertionFields: readonly Case[] = [
  { id: "33", description: "Assertion ID empty", between: setAttribute("assertion", "ID", "") },
  { id: "34", description: "Assertion ID missing", between: removeAttribute("assertion", "ID") },
  { id: "35", description: "Assertion Version not 2.0", edit: setAttribute("assertion", "Version", "1.1") },
  { id: "36", description: "Assertion IssueInstant empty", edit: setAttribute("assertion", "IssueInstant", "") },
  { id: "37", description: "Assertion IssueInstant missing", edit: removeAttribute("assertion", "IssueInstant") },
  { id: "38", description: "Assertion IssueInstant in another format", edit: setAttribute("assertion", "IssueInstant", "01/02/2026 10:20") },
  { id: "39", description: "Assertion IssueInstant before the request", edit: setAttribute("assertion", "IssueInstant", earlier) },
  { id: "40", description: "Assertion IssueInstant in the future", edit: setAttribute("assertion", "IssueInstant", "2099-01-01T00:00:00Z") },
  { id: "41", description: "Subject empty", edit: empty("subject") },
  { id: "42", description: "Subject missing", edit: remove("subject") },
  { id: "42-two", description: "two Subjects", edit: duplicate("subject") },
  { id: "43", description: "NameID empty", edit: empty("nameId") },
  { id: "44", description: "NameID missing", edit: remove("nameId") },
  { id: "45", description: "NameID Format empty", edit: setAttribute("nameId", "Format", "") },
  { id: "46", description: "NameID Format missing", edit: removeAttribute("nameId", "Format") },
  { id: "47", description: "NameID Format not transient", edit: setAttribute("nameId", "Format", persistent) },
  { id: "48", description: "NameID NameQualifier empty", edit: setAttribute("nameId", "NameQualifier", "") },
  { id: "49", description: "NameID NameQualifier missing", edit: removeAttribute("nameId", "NameQualifier") },
  { id: "51", description: "SubjectConfirmation empty", edit: empty("confirmation") },
  { id: "52", description: "SubjectConfirmation missing", edit: remove("confirmation") },
  { id: "52-two", description: "two SubjectConfirmations", edit: duplicate("confirmation") },
  { id: "53", description: "SubjectConfirmation Method empty", edit: setAttribute("confirmation", "Method", "") },
  { id: "54", description: "SubjectConfirmation Method missing", edit: removeAttribute("confirmation", "Method") },
  { id: "55", description: "SubjectConfirmation Method not bearer", edit: setAttribute("confirmation", "Method", formats.bearer.replace("bearer", "sender-vouches")) },
  { id: "56", description: "SubjectConfirmationData missing", edit: remove("confirmationData") },
  { id: "57", description: "Recipient empty", edit: setAttribute("confirmationData", "Recipient", "") },
  { id: "58", description: "Recipient missing", edit: removeAttribute("confirmationData", "Recipient") },
  { id: "59", description: "Recipient elsewhere", edit: setAttribute("confirmationData", "Recipient", "https://altrove.example.org/acs") },
  { id: "60", description: "SubjectConfirmationData InResponseTo empty", edit: setAttribute("confirmationData", "InResponseTo", "") },
  { id: "61", description: "SubjectConfirmationData InResponseTo missing", edit: removeAttribute("confirmationData", "InResponseTo") },
  { id: "62", description: "SubjectConfirmationData InResponseTo of another request", edit: setAttribute("confirmationData", "InResponseTo", "_not-the-request") },
  { id: "63", description: "SubjectConfirmationData NotOnOrAfter empty", edit: setAttribute("confirmationData", "NotOnOrAfter", "") },
  { id: "64", description: "SubjectConfirmationData NotOnOrAfter missing", edit: removeAttribute("confirmationData", "NotOnOrAfter") },
  { id: "65", description: "SubjectConfirmationData NotOnOrAfter in another format", edit: setAttribute("confirmationData", "NotOnOrAfter", "domani") },
  { id: "66", description: "SubjectConfirmationData NotOnOrAfter past", edit: setAttribute("confirmationData", "NotOnOrAfter", earlier) },
  { id: "67", description: "Assertion Issuer empty", edit: empty("issuer") },
  { id: "68", description: "Assertion Issuer missing", edit: remove("issuer") },
  { id: "69", description: "Assertion Issuer of another entity", edit: setText("issuer", "https://altra.example.org") },
  { id: "70", description: "Assertion Issuer Format empty", edit: setAttribute("issuer", "Format", "") },
  {
    id: "71", description: "Assertion Issuer Format missing: the electronic identity card leaves it out, SPID may not",
    expected: ({ scheme }) => (scheme === "cie" ? "accept" : "refuse"), edit: removeAttribute("issuer", "Format"),
  },
  { id: "72", description: "Assertion Issuer Format wrong", edit: setAttribute("issuer", "Format", persistent) },
];

/** When and for whom the assertion holds. */
export const conditions: readonly Case[] = [
  { id: "73", description: "Conditions empty", edit: empty("conditions") },
  { id: "74", description: "Conditions missing", edit: remove("conditions") },
  { id: "74-two", description: "two Conditions", edit: duplicate("conditions") },
  { id: "75", description: "NotBefore empty", edit: setAttribute("conditions", "NotBefore", "") },
  { id: "76", description: "NotBefore missing", edit: removeAttribute("conditions", "NotBefore") },
  { id: "77", description: "NotBefore in another format", edit: setAttribute("conditions", "NotBefore", "ieri") },
  { id: "78", description: "NotBefore in the future", edit: setAttribute("conditions", "NotBefore", later) },
  { id: "79", description: "NotOnOrAfter empty", edit: setAttribute("conditions", "NotOnOrAfter", "") },
  { id: "80", description: "NotOnOrAfter missing", edit: removeAttribute("conditions", "NotOnOrAfter") },
  { id: "81", description: "NotOnOrAfter in another format", edit: setAttribute("conditions", "NotOnOrAfter", "domani") },
  { id: "82", description: "NotOnOrAfter past", edit: setAttribute("conditions", "NotOnOrAfter", earlier) },
  { id: "83", description: "AudienceRestriction empty", edit: empty("audienceRestriction") },
  { id: "84", description: "AudienceRestriction missing", edit: remove("audienceRestriction") },
  { id: "85", description: "Audience empty", edit: empty("audience") },
  { id: "86", description: "Audience missing", edit: remove("audience") },
  { id: "87", description: "Audience of another service provider", edit: setText("audience", "https://altro-servizio.example.org") },
];
