import { describe, expect, test } from "@jest/globals";
import { openServiceProvider, type Credential, type InboundLogout } from "../../../connectors/spid/index.ts";
import { silentLog } from "../../../kernel/log.ts";
import { hubSettings, now, openParties, pendingAt, trusting } from "./hub.ts";
import { base64, deflated, idp, idpMetadata, sign, signWith, slo, unsignedResponse } from "./identity-provider.ts";
import { all, childNames, one, refusalOf, rootOf, signedBy } from "./reading.ts";

const { own, provider, stranger, hub } = await openParties();

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
    expect(signedBy(own.certificate, outbound.location.split("?")[1]!)).toBe(true);
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
