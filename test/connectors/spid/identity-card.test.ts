import { describe, expect, test } from "@jest/globals";
import { cieProfile, type ServiceProvider } from "../../../connectors/spid/index.ts";
import { now, openHub, openParties, pendingAt } from "./hub.ts";
import { assertionPath, base64, idp, sign, unsignedResponse } from "./identity-provider.ts";
import { all, childNames, one, rootOf } from "./reading.ts";

const { own, provider } = await openParties();

describe("the electronic identity card", () => {
  const card = (): ServiceProvider => openHub(own, [provider.certificate], { profile: cieProfile });

  test("has metadata of its own", () => {
    const root = rootOf(card().metadata());
    const contact = one(root, "ContactPerson");
    expect(contact.getAttribute("contactType")).toBe("administrative");
    expect(childNames(one(contact, "Extensions"))).toEqual(["Public", "IPACode", "IPACategory", "Municipality", "Province", "Country"]);
    expect(one(contact, "Municipality").namespaceURI).toBe("https://www.cartaidentita.interno.gov.it/saml-extensions");
    expect(all(root, "RequestedAttribute").map(attribute => attribute.getAttribute("Name"))).toEqual(["name", "familyName", "dateOfBirth", "fiscalNumber"]);
    expect([one(root, "ServiceName").getAttribute("xml:lang"), one(root, "ServiceName").textContent]).toEqual(["", expect.stringMatching(/^urn:uuid:[0-9a-f-]{36}$/)]);
  });

  test("authenticates anew at every level", () => {
    const { xml } = card().start({ idp, level: 1, attributeSet: 0, binding: "POST", relayState: "", now });
    expect(rootOf(xml).getAttribute("ForceAuthn")).toBe("true");
  });

  test("may leave out the format of the issuers and answer at a higher level", () => {
    const xml = unsignedResponse(pendingAt(2)).replaceAll(' Format="urn:oasis:names:tc:SAML:2.0:nameid-format:entity"', "").replace("SpidL2", "SpidL3").replace(/<saml:Attribute Name="spidCode"[\s\S]*?<\/saml:Attribute>/, "");
    const login = card().accept(base64(sign(xml, assertionPath, provider)), pendingAt(2), now);
    expect([login.level, login.identity.spidCode, login.identity.fiscalCode]).toEqual([3, null, "MRNLCU00A01H501J"]);
  });

  test("logs out on a page of the provider's, without a message", () => {
    const { outbound, xml } = card().logoutRequest({ idp, nameId: { value: "_name", nameQualifier: idp }, sessionIndex: "_session", relayState: "", now });
    expect([outbound, xml]).toEqual([{ binding: "REDIRECT", location: `${idp}/slo/redirect` }, ""]);
  });
});
