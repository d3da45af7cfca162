import { describe, expect, test } from "@jest/globals";
import { SpidRefusal, type Credential, type SamlCheck } from "../../../connectors/spid/index.ts";
import { now, openHub, openParties, pendingAt } from "./hub.ts";
import { assertionPath, base64, idp, makeCredential, responsePath, sign, unsignedResponse } from "./identity-provider.ts";
import { contentCases, swap } from "./response-cases.ts";

const { provider, stranger, hub } = await openParties();

type Level = 1 | 2 | 3;

/** What comes of a response: `accepted`, or the name of the check that it fails. */
function outcomeOf(xml: string, level: Level = 2, encode: (xml: string) => string = base64): "accepted" | SamlCheck {
  try {
    hub.accept(encode(xml), pendingAt(level), now);
    return "accepted";
  } catch (error) {
    if (error instanceof SpidRefusal) return error.check;
    throw error;
  }
}

/** Signs assertion and response by the provider. An element without ID cannot be signed: then it goes unsigned. */
function signed(xml: string, by: { assertion?: Credential | null; response?: Credential | null } = {}): string {
  const { assertion = provider, response = provider } = by;
  const hasId = (name: string): boolean => new RegExp(`<\\w+:${name} [^>]*\\bID="[^"]+"`).test(xml);
  const inner = assertion && hasId("Assertion") ? sign(xml, assertionPath, assertion) : xml;
  return response && hasId("Response") ? sign(inner, responsePath, response) : inner;
}

const correct = (level: Level = 2): string => unsignedResponse(pendingAt(level));

describe("what a response says, well signed", () => {
  for (const level of [1, 2] as const) {
    test.each(contentCases.map(({ name, edit, expected }) => [name, expected, edit] as const))(`level ${level}: %s → %s`, (_name, expected, edit) => {
      expect(outcomeOf(signed(edit(correct(level))), level)).toBe(expected);
    });
  }

  test.each<[Level, Level, "accepted" | SamlCheck]>([[1, 1, "accepted"], [1, 2, "accepted"], [1, 3, "accepted"], [2, 1, "authn.level"], [2, 2, "accepted"], [2, 3, "accepted"], [3, 1, "authn.level"], [3, 2, "authn.level"], [3, 3, "accepted"]])(
    "94–96 asked for level %i, answered level %i: %s",
    (requested, answered, expected) => {
      const xml = unsignedResponse(pendingAt(requested)).replace(/SpidL\d/, `SpidL${answered}`);
      expect(outcomeOf(signed(xml), requested)).toBe(expected);
    },
  );

  test.each<[string, RegExp | string, SamlCheck]>([
    ["28 response Issuer missing", /<saml:Issuer[^>]*>[^<]*<\/saml:Issuer>/, "response.issuer"],
    ["32 Assertion missing", /<saml:Assertion[\s\S]*<\/saml:Assertion>/, "response.assertion"],
  ])("%s, unsigned → %s", (_name, part, expected) => {
    expect(outcomeOf(swap(part, "")(correct()))).toBe(expected);
  });

  test("68 assertion Issuer missing → assertion.issuer", () => {
    const xml = correct().replace(/(<saml:Assertion[^>]*>\s*)<saml:Issuer[^>]*>[^<]*<\/saml:Issuer>/, "$1<saml:Issued/>");
    const inPlace = sign(xml.replace("<saml:Issued/>", "<saml:Issuer>x</saml:Issuer>"), assertionPath, provider);
    expect(outcomeOf(inPlace)).toBe("assertion.issuer");
  });
});

describe("who signed it, and with what", () => {
  test.each<[string, "accepted" | SamlCheck, () => string]>([
    ["1 both signed", "accepted", () => signed(correct())],
    ["1 only the assertion signed", "accepted", () => signed(correct(), { response: null })],
    ["2 nothing signed", "assertion.unsigned", () => correct()],
    ["3 only the response signed", "assertion.unsigned", () => signed(correct(), { assertion: null })],
    ["4 both by another certificate", "response.signature", () => signed(correct(), { assertion: stranger, response: stranger })],
    ["100 the assertion by another certificate", "assertion.signature", () => signed(correct(), { assertion: stranger })],
    ["the response by another certificate", "response.signature", () => signed(correct(), { response: stranger })],
    ["only the assertion signed, by another certificate", "assertion.signature", () => signed(correct(), { assertion: stranger, response: null })],
    ["112 signature stripped from the assertion", "assertion.unsigned", () => signed(correct(), { response: null }).replace(/<ds:Signature[\s\S]*<\/ds:Signature>/, "")],
    ["113 assertion altered after it was signed", "assertion.signature", () => signed(correct(), { response: null }).replace("Moretti", "Rossini")],
    ["113 an attribute altered after it was signed", "assertion.signature", () => signed(correct(), { response: null }).replace("SpidL2", "SpidL3")],
    ["response altered after it was signed", "response.signature", () => signed(correct()).replace("_request-1", "_request-2")],
    ["assertion altered inside a signed response", "response.signature", () => signed(correct()).replace("Moretti", "Rossini")],
    ["signature value garbled", "assertion.signature", () => signed(correct(), { response: null }).replace(/<ds:SignatureValue>..../, "<ds:SignatureValue>AAAA")],
    ["signature value empty", "assertion.signature", () => signed(correct(), { response: null }).replace(/<ds:SignatureValue>[^<]*/, "<ds:SignatureValue>")],
    ["digest value empty", "assertion.signature", () => signed(correct(), { response: null }).replace(/<ds:DigestValue>[^<]*/, "<ds:DigestValue>")],
    ["the trusted certificate shown, another key used", "assertion.signature", () => signed(correct(), { assertion: { ...stranger, certificate: provider.certificate }, response: null })],
    ["rsa-sha512", "accepted", () => sign(correct(), assertionPath, provider, { method: "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512", digest: "http://www.w3.org/2001/04/xmlenc#sha512" })],
    ["rsa-sha1", "assertion.signature", () => sign(correct(), assertionPath, provider, { method: "http://www.w3.org/2000/09/xmldsig#rsa-sha1" })],
    ["sha1 digest", "assertion.signature", () => sign(correct(), assertionPath, provider, { digest: "http://www.w3.org/2000/09/xmldsig#sha1" })],
    ["inclusive canonicalisation", "assertion.signature", () => sign(correct(), assertionPath, provider, { transforms: ["http://www.w3.org/2000/09/xmldsig#enveloped-signature", "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"] })],
    ["canonicalisation that keeps comments", "assertion.signature", () => sign(correct(), assertionPath, provider, { transforms: ["http://www.w3.org/2000/09/xmldsig#enveloped-signature", "http://www.w3.org/2001/10/xml-exc-c14n#WithComments"] })],
    ["a second Signature beside the first", "document.signatures", () => signed(correct(), { response: null }).replace(/<ds:Signature [\s\S]*<\/ds:Signature>/, whole => whole + whole)],
    ["a decoy Signature elsewhere", "document.signatures", () => signed(correct(), { response: null }).replace("</samlp:Status>", `<samlp:StatusDetail><ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"/></samlp:StatusDetail></samlp:Status>`)],
    ["a Signature of the assertion that points at the response", "assertion.signature", () => signed(correct(), { response: null }).replace('URI="#_assertion"', 'URI="#_response"')],
    ["a Signature that points at the whole document", "assertion.signature", () => signed(correct(), { response: null }).replace('URI="#_assertion"', 'URI=""')],
  ])("%s → %s", (_name, expected, make) => {
    expect(outcomeOf(make())).toBe(expected);
  });

  test("KeyInfo is not looked at: a signature by the trusted key holds whatever certificate it shows, or none", () => {
    const otherShown = signed(correct(), { assertion: { ...provider, certificate: stranger.certificate }, response: null });
    expect(outcomeOf(otherShown)).toBe("accepted");
    expect(outcomeOf(otherShown.replace(/<ds:KeyInfo>.*<\/ds:KeyInfo>/, ""))).toBe("accepted");
  });

  test("a provider that changes its key signs with either while both are in its metadata", async () => {
    const own = await makeCredential("hub");
    const both = openHub(own, [stranger.certificate, provider.certificate]);
    for (const key of [provider, stranger]) {
      expect(both.accept(base64(signed(correct(), { assertion: key, response: key })), pendingAt(2), now).idp).toBe(idp);
    }
  });
});

describe("wrapping, and other ways to make readers disagree", () => {
  const evil = (xml: string): string => xml.replaceAll("MRNLCU00A01H501J", "RSSMRA80A01A952F");
  const partOf = (xml: string, name: string): string => new RegExp(`<saml:${name} [\\s\\S]*</saml:${name}>`).exec(xml)![0];
  const withoutSignature = (xml: string): string => xml.replace(/<ds:Signature [\s\S]*?<\/ds:Signature>/, "");
  const wrapped = (make: (good: string, bad: string, signature: string, whole: string) => string): string => {
    const whole = signed(correct(), { response: null });
    const good = partOf(whole, "Assertion");
    const signature = /<ds:Signature [\s\S]*<\/ds:Signature>/.exec(good)![0];
    const bad = evil(withoutSignature(good)).replace('ID="_assertion"', 'ID="_evil"');
    return make(good, bad, signature, whole);
  };

  test.each<[string, () => string]>([
    ["XSW1: signed response inside the signature of a forged one", () => {
      const whole = sign(correct(), responsePath, provider);
      return evil(withoutSignature(whole)).replace('ID="_response"', 'ID="_evil"').replace("<samlp:Status>", `${/<ds:Signature [\s\S]*<\/ds:Signature>/.exec(whole)![0].replace("</ds:Signature>", `<ds:Object>${withoutSignature(whole)}</ds:Object></ds:Signature>`)}<samlp:Status>`);
    }],
    ["XSW2: signed response beside a detached signature", () => {
      const whole = sign(correct(), responsePath, provider);
      return evil(withoutSignature(whole)).replace('ID="_response"', 'ID="_evil"').replace("<samlp:Status>", `${withoutSignature(whole)}${/<ds:Signature [\s\S]*<\/ds:Signature>/.exec(whole)![0]}<samlp:Status>`);
    }],
    ["XSW3: forged assertion before the signed one", () => wrapped((good, bad, _signature, whole) => whole.replace(good, bad + good))],
    ["XSW3: forged assertion after the signed one", () => wrapped((good, bad, _signature, whole) => whole.replace(good, good + bad))],
    ["XSW4: signed assertion inside a forged one", () => wrapped((good, bad, _signature, whole) => whole.replace(good, bad.replace("</saml:Assertion>", `${good}</saml:Assertion>`)))],
    ["XSW5: forged assertion carries the signature of the one behind it", () => wrapped((good, bad, signature, whole) => whole.replace(good, bad.replace("</saml:Issuer>", `</saml:Issuer>${signature}`) + withoutSignature(good)))],
    ["XSW6: the same with the signed one inside the signature", () => wrapped((good, bad, signature, whole) => whole.replace(good, bad.replace("</saml:Issuer>", `</saml:Issuer>${signature.replace("</ds:Signature>", `<ds:Object>${withoutSignature(good)}</ds:Object></ds:Signature>`)}`)))],
    ["XSW7: signed assertion in an extension", () => wrapped((good, bad, _signature, whole) => whole.replace(good, `<samlp:Extensions>${good}</samlp:Extensions>${bad}`))],
    ["XSW8: signed assertion in an object of the signature", () => wrapped((good, bad, signature, whole) => whole.replace(good, bad.replace('ID="_evil"', 'ID="_assertion"').replace("</saml:Issuer>", `</saml:Issuer>${signature.replace("</ds:Signature>", `<ds:Object>${withoutSignature(good)}</ds:Object></ds:Signature>`)}`)))],
    ["forged assertion with the ID of the signed one", () => wrapped((good, bad, _signature, whole) => whole.replace(good, bad.replace("_evil", "_assertion") + good))],
    ["a second element with the same ID, in small letters", () => wrapped((good, _bad, _signature, whole) => whole.replace("<samlp:Status>", '<samlp:Extensions><x xmlns="urn:x" id="_assertion"/></samlp:Extensions><samlp:Status>').replace(good, good))],
    ["a second Response as sibling of the status", () => signed(correct()).replace("<samlp:Status>", `<samlp:Response ID="_other"/><samlp:Status>`)],
    ["a forged assertion under another namespace", () => wrapped((good, bad, _signature, whole) => whole.replace(good, bad.replace("<saml:Assertion ", '<f:Assertion xmlns:f="urn:fake" ').replace("</saml:Assertion>", "</f:Assertion>") + good))],
    ["an encrypted assertion", () => signed(correct()).replace("<samlp:Status>", "<saml:EncryptedAssertion/><samlp:Status>")],
    ["an encrypted name", () => swap(/<saml:NameID[\s\S]*<\/saml:NameID>/, "<saml:EncryptedID/>")(correct())],
    ["an XSLT transform in the signature", () => signed(correct(), { response: null }).replace("<ds:Transforms>", `<ds:Transforms><ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xslt-19991116"><xsl:stylesheet xmlns:xsl="http://www.w3.org/1999/XSL/Transform"><xsl:template match="doc"/></xsl:stylesheet></ds:Transform>`)],
    ["an XPath transform in the signature", () => signed(correct(), { response: null }).replace("<ds:Transforms>", '<ds:Transforms><ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116"><ds:XPath>//*</ds:XPath></ds:Transform>')],
    ["a second reference in the signature", () => signed(correct(), { response: null }).replace(/<ds:Reference [\s\S]*<\/ds:Reference>/, reference => reference + reference.replace("#_assertion", "#_response"))],
    ["two SignedInfo in the signature", () => signed(correct(), { response: null }).replace(/<ds:SignedInfo>[\s\S]*<\/ds:SignedInfo>/, info => info + info)],
    ["an HMAC with the public certificate for its key", () => signed(correct(), { response: null }).replace("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", "http://www.w3.org/2000/09/xmldsig#hmac-sha1")],
    ["another root", () => signed(correct()).replaceAll("samlp:Response", "samlp:ArtifactResponse")],
    ["the root in no namespace", () => signed(correct()).replace(/ xmlns:samlp="[^"]*"/, ' xmlns:samlp="urn:x"')],
  ])("%s is refused", (_name, make) => {
    expect(outcomeOf(make())).not.toBe("accepted");
  });

  test("a comment slipped into a value after it was signed does not cut it: the signed bytes are read", () => {
    const xml = signed(correct(), { response: null }).replace("MRNLCU00A01H501J", "MRNLCU00A01<!-- -->H501J");
    expect(hub.accept(base64(xml), pendingAt(2), now).identity.fiscalCode).toBe("MRNLCU00A01H501J");
  });

  test("a comment in a value outside the signed bytes is refused", () => {
    const xml = signed(correct(), { response: null }).replace(">https://idp.example.org<", ">https://idp.example.org<!-- -->.evil<");
    expect(outcomeOf(xml)).toBe("document.comment");
  });
});

describe("what is not even parsed", () => {
  const bomb = `<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa">${"bcdefghij".split("").map((name, at) => `<!ENTITY ${name} "${`&${"abcdefghij"[at]};`.repeat(10)}">`).join("")}]>`;
  const raw = (text: string): string => text;
  test.each<[string, SamlCheck, (xml: string) => string, () => string]>([
    ["entity bomb", "xml.markup", base64, () => bomb + signed(correct()).replace("Moretti", "&j;")],
    ["external entity", "xml.markup", base64, () => `<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>${signed(correct())}`],
    ["document type without entities", "xml.markup", base64, () => `<!DOCTYPE Response>${signed(correct())}`],
    ["CDATA", "xml.markup", base64, () => signed(correct()).replace("Moretti", "<![CDATA[Moretti]]>")],
    ["processing instruction", "xml.markup", base64, () => `<?xml-stylesheet href="http://example.org/x.xsl"?>${signed(correct())}`],
    ["undeclared entity", "xml.well-formed", base64, () => signed(correct()).replace("Moretti", "&evil;")],
    ["nested 5,000 deep", "xml.depth", base64, () => "<a>".repeat(5_000) + "</a>".repeat(5_000)],
    ["nested 25 deep with attributes that hold >", "xml.depth", base64, () => '<a b=">">'.repeat(25) + "</a>".repeat(25)],
    ["20,000 elements", "xml.elements", base64, () => `<a>${"<b/>".repeat(20_000)}</a>`],
    ["huge base64", "message.size", raw, () => "A".repeat(50_000_000)],
    ["huge XML", "message.size", base64, () => signed(correct()).replace("Moretti", "M".repeat(200_000))],
    ["not base64", "message.base64", raw, () => "<samlp:Response/>"],
    ["nothing", "message.base64", raw, () => ""],
    ["bytes that are not UTF-8", "message.utf8", raw, () => Buffer.from([0x3c, 0x61, 0xff, 0x3e]).toString("base64")],
    ["UTF-16", "xml.well-formed", raw, () => Buffer.from("<a/>", "utf16le").toString("base64")],
    ["declared in another encoding", "message.utf8", base64, () => `<?xml version="1.0" encoding="UTF-7"?>${signed(correct())}`],
    ["cut off", "xml.well-formed", base64, () => signed(correct()).slice(0, -30)],
    ["a tag that never ends", "xml.well-formed", base64, () => '<a b="'],
    ["a comment that never ends", "xml.well-formed", base64, () => "<a><!-- "],
    ["two roots", "xml.well-formed", base64, () => signed(correct()) + signed(correct())],
    ["text only", "xml.well-formed", base64, () => "hello"],
    ["an attribute twice", "xml.well-formed", base64, () => signed(correct()).replace('Version="2.0"', 'Version="2.0" Version="2.0"')],
    ["a prefix that is not declared", "xml.well-formed", base64, () => signed(correct()).replace("<samlp:Status>", "<y:Status>").replace("</samlp:Status>", "</y:Status>")],
    ["a NUL character", "xml.well-formed", base64, () => signed(correct()).replace("Moretti", "Mor\0etti")],
  ])("%s → %s", (_name, expected, encode, make) => {
    const text = make();
    const start = performance.now();
    expect(outcomeOf(text, 2, encode)).toBe(expected);
    hub.peek(encode(text));
    expect(performance.now() - start).toBeLessThan(60_000);
  });

  test.each<[string, () => string]>([
    ["namespace declarations", () => `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ${Array.from({ length: 3_500 }, (_, at) => `xmlns:n${at}="urn:n"`).join(" ")} ID="_response"/>`],
    ["attributes", () => `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ${Array.from({ length: 6_000 }, (_, at) => `a${at}="b"`).join(" ")} ID="_response"/>`],
    ["namespace declarations in a signed assertion", () => signed(swap("<saml:AttributeStatement>", `<saml:AttributeStatement ${Array.from({ length: 2_500 }, (_, at) => `xmlns:n${at}="urn:n"`).join(" ")}>`)(correct()), { response: null })],
  ])("as many %s as fit: decided, and not for ever", (_name, make) => {
    const xml = make();
    const start = performance.now();
    outcomeOf(xml);
    expect(performance.now() - start).toBeLessThan(60_000);
  });
});
