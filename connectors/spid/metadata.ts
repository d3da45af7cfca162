import { createHash } from "node:crypto";
import { markup, type Markup } from "./markup.ts";
import type { AttributeSet } from "./profile.ts";
import { binding, format, ns } from "./saml.ts";
import type { ServiceProviderSettings } from "./settings.ts";
import { signEnveloped } from "./signature.ts";

const basic = "urn:oasis:names:tc:SAML:2.0:attrname-format:basic";

/** The base64 of a PEM certificate, as XML signatures carry it. */
const bare = (pem: string): string => pem.replace(/-----[^-]+-----|\s/g, "");

const keyDescriptor = (certificate: string): Markup => markup`
  <md:KeyDescriptor use="signing"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>${bare(certificate)}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>`;

const attributeService = (set: AttributeSet, serviceName: string): Markup => markup`
  <md:AttributeConsumingService index="${set.index}">
    <md:ServiceName xml:lang="${set.language}">${set.name ?? serviceName}</md:ServiceName>
    ${set.attributes.map(name => markup`<md:RequestedAttribute Name="${name}" NameFormat="${basic}"/>`)}
  </md:AttributeConsumingService>`;

function body(settings: ServiceProviderSettings): Markup {
  const { profile, organization } = settings;
  return markup`
    <md:SPSSODescriptor protocolSupportEnumeration="${ns.samlp}" AuthnRequestsSigned="true" WantAssertionsSigned="true">
      ${settings.credentials.map(({ certificate }) => keyDescriptor(certificate))}
      <md:SingleLogoutService Binding="${binding.POST}" Location="${settings.logoutUrl}"/>
      <md:SingleLogoutService Binding="${binding.REDIRECT}" Location="${settings.logoutUrl}"/>
      <md:NameIDFormat>${format.transient}</md:NameIDFormat>
      <md:AssertionConsumerService Binding="${binding.POST}" Location="${settings.assertionConsumerUrl}" index="0" isDefault="true"/>
      ${profile.attributeSets.map(set => attributeService(set, settings.serviceName))}
    </md:SPSSODescriptor>
    <md:Organization>
      <md:OrganizationName xml:lang="it">${organization.name}</md:OrganizationName>
      <md:OrganizationDisplayName xml:lang="it">${organization.displayName}</md:OrganizationDisplayName>
      <md:OrganizationURL xml:lang="it">${organization.url}</md:OrganizationURL>
    </md:Organization>
    ${profile.contact(settings.contact, organization.name)}`;
}

/**
 * The metadata of the service provider, signed (SPID technical rules, "Metadata"; Avviso 29; for CIE its manual).
 *
 * The document is a function of the settings alone: its ID is the digest of its content, so that every instance of the hub
 * publishes the same bytes.
 */
export function signedMetadata(settings: ServiceProviderSettings): string {
  const content = body(settings);
  const id = `_${createHash("sha256").update(settings.entityId).update(content.markup).digest("hex")}`;
  const [prefix, uri] = settings.profile.extensionNamespace;
  // The prefix is a constant of the profile: a name, which no escaping could make safe.
  const extension: Markup = { markup: `xmlns:${prefix}="${uri}"` };
  const document = markup`<md:EntityDescriptor xmlns:md="${ns.md}" xmlns:ds="${ns.ds}" ${extension} entityID="${settings.entityId}" ID="${id}">${content}</md:EntityDescriptor>`;
  return signEnveloped(document.markup, settings.credentials[0], "FIRST");
}
