import { randomUUID } from "node:crypto";
import type { Anomaly } from "./anomalies.ts";
import { typeOfAttribute } from "./attributes.ts";
import type { Brand } from "./brands.ts";
import type { KeyPair } from "./keys.ts";
import { classOf, formats, instant, secondsAfter, status, type Level } from "./saml.ts";
import { signElement } from "./signature.ts";
import { declare, element, type Xml } from "./xml.ts";

/** What every response states, whether it lets someone in or not. */
export interface Envelope {
  /** ID of the request being answered; undefined when the request had none. */
  readonly requestId: string | undefined;
  /** Address of the service provider's assertion consumer. */
  readonly acs: string;
  /** entityID of the identity provider. */
  readonly issuer: string;
  readonly now: Date;
  readonly scheme: Brand["scheme"];
}

/** All that a response letting someone in is made of. */
export interface ResponseParameters extends Envelope {
  readonly requestId: string;
  /** entityID of the service provider. */
  readonly audience: string;
  readonly level: Level;
  /** Values by SPID attribute name; without any there is no attribute statement. */
  readonly attributes: Readonly<Record<string, string>>;
  /** The transient name of the person; made up when not given. */
  readonly nameId?: string;
  /** The session at the identity provider that level 1 opens; made up when not given. */
  readonly sessionIndex?: string;
}

/** How long an assertion holds, in seconds. */
export const validity = 300;

/** A new identifier that XML allows: it does not start with a figure. */
export const newXmlId = (): string => `_${randomUUID()}`;

const assertionPath = "/*/*[local-name(.)='Assertion']";

/** Signs the assertion inside a response. */
export const signAssertion = (xml: string, keys: KeyPair): string => signMessage(xml, keys, assertionPath);

/** Signs a SAML message as a whole; a response after its assertion, if that is to be signed too. The signature follows the issuer. */
export const signMessage = (xml: string, keys: KeyPair, element = "/*"): string =>
  signElement(xml, { element, beside: `${element}/*[local-name(.)='Issuer'][last()] | ${element}[not(*[local-name(.)='Issuer'])]/*[1]`, action: "after" }, keys);

/** An unsigned response that lets the person in, right by every rule of SPID (or of the electronic identity card). */
export function successResponse(parameters: ResponseParameters): string {
  return response(parameters, element("samlp:Status", {}, element("samlp:StatusCode", { Value: status("Success") })), assertion(parameters)).text;
}

/** An unsigned response that says why not, in the words of SPID's table of errors. */
export function errorResponse(envelope: Envelope, { statusCode, subcode, number }: Anomaly): string {
  const detail = subcode && element("samlp:StatusCode", { Value: status(subcode) });
  return response(envelope, element("samlp:Status", {},
    element("samlp:StatusCode", { Value: status(statusCode) }, detail),
    element("samlp:StatusMessage", {}, `ErrorCode nr${number}`))).text;
}

/** The electronic identity card leaves the Format out. */
const issuer = ({ issuer: name, scheme }: Envelope): Xml =>
  element("saml:Issuer", { Format: scheme === "cie" ? undefined : formats.entity }, name);

function response(envelope: Envelope, ...content: readonly Xml[]): Xml {
  const attributes = { ID: newXmlId(), Version: "2.0", IssueInstant: instant(envelope.now), InResponseTo: envelope.requestId, Destination: envelope.acs };
  return element("samlp:Response", { ...declare("samlp", "saml"), ...attributes }, issuer(envelope), ...content);
}

function assertion(parameters: ResponseParameters): Xml {
  const { now, requestId, acs, audience, scheme } = parameters;
  const [from, until] = [instant(now), instant(secondsAfter(now, validity))];
  return element("saml:Assertion", { ...declare("saml", "xs", "xsi"), ID: newXmlId(), Version: "2.0", IssueInstant: from },
    issuer(parameters),
    element("saml:Subject", {},
      element("saml:NameID", { Format: formats.transient, NameQualifier: parameters.issuer }, parameters.nameId ?? newXmlId()),
      element("saml:SubjectConfirmation", { Method: formats.bearer },
        element("saml:SubjectConfirmationData", { Recipient: acs, InResponseTo: requestId, NotOnOrAfter: until }))),
    element("saml:Conditions", { NotBefore: from, NotOnOrAfter: until },
      element("saml:AudienceRestriction", {}, element("saml:Audience", {}, audience))),
    element("saml:AuthnStatement", { AuthnInstant: from, SessionIndex: sessionIndexOf(parameters) },
      element("saml:AuthnContext", {}, element("saml:AuthnContextClassRef", {}, classOf(scheme === "cie" ? 3 : parameters.level)))),
    attributeStatement(parameters));
}

/** SPID names its session at level 1 only; the electronic identity card always. */
const sessionIndexOf = ({ scheme, level, sessionIndex }: ResponseParameters): string | undefined =>
  scheme === "cie" || level === 1 ? (sessionIndex ?? newXmlId()) : undefined;

function attributeStatement({ attributes, scheme }: ResponseParameters): Xml | undefined {
  const written = Object.entries(attributes).map(([name, value]) =>
    element("saml:Attribute", { Name: name, NameFormat: formats.basic },
      element("saml:AttributeValue", { "xsi:type": scheme === "cie" ? "xs:string" : typeOfAttribute(name) }, value)));
  return written.length > 0 ? element("saml:AttributeStatement", {}, ...written) : undefined;
}
