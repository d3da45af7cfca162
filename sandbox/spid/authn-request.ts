import type { Element } from "@xmldom/xmldom";
import { anomalies, type Anomaly } from "./anomalies.ts";
import type { Brand, Endpoints } from "./brands.ts";
import { bindings, formats, levelOf, type Binding, type Level } from "./saml.ts";
import type { ServiceProvider } from "./service-providers.ts";
import { attributeOf, childrenOf, find, isNamed, parseXml, textOf } from "./xml.ts";

/** A request that the identity provider will serve. */
export interface AuthnRequest {
  readonly requestId: string;
  readonly acs: string;
  readonly level: Level;
  readonly forceAuthn: boolean;
  /** The attributes asked for, by name. */
  readonly attributes: readonly string[];
}

/** A request that it answers at once with an error. */
export interface RefusedRequest {
  readonly requestId: string | undefined;
  readonly acs: string;
  readonly anomaly: Anomaly;
}

export interface RequestContext {
  readonly brand: Brand;
  readonly endpoints: Endpoints;
  readonly binding: Binding;
  readonly provider: ServiceProvider;
  readonly now: Date;
}

type Check = (request: Element, context: RequestContext) => boolean;

const namePattern = /^[A-Za-z_][\w.-]*$/;
const utcPattern = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;
/** How far the request's clock may be from ours, in seconds: ahead, and behind (it may also have waited in the browser). */
const allowed = { ahead: 60, behind: 300 };

const attributesAllowed = ["ID", "Version", "IssueInstant", "Destination", "Consent", "ForceAuthn", "IsPassive", "ProtocolBinding",
  "AssertionConsumerServiceIndex", "AssertionConsumerServiceURL", "AttributeConsumingServiceIndex", "ProviderName"];
const childrenInOrder = ["saml:Issuer", "ds:Signature", "samlp:Extensions", "saml:Subject", "samlp:NameIDPolicy", "saml:Conditions",
  "samlp:RequestedAuthnContext", "samlp:Scoping"];

/** The order of elements and the attributes are those of the SAML schema; above level 1 SPID asks for ForceAuthn, the card always. */
const isWellFormed: Check = (request, { brand }) => {
  const places = childrenOf(request).map(child => childrenInOrder.findIndex(name => isNamed(child, name)));
  const names = [...request.attributes].filter(({ prefix, name }) => prefix !== "xmlns" && name !== "xmlns").map(({ name }) => name);
  const forced = ["true", "1"].includes(attributeOf(request, "ForceAuthn") ?? "");
  const needsForce = brand.scheme === "cie" || (requestedLevel(request) ?? 1) > 1;
  return isNamed(request, "samlp:AuthnRequest")
    && places.every((place, index) => place > (places[index - 1] ?? -1))
    && names.every(name => attributesAllowed.includes(name))
    && (forced || !needsForce);
};

const isTimely: Check = (request, { now }) => {
  const written = attributeOf(request, "IssueInstant") ?? "";
  const age = (now.getTime() - Date.parse(written)) / 1000;
  return utcPattern.test(written) && age >= -allowed.ahead && age <= allowed.behind;
};

/** SPID also takes the entityID (Avviso 11); the electronic identity card only the address of the service. */
const isForUs: Check = (request, { brand, endpoints, binding }) => {
  const destination = attributeOf(request, "Destination");
  return destination === endpoints.sso[binding] || (brand.scheme === "spid" && destination === endpoints.entityId);
};

const namesConsumer: Check = (request, { provider }) => assertionConsumer(request, provider) !== undefined;

function assertionConsumer(request: Element, { assertionConsumers }: ServiceProvider): string | undefined {
  const [index, url, binding] = ["AssertionConsumerServiceIndex", "AssertionConsumerServiceURL", "ProtocolBinding"].map(name => attributeOf(request, name));
  if (index !== undefined && (url !== undefined || binding !== undefined)) return undefined;
  if (index !== undefined) return assertionConsumers.find(consumer => consumer.index === index)?.url;
  return binding === bindings.post ? assertionConsumers.find(consumer => consumer.url === url)?.url : undefined;
}

/** The level asked for, by class and comparison; undefined when the context is missing or SPID does not know it. */
function requestedLevel(request: Element): Level | undefined {
  const [context, ...others] = childrenOf(request, "samlp:RequestedAuthnContext");
  if (!context || others.length > 0 || childrenOf(context).length !== 1) return undefined;
  const level = levelOf(textOf(find(context, "saml:AuthnContextClassRef")) ?? "");
  const comparison = attributeOf(context, "Comparison") ?? "exact";
  if (comparison === "better") return level === 1 ? 2 : level === 2 ? 3 : undefined;
  return ["exact", "minimum", "maximum"].includes(comparison) ? level : undefined;
}

const namesContext: Check = (request, { brand }) => {
  const comparison = attributeOf(find(request, "samlp:RequestedAuthnContext"), "Comparison") ?? "exact";
  return requestedLevel(request) !== undefined && (brand.scheme === "spid" || ["exact", "minimum"].includes(comparison));
};

const namesAttributes: Check = (request, { provider }) => {
  const index = attributeOf(request, "AttributeConsumingServiceIndex");
  return index === undefined || provider.attributeSets.has(index);
};

/** The checks in the order of SPID's table of errors: the first that fails names the error. */
const checks: readonly (readonly [Anomaly, Check])[] = [
  [anomalies.form, isWellFormed],
  [anomalies.version, request => attributeOf(request, "Version") === "2.0"],
  [anomalies.id, request => namePattern.test(attributeOf(request, "ID") ?? "")],
  [anomalies.authnContext, namesContext],
  [anomalies.issueInstant, isTimely],
  [anomalies.destination, isForUs],
  [anomalies.isPassive, request => !["true", "1"].includes(attributeOf(request, "IsPassive") ?? "")],
  [anomalies.assertionConsumer, namesConsumer],
  [anomalies.nameIdPolicy, request => attributeOf(find(request, "samlp:NameIDPolicy"), "Format") === formats.transient],
  [anomalies.attributeSet, namesAttributes],
];

/** The default assertion consumer, where errors go when the request names none. */
const defaultConsumer = ({ assertionConsumers }: ServiceProvider): string =>
  (assertionConsumers.find(consumer => consumer.isDefault) ?? assertionConsumers[0])?.url ?? "";

/** Judges a request whose signature has been verified. */
export function readAuthnRequest(xml: string, context: RequestContext): AuthnRequest | RefusedRequest {
  const request = parseXml(xml).documentElement!;
  const failed = checks.find(([, holds]) => !holds(request, context));
  const acs = assertionConsumer(request, context.provider) ?? defaultConsumer(context.provider);
  const requestId = attributeOf(request, "ID") || undefined;
  if (failed || requestId === undefined) return { requestId, acs, anomaly: failed?.[0] ?? anomalies.id };
  return {
    requestId,
    acs,
    level: requestedLevel(request) ?? 1,
    forceAuthn: ["true", "1"].includes(attributeOf(request, "ForceAuthn") ?? ""),
    attributes: context.provider.attributeSets.get(attributeOf(request, "AttributeConsumingServiceIndex") ?? "") ?? [],
  };
}

/** Whether the issuer of a message is written as SPID asks and is the registered service provider. */
export function isIssuedBy(message: Element, { entityId }: ServiceProvider, scheme: Brand["scheme"]): boolean {
  const [issuer, ...others] = childrenOf(message, "saml:Issuer");
  const format = attributeOf(issuer, "Format");
  const wellWritten = scheme === "cie"
    ? format === undefined || format === formats.entity
    : format === formats.entity && Boolean(attributeOf(issuer, "NameQualifier"));
  return others.length === 0 && textOf(issuer) === entityId && wellWritten;
}
