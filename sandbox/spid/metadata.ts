import type { Brand, Endpoints } from "./brands.ts";
import { cieAttributes, spidAttributes } from "./attributes.ts";
import { bodyOfPem, type KeyPair } from "./keys.ts";
import { bindings, formats, namespaces } from "./saml.ts";
import { signElement } from "./signature.ts";
import { declare, element, type Xml } from "./xml.ts";

/** The signed metadata of an identity provider, as SPID's rules shape it (CIE's: a logout page instead of SAML logout). */
export function providerMetadata(brand: Brand, endpoints: Endpoints, keys: KeyPair): string {
  const xml = element("md:EntityDescriptor", { ...declare("md", "ds", "saml", "xs", "xsi"), entityID: endpoints.entityId, ID: `_${brand.code}` },
    element("md:IDPSSODescriptor", { protocolSupportEnumeration: namespaces.samlp, WantAuthnRequestsSigned: "true" },
      element("md:KeyDescriptor", { use: "signing" },
        element("ds:KeyInfo", {}, element("ds:X509Data", {}, element("ds:X509Certificate", {}, bodyOfPem(keys.certificate))))),
      ...logoutServices(brand, endpoints),
      element("md:NameIDFormat", {}, formats.transient),
      element("md:SingleSignOnService", { Binding: bindings.redirect, Location: endpoints.sso.redirect }),
      element("md:SingleSignOnService", { Binding: bindings.post, Location: endpoints.sso.post }),
      ...(brand.scheme === "cie" ? cieAttributes : spidAttributes).map(name => element("saml:Attribute", { Name: name, NameFormat: formats.basic }))),
    element("md:Organization", {},
      element("md:OrganizationName", { "xml:lang": "it" }, brand.name),
      element("md:OrganizationDisplayName", { "xml:lang": "it" }, brand.name),
      element("md:OrganizationURL", { "xml:lang": "it" }, endpoints.entityId)));
  return signElement(xml.text, { element: "/*", beside: "/*", action: "prepend" }, keys);
}

function logoutServices(brand: Brand, { slo, logout }: Endpoints): Xml[] {
  if (brand.scheme === "cie") return [element("md:SingleLogoutService", { Binding: bindings.redirect, Location: logout })];
  return (["post", "redirect"] as const).map(binding =>
    element("md:SingleLogoutService", { Binding: bindings[binding], Location: slo[binding], ResponseLocation: slo[binding] }));
}
