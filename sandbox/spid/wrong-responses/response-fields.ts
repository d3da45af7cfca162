import { anomalies } from "../anomalies.ts";
import { instant, secondsAfter, status } from "../saml.ts";
import type { Case, WrongResponseParameters } from "./case.ts";
import { duplicate, empty, remove, removeAttribute, setAttribute, setText } from "./edits.ts";

const hour = 3_600;
const earlier = ({ now }: WrongResponseParameters): string => instant(secondsAfter(now, -hour));
const later = ({ now }: WrongResponseParameters): string => instant(secondsAfter(now, hour));

/** What stands in the response around the assertion. */
export const responseFields: readonly Case[] = [
  { id: "8", description: "Response ID empty", edit: setAttribute("response", "ID", ""), responseSignedBy: "nobody" },
  { id: "9", description: "Response ID missing", edit: removeAttribute("response", "ID"), responseSignedBy: "nobody" },
  { id: "10", description: "Response Version not 2.0", edit: setAttribute("response", "Version", "1.0") },
  { id: "11", description: "Response IssueInstant empty", edit: setAttribute("response", "IssueInstant", "") },
  { id: "12", description: "Response IssueInstant missing", edit: removeAttribute("response", "IssueInstant") },
  { id: "13", description: "Response IssueInstant in another format", edit: setAttribute("response", "IssueInstant", "01/02/2026 10:20") },
  { id: "13-no-zone", description: "Response IssueInstant without a zone", edit: setAttribute("response", "IssueInstant", ({ now }) => instant(now).slice(0, -1)) },
  { id: "13-offset", description: "Response IssueInstant with an offset in place of Z", edit: setAttribute("response", "IssueInstant", ({ now }) => instant(now).replace("Z", "+00:00")) },
  { id: "13-impossible", description: "Response IssueInstant on a day that does not exist", edit: setAttribute("response", "IssueInstant", ({ now }) => instant(now).replace(/-\d\d-\d\dT/, "-02-30T")) },
  { id: "14", description: "Response IssueInstant before the request", edit: setAttribute("response", "IssueInstant", earlier) },
  { id: "15", description: "Response IssueInstant in the future", edit: setAttribute("response", "IssueInstant", later) },
  { id: "16", description: "Response InResponseTo empty", edit: setAttribute("response", "InResponseTo", "") },
  { id: "17", description: "Response InResponseTo missing", edit: removeAttribute("response", "InResponseTo") },
  { id: "18", description: "Response InResponseTo of no request", edit: setAttribute("response", "InResponseTo", "_not-the-request") },
  { id: "19", description: "Response Destination empty", edit: setAttribute("response", "Destination", "") },
  { id: "20", description: "Response Destination missing", edit: removeAttribute("response", "Destination") },
  { id: "21", description: "Response Destination elsewhere", edit: setAttribute("response", "Destination", "https://altrove.example.org/acs") },
  { id: "21-prefix", description: "Response Destination that only begins like the right one", edit: setAttribute("response", "Destination", ({ acs }) => `${acs}/oltre`) },
  { id: "22", description: "Status empty", edit: empty("status") },
  { id: "23", description: "Status missing", edit: remove("status") },
  { id: "24", description: "StatusCode without Value", edit: setAttribute("statusCode", "Value", "") },
  { id: "25", description: "StatusCode missing", edit: remove("statusCode") },
  { id: "25-two", description: "two StatusCodes", edit: duplicate("statusCode") },
  { id: "26", description: "StatusCode with an invalid value", edit: setAttribute("statusCode", "Value", status("Esito")) },
  { id: "26-suffix", description: "StatusCode that only begins like Success", edit: setAttribute("statusCode", "Value", status("SuccessNot")) },
  { id: "27", description: "Response Issuer empty", edit: empty("responseIssuer") },
  { id: "28", description: "Response Issuer missing", edit: remove("responseIssuer") },
  { id: "28-two", description: "two Response Issuers", edit: duplicate("responseIssuer") },
  { id: "29", description: "Response Issuer of another entity", edit: setText("responseIssuer", "https://altra.example.org") },
  { id: "30", description: "Response Issuer with a wrong Format", edit: setAttribute("responseIssuer", "Format", "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent") },
  { id: "32", description: "Success without Assertion", edit: remove("assertion") },
];

/** Right responses that do not let in: the error page, not a failure. */
export const statuses: readonly Case[] = ([
  ["104", anomalies.credentials], ["105", anomalies.level], ["106", anomalies.timeout], ["107", anomalies.consent], ["108", anomalies.suspended],
  ["111", anomalies.cancelled], ["nr30", anomalies.otherIdentity], ["nr08", anomalies.form], ["nr09", anomalies.version], ["nr11", anomalies.id],
  ["nr12", anomalies.authnContext], ["nr13", anomalies.issueInstant], ["nr14", anomalies.destination], ["nr15", anomalies.isPassive],
  ["nr16", anomalies.assertionConsumer], ["nr17", anomalies.nameIdPolicy], ["nr18", anomalies.attributeSet],
] as const).map(([id, anomaly]) => ({ id, description: `refusal with ErrorCode nr${anomaly.number}`, anomaly }));
