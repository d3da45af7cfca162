import { createPublicKey, createVerify, X509Certificate } from "node:crypto";
import { rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inflateRawSync } from "node:zlib";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { DOMParser, type Element } from "@xmldom/xmldom";
import { pino } from "pino";
import { cieProfile, failureText, openServiceProvider, spidFailures, SpidRefusal, type Credential, type InboundLogout, type LoginStart, type ServiceProvider, type SpidFailure } from "../../../connectors/spid/index.ts";
import { silentLog } from "../../../kernel/log.ts";
import { hubSettings, newFolder, now, openHub, pendingAt, trusting } from "./hub.ts";
import { acs, assertionPath, bare, base64, deflated, failedResponse, idp, idpMetadata, makeCredential, responsePath, sign, signWith, slo, sp, unsignedResponse, weakCertificate } from "./identity-provider.ts";

let own: Credential;
let provider: Credential;
let stranger: Credential;
let hub: ServiceProvider;

beforeAll(async () => {
  own = await makeCredential("hub");
  provider = await makeCredential("idp");
  stranger = await makeCredential("stranger");
  hub = openHub(own, [provider.certificate]);
});

const rootOf = (xml: string): Element => new DOMParser().parseFromString(xml, "text/xml").documentElement!;
const all = (root: Element, name: string): Element[] => Array.from(root.getElementsByTagNameNS("*", name));
const one = (root: Element, name: string): Element => {
  const found = all(root, name);
  expect(found).toHaveLength(1);
  return found[0]!;
};
const childNames = (element: Element): string[] => Array.from(element.childNodes).flatMap(node => (node.nodeType === 1 ? [(node as Element).localName!] : []));
const refusalOf = (attempt: () => unknown): SpidRefusal => {
  try {
    attempt();
  } catch (error) {
    if (error instanceof SpidRefusal) return error;
    throw error;
  }
  throw new Error("nothing was refused");
};
const signedByUs = (query: string): boolean => {
  const at = query.lastIndexOf("&Signature=");
  const signature = decodeURIComponent(query.slice(at + "&Signature=".length));
  return createVerify("RSA-SHA256").update(query.slice(0, at)).verify(createPublicKey(own.certificate), signature, "base64");
};

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
    expect(signedByUs(query)).toBe(true);
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

describe("trusted providers", () => {
  test("are described by their metadata", () => {
    const [found] = hub.providers();
    expect(found).toMatchObject({
      entityId: idp, name: { it: "Gestore di prova", en: "Test provider" }, validUntil: null,
      sso: { POST: `${idp}/sso/post`, REDIRECT: `${idp}/sso/redirect` },
      slo: { POST: { request: `${idp}/slo`, response: `${idp}/slo/answer` }, REDIRECT: { request: `${idp}/slo/redirect`, response: `${idp}/slo/redirect` } },
    });
    expect(found!.expiresAt.toISOString()).toBe(new X509Certificate(provider.certificate).validToDate.toISOString());
  });

  /** A hub whose clock and files the test moves. */
  function moving(idpMetadataSetting: string): { hub: ServiceProvider; later: (ms: number) => void; lines: () => Record<string, unknown>[] } {
    let time = now.getTime();
    const written: string[] = [];
    const log = pino({ level: "info" }, { write: line => void written.push(line) });
    const opened = openServiceProvider(hubSettings(own, idpMetadataSetting), { log, clock: { now: () => new Date(time) } });
    return { hub: opened, later: ms => void (time += ms), lines: () => written.map(line => JSON.parse(line) as Record<string, unknown>) };
  }
  const names = (open: ServiceProvider): string[] => open.providers().map(({ entityId }) => entityId);

  test("come from files and folders, one or many entities each, and are read again when a file changes, comes or goes", () => {
    const folder = newFolder();
    const single = join(trusting(idpMetadata([provider.certificate], "https://one.example.org")), "idp.xml");
    const { hub: opened, later } = moving(` ${folder} , ${single},`);
    expect(names(opened)).toEqual(["https://one.example.org"]);
    const two = `<md:EntitiesDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata">${["https://two.example.org", "https://three.example.org"].map(id => idpMetadata([provider.certificate], id)).join("")}</md:EntitiesDescriptor>`;
    writeFileSync(join(folder, "many.xml"), two);
    writeFileSync(join(folder, "notes.txt"), "not metadata");
    expect(names(opened)).toEqual(["https://one.example.org"]);
    later(1_000);
    expect(names(opened)).toEqual(["https://two.example.org", "https://three.example.org", "https://one.example.org"]);
    writeFileSync(join(folder, "many.xml"), two.replace(/<md:EntityDescriptor[\s\S]*?<\/md:EntityDescriptor>/, ""));
    later(1_000);
    expect(names(opened)).toEqual(["https://three.example.org", "https://one.example.org"]);
    rmSync(join(folder, "many.xml"));
    later(1_000);
    expect(names(opened)).toEqual(["https://one.example.org"]);
  });

  test("a changed key counts from the next look on, and the old one no more", () => {
    const folder = trusting(idpMetadata([provider.certificate]));
    const { hub: opened, later } = moving(folder);
    const answer = base64(correct());
    expect(opened.accept(answer, pendingAt(2), now).idp).toBe(idp);
    writeFileSync(join(folder, "idp.xml"), idpMetadata([stranger.certificate]));
    utimesSync(join(folder, "idp.xml"), now, now);
    later(1_000);
    expect(refusalOf(() => opened.accept(answer, pendingAt(2), now)).check).toBe("assertion.signature");
  });

  test("a file that cannot be read alarms and leaves in force what it said before", () => {
    const folder = trusting(idpMetadata([provider.certificate]));
    const { hub: opened, later, lines } = moving(folder);
    expect(names(opened)).toEqual([idp]);
    for (const broken of ["<!DOCTYPE a><a/>", idpMetadata([]), "garbage", idpMetadata([provider.certificate]).replace(/<md:SingleSignOnService[^>]*>/g, "")]) {
      writeFileSync(join(folder, "idp.xml"), broken);
      later(1_000);
      expect(names(opened)).toEqual([idp]);
    }
    expect(lines().filter(({ level }) => level === 50)).toHaveLength(4);
  });

  test("the first file that speaks of an entity wins", () => {
    const folder = trusting(idpMetadata([provider.certificate]));
    writeFileSync(join(folder, "later.xml"), idpMetadata([stranger.certificate]));
    expect(moving(folder).hub.accept(base64(correct()), pendingAt(2), now).idp).toBe(idp);
  });

  test("end with their validUntil, and certificates about to expire are announced", () => {
    const { hub: opened, later, lines } = moving(trusting(idpMetadata([provider.certificate], idp, ' validUntil="2026-11-23T10:00:05Z"')));
    expect(names(opened)).toEqual([idp]);
    later(3_600_000);
    expect(names(opened)).toEqual([]);
    expect(lines().some(({ level }) => level === 40)).toBe(false);
    const nearEnd = moving(trusting(idpMetadata([provider.certificate])));
    nearEnd.later(Date.parse("2035-12-15T00:00:00Z") - now.getTime());
    expect(names(nearEnd.hub)).toEqual([idp]);
    expect(nearEnd.lines().filter(({ level }) => level === 40)).toHaveLength(1);
  });

  test("a key below 2,048 bits is not trusted, and an encryption key signs nothing", async () => {
    const { hub: opened, lines } = moving(trusting(idpMetadata([await weakCertificate()])));
    expect(names(opened)).toEqual([]);
    expect(lines().some(({ level }) => level === 50)).toBe(true);
    const folder = trusting(idpMetadata([provider.certificate, stranger.certificate]).replace(/use="signing"(?=[\s\S]*use="signing")/, 'use="encryption"'));
    expect(refusalOf(() => moving(folder).hub.accept(base64(correct()), pendingAt(2), now)).check).toBe("assertion.signature");
  });

  test("none at all is no reason not to start", () => {
    expect(openServiceProvider(hubSettings(own, join(newFolder(), "nowhere")), { log: silentLog, clock: { now: () => now } }).providers()).toEqual([]);
  });
});

describe("logout", () => {
  const session = { idp, nameId: { value: "_name", nameQualifier: idp }, sessionIndex: "_session", relayState: "handle", now };
  const message = (name: string, inner: string, changes = ""): string =>
    `<samlp:${name} xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_logout" Version="2.0" IssueInstant="2026-11-23T09:00:04Z" Destination="${slo}"${changes}><saml:Issuer Format="urn:oasis:names:tc:SAML:2.0:nameid-format:entity" NameQualifier="${idp}">${idp}</saml:Issuer>${inner}</samlp:${name}>`;
  const request = message("LogoutRequest", `<saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:transient" NameQualifier="${idp}">_name</saml:NameID><samlp:SessionIndex>_session</samlp:SessionIndex>`);
  const answer = (code: string): string => message("LogoutResponse", `<samlp:Status>${code}</samlp:Status>`, ' InResponseTo="_ours"');
  const success = '<samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/>';
  const partial = '<samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Requester"><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:PartialLogout"/></samlp:StatusCode>';
  const posted = (xml: string, kind: "SAMLRequest" | "SAMLResponse" = "SAMLRequest", by: Credential = provider): InboundLogout => ({ binding: "POST", kind, message: base64(sign(xml, "/*", by)), relayState: "rs" });
  const redirected = (xml: string, kind = "SAMLRequest", by: Credential = provider): InboundLogout => {
    const algorithm = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";
    const query = `${kind}=${encodeURIComponent(deflated(xml))}&RelayState=rs&SigAlg=${encodeURIComponent(algorithm)}`;
    return { binding: "REDIRECT", query: `${query}&Signature=${encodeURIComponent(signWith(query, by))}` };
  };

  test("of ours names the session and is signed", () => {
    const { outbound, xml, messageId } = hub.logoutRequest(session);
    const root = rootOf(xml);
    expect(outbound).toEqual({ binding: "POST", action: `${idp}/slo`, fields: { SAMLRequest: base64(xml), RelayState: "handle" } });
    expect(childNames(root)).toEqual(["Issuer", "Signature", "NameID", "SessionIndex"]);
    expect([root.getAttribute("ID"), root.getAttribute("Destination")]).toEqual([messageId, `${idp}/slo`]);
    expect([one(root, "NameID").textContent, one(root, "NameID").getAttribute("NameQualifier"), one(root, "SessionIndex").textContent]).toEqual(["_name", idp, "_session"]);
  });

  test("goes by Redirect where the provider offers nothing else", () => {
    const redirectOnly = openServiceProvider(hubSettings(own, trusting(idpMetadata([provider.certificate]).replace(/<md:SingleLogoutService[^>]*HTTP-POST[^>]*>/, ""))), { log: silentLog, clock: { now: () => now } });
    const { outbound } = redirectOnly.logoutRequest(session);
    if (outbound.binding !== "REDIRECT") throw new Error("not a redirect");
    expect(outbound.location.startsWith(`${idp}/slo/redirect?SAMLRequest=`)).toBe(true);
    expect(signedByUs(outbound.location.split("?")[1]!)).toBe(true);
  });

  test.each<[string, () => InboundLogout]>([["POST", () => posted(request)], ["Redirect", () => redirected(request)]])("of the provider's is read by %s", (_binding, make) => {
    expect(hub.acceptLogout(make(), now)).toEqual({ kind: "STARTED", idp, messageId: "_logout", nameId: "_name", sessionIndexes: ["_session"], relayState: "rs" });
  });

  test("our answer says whether it is complete", () => {
    const to = { idp, inResponseTo: "_logout", relayState: "rs", now };
    const complete = hub.logoutResponse({ ...to, outcome: "COMPLETE" });
    expect(complete.outbound).toMatchObject({ binding: "POST", action: `${idp}/slo/answer` });
    expect(all(rootOf(complete.xml), "StatusCode").map(code => code.getAttribute("Value"))).toEqual(["urn:oasis:names:tc:SAML:2.0:status:Success"]);
    expect(rootOf(complete.xml).getAttribute("InResponseTo")).toBe("_logout");
    expect(all(rootOf(hub.logoutResponse({ ...to, outcome: "PARTIAL" }).xml), "StatusCode").map(code => code.getAttribute("Value")?.split(":").at(-1))).toEqual(["Requester", "PartialLogout"]);
  });

  test("the provider's answer says whether it is complete", () => {
    expect(hub.acceptLogout(posted(answer(success), "SAMLResponse"), now)).toEqual({ kind: "ENDED", idp, inResponseTo: "_ours", outcome: "COMPLETE", relayState: "rs" });
    expect(hub.acceptLogout(redirected(answer(partial), "SAMLResponse"), now)).toMatchObject({ kind: "ENDED", outcome: "PARTIAL" });
  });

  test.each<[string, string, () => InboundLogout]>([
    ["by a stranger, POST", "logout.signature", () => posted(request, "SAMLRequest", stranger)],
    ["by a stranger, Redirect", "logout.signature", () => redirected(request, "SAMLRequest", stranger)],
    ["unsigned, POST", "logout.signature", () => ({ binding: "POST", kind: "SAMLRequest", message: base64(request), relayState: "" })],
    ["unsigned, Redirect", "logout.signature", () => ({ binding: "REDIRECT", query: `SAMLRequest=${encodeURIComponent(deflated(request))}` })],
    ["another RelayState than was signed", "logout.signature", () => ({ binding: "REDIRECT", query: (redirected(request) as { query: string }).query.replace("RelayState=rs", "RelayState=xx") })],
    ["a second message slipped in", "logout.signature", () => ({ binding: "REDIRECT", query: `${(redirected(request) as { query: string }).query}&SAMLRequest=${encodeURIComponent(deflated(request.replace("_name<", "_other<")))}` })],
    ["altered after it was signed", "logout.signature", () => ({ binding: "POST", kind: "SAMLRequest", message: base64(sign(request, "/*", provider).replace("_name<", "_other<")), relayState: "" })],
    ["from nobody we trust", "provider.unknown", () => posted(request.replace(`>${idp}<`, ">https://other.example.org<"))],
    ["for somebody else", "logout.destination", () => posted(request.replace(slo, "https://other.example.org"))],
    ["old", "logout.issue-instant", () => posted(request.replace("09:00:04", "08:55:04"))],
    ["from the future", "logout.issue-instant", () => posted(request.replace("09:00:04", "09:00:07"))],
    ["of another version", "logout.version", () => posted(request.replace('Version="2.0"', 'Version="1.1"'))],
    ["of nobody", "logout.name-id", () => posted(request.replace(">_name<", "><"))],
    ["past its own end", "logout.expired", () => posted(request.replace(" Destination", ' NotOnOrAfter="2026-11-23T08:00:00Z" Destination'))],
    ["an answer without status", "logout.status", () => posted(answer(""), "SAMLResponse")],
    ["a login response", "document.root", () => posted(unsignedResponse(pendingAt(2)).replace(/<saml:Assertion[\s\S]*<\/saml:Assertion>/, ""), "SAMLResponse")],
    ["an inflating bomb", "message.deflate", () => ({ binding: "REDIRECT", query: `SAMLRequest=${encodeURIComponent(deflated("<a>".repeat(5_000_000)))}` })],
  ])("%s: %s", (_name, check, make) => {
    expect(refusalOf(() => hub.acceptLogout(make(), now)).check).toBe(check);
  });
});

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
