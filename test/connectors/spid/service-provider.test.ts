import { inflateRawSync } from "node:zlib";
import { describe, expect, test } from "@jest/globals";
import { failureText, spidFailures, type SpidRefusal, type LoginStart, type SpidFailure } from "../../../connectors/spid/index.ts";
import { now, openHub, openParties, pendingAt } from "./hub.ts";
import { acs, assertionPath, bare, base64, failedResponse, idp, makeCredential, responsePath, sign, slo, sp, unsignedResponse } from "./identity-provider.ts";
import { all, childNames, one, refusalOf, rootOf, signedBy } from "./reading.ts";

const { own, provider, stranger, hub } = await openParties();

describe("metadata", () => {
  test("have the elements that the rules ask for, in the order of the schema", () => {
    const root = rootOf(hub.metadata());
    expect(root.getAttribute("entityID")).toBe(sp);
    expect(childNames(root)).toEqual(["Signature", "SPSSODescriptor", "Organization", "ContactPerson"]);
    const descriptor = one(root, "SPSSODescriptor");
    expect(["AuthnRequestsSigned", "WantAssertionsSigned"].map(name => descriptor.getAttribute(name))).toEqual(["true", "true"]);
    expect(childNames(descriptor)).toEqual(["KeyDescriptor", "SingleLogoutService", "SingleLogoutService", "NameIDFormat", "AssertionConsumerService", ...Array<string>(4).fill("AttributeConsumingService")]);
    expect(all(root, "SingleLogoutService").map(service => service.getAttribute("Location"))).toEqual([slo, slo]);
    const consumer = one(root, "AssertionConsumerService");
    expect(["index", "isDefault", "Location"].map(name => consumer.getAttribute(name))).toEqual(["0", "true", acs]);
  });

  test("publish the attribute sets by index, without an attribute twice", () => {
    const sets = new Map(all(rootOf(hub.metadata()), "AttributeConsumingService").map(set => [set.getAttribute("index"), all(set, "RequestedAttribute").map(attribute => attribute.getAttribute("Name"))]));
    expect([...sets.keys()]).toEqual(["0", "1", "99", "100"]);
    expect(sets.get("0")).toEqual(["spidCode", "name", "familyName", "dateOfBirth", "fiscalNumber"]);
    expect(sets.get("99")).toEqual(["spidCode", "name", "familyName", "dateOfBirth"]);
    for (const names of sets.values()) expect(new Set(names).size).toBe(names.length);
  });

  test("name the administration as a public body, and escape what its name holds", () => {
    const root = rootOf(hub.metadata());
    expect(one(root, "OrganizationName").textContent).toBe("Comune di Prova & Figli");
    const contact = one(root, "ContactPerson");
    expect(contact.getAttribute("contactType")).toBe("other");
    expect(childNames(contact)).toEqual(["Extensions", "EmailAddress", "TelephoneNumber"]);
    expect(one(contact, "IPACode").textContent).toBe("c_x000");
    expect(one(contact, "Public").namespaceURI).toBe("https://spid.gov.it/saml-extensions");
  });

  test("are the same bytes from every instance, and publish both certificates during a rotation", async () => {
    expect(openHub(own, [provider.certificate]).metadata()).toBe(hub.metadata());
    const next = await makeCredential("hub");
    const rotating = openHub(own, [provider.certificate], { credentials: [own, next] });
    const published = all(rootOf(rotating.metadata()), "KeyDescriptor").map(key => key.textContent);
    expect(published).toEqual([bare(own.certificate), bare(next.certificate)]);
  });
});

describe("a request", () => {
  const login = (changes: Partial<LoginStart> = {}): LoginStart => ({ idp, level: 2, attributeSet: 0, binding: "POST", relayState: "handle-1", now, ...changes });

  test.each([1, 2, 3] as const)("for level %i carries what the rules ask for and nothing they forbid", level => {
    const { xml, requestId, destination } = hub.start(login({ level }));
    const root = rootOf(xml);
    const attributes = Object.fromEntries(Array.from(root.attributes).filter(({ name }) => !name.startsWith("xmlns")).map(({ name, value }) => [name, value]));
    expect(attributes).toEqual({
      ID: requestId, Version: "2.0", IssueInstant: "2026-11-23T09:00:05.000Z", Destination: destination,
      ...(level > 1 && { ForceAuthn: "true" }), AssertionConsumerServiceIndex: "0", AttributeConsumingServiceIndex: "0",
    });
    expect(requestId).toMatch(/^_[0-9a-f-]{36}$/);
    expect(childNames(root)).toEqual(["Issuer", "Signature", "NameIDPolicy", "RequestedAuthnContext"]);
    const issuer = one(root, "Issuer");
    expect([issuer.textContent, issuer.getAttribute("NameQualifier"), issuer.getAttribute("Format")]).toEqual([sp, sp, "urn:oasis:names:tc:SAML:2.0:nameid-format:entity"]);
    const policy = one(root, "NameIDPolicy");
    expect(Array.from(policy.attributes).map(({ name, value }) => [name, value])).toEqual([["Format", "urn:oasis:names:tc:SAML:2.0:nameid-format:transient"]]);
    expect(one(root, "RequestedAuthnContext").getAttribute("Comparison")).toBe("minimum");
    expect(one(root, "AuthnContextClassRef").textContent).toBe(`https://www.spid.gov.it/SpidL${level}`);
  });

  test("by POST is a form with the signed request, its certificate beside the signature", () => {
    const { outbound, xml, destination } = hub.start(login());
    expect(outbound).toEqual({ binding: "POST", action: `${idp}/sso/post`, fields: { SAMLRequest: base64(xml), RelayState: "handle-1" } });
    expect(destination).toBe(`${idp}/sso/post`);
    expect(one(rootOf(xml), "X509Certificate").textContent).toBe(bare(own.certificate));
  });

  test("by Redirect is an address with the signature over the query, and none in the XML", () => {
    const { outbound, xml, destination } = hub.start(login({ binding: "REDIRECT", relayState: "a b/c" }));
    expect(destination).toBe(`${idp}/sso/redirect`);
    if (outbound.binding !== "REDIRECT") throw new Error("not a redirect");
    const [address, query] = outbound.location.split("?") as [string, string];
    expect(address).toBe(`${idp}/sso/redirect`);
    const fields = new URLSearchParams(query);
    expect([...fields.keys()]).toEqual(["SAMLRequest", "RelayState", "SigAlg", "Signature"]);
    expect(fields.get("RelayState")).toBe("a b/c");
    expect(inflateRawSync(Buffer.from(fields.get("SAMLRequest")!, "base64")).toString()).toBe(xml);
    expect(signedBy(own.certificate, query)).toBe(true);
    expect(xml).not.toContain("Signature");
  });

  test("has an ID of its own every time", () => {
    expect(hub.start(login()).requestId).not.toBe(hub.start(login()).requestId);
  });

  test("is signed by the first of two certificates", () => {
    const rotating = openHub(own, [provider.certificate], { credentials: [own, stranger] });
    expect(one(rootOf(rotating.start(login()).xml), "X509Certificate").textContent).toBe(bare(own.certificate));
  });

  test("is not made for a provider that is not trusted, a set that is not published or a RelayState that is too long", () => {
    expect(refusalOf(() => hub.start(login({ idp: "https://other.example.org" }))).check).toBe("provider.unknown");
    expect(() => hub.start(login({ attributeSet: 7 }))).toThrow(RangeError);
    expect(() => hub.start(login({ relayState: "x".repeat(81) }))).toThrow(RangeError);
    expect(() => hub.start(login({ relayState: "à".repeat(41) }))).toThrow(RangeError);
  });
});

const correct = (level: 1 | 2 | 3 = 2): string => sign(unsignedResponse(pendingAt(level)), assertionPath, provider);

describe("an accepted login", () => {
  test("says who, how surely, and what the register wants to keep", () => {
    const login = hub.accept(base64(correct(1)), pendingAt(1), now);
    expect(login).toMatchObject({
      idp, level: 1, sessionIndex: "_session", nameId: { value: "_name-of-the-session", nameQualifier: idp },
      responseId: "_response", assertionId: "_assertion", issueInstant: new Date("2026-11-23T09:00:04Z"), notOnOrAfter: new Date("2026-11-23T09:05:00Z"),
      identity: {
        familyName: "Moretti d’Esempio", givenName: "Lucia", fiscalCode: "MRNLCU00A01H501J", spidCode: "PROV0000000001", birthDate: "2000-01-01",
        birthPlace: null, birthProvince: null, sex: null, email: "lucia@example.org", mobilePhone: null, digitalAddress: null, address: null,
      },
    });
    expect(hub.accept(base64(correct()), pendingAt(2), now).sessionIndex).toBeNull();
  });

  test("through eIDAS may have no fiscal code, or another country's", () => {
    const without = unsignedResponse(pendingAt(2)).replace(/<saml:Attribute Name="fiscalNumber"[\s\S]*?<\/saml:Attribute>/, "");
    expect(hub.accept(base64(sign(without, assertionPath, provider)), pendingAt(2, 99), now).identity.fiscalCode).toBeNull();
    const foreign = unsignedResponse(pendingAt(2)).replace("TINIT-MRNLCU00A01H501J", "TINDE-12345678901");
    expect(hub.accept(base64(sign(foreign, assertionPath, provider)), pendingAt(2, 100), now).identity.fiscalCode).toBeNull();
    expect(refusalOf(() => hub.accept(base64(sign(without, assertionPath, provider)), pendingAt(2), now)).check).toBe("attributes.required");
  });

  test("is found by what the response claims to answer; anything unreadable claims nothing, and the check says why", () => {
    expect(hub.peek(base64(correct()))).toEqual({ inResponseTo: "_request-1" });
    expect(hub.peek(base64("<a/>"))).toEqual({ inResponseTo: null });
    for (const [text, check] of [["", "message.base64"], ["<", "message.base64"], [base64("<a>"), "xml.well-formed"], [base64('<!DOCTYPE a><a InResponseTo="x"/>'), "xml.markup"]] as const) {
      expect(hub.peek(text)).toEqual({ inResponseTo: null, check });
    }
  });

  test("the refusal of another repeats nothing of what was read", () => {
    const refusal = refusalOf(() => hub.accept(base64(correct().replace("Lucia", "Maria")), pendingAt(2), now));
    expect(`${refusal.message} ${refusal.stack} ${JSON.stringify(refusal)}`).not.toMatch(/Moretti|MRNLCU|Maria/);
  });
});

describe("clock skew is decided to the millisecond", () => {
  const at = (iso: string): Date => new Date(iso);
  const outcome = (xml: string, when: Date): string => {
    try {
      hub.accept(base64(sign(xml, assertionPath, provider)), pendingAt(2), when);
      return "accepted";
    } catch (error) {
      return (error as SpidRefusal).check;
    }
  };
  const with_ = (from: RegExp | string, to: string): string => unsignedResponse(pendingAt(2)).replace(from, to);

  test.each<[string, () => string, Date, string]>([
    ["issued 1.5 s before the request", () => with_('IssueInstant="2026-11-23T09:00:04Z"', 'IssueInstant="2026-11-23T08:59:58.500Z"'), now, "accepted"],
    ["issued 1.501 s before the request", () => with_('IssueInstant="2026-11-23T09:00:04Z"', 'IssueInstant="2026-11-23T08:59:58.499Z"'), now, "response.too-early"],
    ["issued 1.5 s from now", () => with_('IssueInstant="2026-11-23T09:00:04Z"', 'IssueInstant="2026-11-23T09:00:06.500Z"'), now, "accepted"],
    ["issued 1.501 s from now", () => with_('IssueInstant="2026-11-23T09:00:04Z"', 'IssueInstant="2026-11-23T09:00:06.501Z"'), now, "response.too-late"],
    ["valid from 1.5 s from now", () => with_('NotBefore="2026-11-23T09:00:04Z"', 'NotBefore="2026-11-23T09:00:06.500Z"'), now, "accepted"],
    ["valid from 1.501 s from now", () => with_('NotBefore="2026-11-23T09:00:04Z"', 'NotBefore="2026-11-23T09:00:06.501Z"'), now, "conditions.too-early"],
    ["a millisecond before the end and its skew", () => unsignedResponse(pendingAt(2)), at("2026-11-23T09:05:01.499Z"), "accepted"],
    ["at the end and its skew", () => unsignedResponse(pendingAt(2)), at("2026-11-23T09:05:01.500Z"), "confirmation.expired"],
    ["only the conditions at their end", () => with_(/NotOnOrAfter="2026-11-23T09:05:00Z" Recipient/, 'NotOnOrAfter="2026-11-23T10:00:00Z" Recipient'), at("2026-11-23T09:05:01.500Z"), "conditions.expired"],
  ])("%s", (_name, make, when, expected) => {
    expect(outcome(make(), when)).toBe(expected);
  });

  test("and it is a setting", () => {
    const strict = openHub(own, [provider.certificate], { clockSkewMs: 0 });
    const response = (instant: string): string => base64(sign(with_('IssueInstant="2026-11-23T09:00:04Z"', `IssueInstant="${instant}"`), assertionPath, provider));
    expect(strict.accept(response("2026-11-23T09:00:05.000Z"), pendingAt(2), now).idp).toBe(idp);
    expect(refusalOf(() => strict.accept(response("2026-11-23T09:00:05.001Z"), pendingAt(2), now)).check).toBe("response.too-late");
  });
});

describe("a login that did not succeed", () => {
  const numbers: [string, SpidFailure][] = [
    ["08", "REQUEST_REJECTED"], ["09", "REQUEST_REJECTED"], ["11", "REQUEST_REJECTED"], ["12", "REQUEST_REJECTED"], ["13", "REQUEST_REJECTED"], ["14", "REQUEST_REJECTED"],
    ["15", "REQUEST_REJECTED"], ["16", "REQUEST_REJECTED"], ["17", "REQUEST_REJECTED"], ["18", "REQUEST_REJECTED"], ["19", "TOO_MANY_ATTEMPTS"], ["20", "LEVEL_NOT_AVAILABLE"],
    ["21", "TIMED_OUT"], ["22", "CONSENT_DENIED"], ["23", "IDENTITY_SUSPENDED"], ["24", "UNKNOWN"], ["25", "CANCELLED"], ["30", "OTHER_KIND_OF_IDENTITY"], ["99", "UNKNOWN"],
  ];

  test.each(numbers)("104–111 ErrorCode nr%s means %s", (number, failure) => {
    const refusal = refusalOf(() => hub.accept(base64(failedResponse(pendingAt(2), `ErrorCode nr${number}`)), pendingAt(2), now));
    expect([refusal.check, refusal.failure]).toEqual(["status.failure", failure]);
  });

  test("a message that is no number, or none at all, is an unknown failure", () => {
    for (const message of ["", "nr22", "ErrorCode nr22; <script>", "ErrorCode nrXX"].map(text => text.replace("<", "&lt;"))) {
      expect(refusalOf(() => hub.accept(base64(failedResponse(pendingAt(2), message)), pendingAt(2), now)).failure).toBe("UNKNOWN");
    }
  });

  test("is believed only of a response that answers the request, by the provider asked, and rightly signed if signed", () => {
    const failed = failedResponse(pendingAt(2), "ErrorCode nr22");
    const check = (xml: string): string => refusalOf(() => hub.accept(base64(xml), pendingAt(2), now)).check;
    expect(check(failed.replace("_request-1", "_request-2"))).toBe("response.in-response-to");
    expect(check(failed.replace(acs, "https://other.example.org"))).toBe("response.destination");
    expect(check(failed.replace(`>${idp}<`, ">https://other.example.org<"))).toBe("response.issuer");
    expect(check(sign(failed, responsePath, stranger))).toBe("response.signature");
    expect(check(sign(failed, responsePath, provider))).toBe("status.failure");
  });

  test("every failure has a page in Italian and in English, with a retry button except where trying again cannot help", () => {
    for (const failure of spidFailures) {
      const [it, en] = [failureText(failure), failureText(failure, "en")];
      expect(it.title.length).toBeGreaterThan(10);
      expect(it.message).not.toBe(en.message);
      expect(it.retry).toBe(!["LEVEL_NOT_AVAILABLE", "IDENTITY_SUSPENDED"].includes(failure));
    }
    expect(failureText("IDENTITY_SUSPENDED", "it", "CIE").title).toBe("Carta d’identità scaduta o revocata");
  });
});
