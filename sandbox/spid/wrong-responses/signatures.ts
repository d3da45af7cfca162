import type { Element } from "@xmldom/xmldom";
import { SignedXml } from "xml-crypto";
import { bodyOfPem } from "../keys.ts";
import { signAssertion } from "../response.ts";
import { childrenOf, find, parseXml, rootNamed, textOf } from "../xml.ts";
import { editXml, type Case, type WrongResponseParameters } from "./case.ts";
import { detach, elementAt, newElement, remove, setText } from "./edits.ts";

const exclusive = "http://www.w3.org/2001/10/xml-exc-c14n#";
const enveloped = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
const assertionPath = "/*/*[local-name(.)='Assertion']";

interface Algorithms {
  readonly signature?: string;
  readonly digest?: string;
  readonly transforms?: readonly string[];
  readonly emptyUri?: boolean;
  /** Signs with a shared secret that anybody can read: the certificate. */
  readonly hmac?: boolean;
}

/** Signs the assertion with the identity provider's key, by other algorithms than the rules allow. */
function signOddly(xml: string, { keys }: WrongResponseParameters, odd: Algorithms): string {
  const signer = new SignedXml({
    privateKey: odd.hmac ? keys.certificate : keys.privateKey,
    signatureAlgorithm: odd.signature ?? "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
    canonicalizationAlgorithm: exclusive,
  });
  if (odd.hmac) signer.enableHMAC();
  signer.addReference({
    xpath: odd.emptyUri ? "/*" : assertionPath,
    transforms: odd.transforms ?? [enveloped, exclusive],
    digestAlgorithm: odd.digest ?? "http://www.w3.org/2001/04/xmlenc#sha256",
    isEmptyUri: odd.emptyUri ?? false,
  });
  signer.computeSignature(xml, { prefix: "ds", location: { reference: `${assertionPath}/*[local-name(.)='Issuer']`, action: "after" } });
  return signer.getSignedXml();
}

const oddly = (id: string, description: string, odd: Algorithms): Case => ({
  id, description, assertionSignedBy: "nobody", responseSignedBy: "nobody",
  rewrite: (xml, parameters) => signOddly(xml, parameters, odd),
});

/** Says that the person is somebody else, after the identity provider signed. */
export function falsify(assertion: Element): void {
  const attributes = childrenOf(find(assertion, "saml:AttributeStatement")!, "saml:Attribute");
  const attribute = attributes.find(candidate => candidate.getAttribute("Name") === "fiscalNumber") ?? attributes[0]!;
  childrenOf(attribute)[0]!.textContent = "TINIT-PRMLVI80C45D205Z";
}

/** The signature that a stranger would put on the falsified assertion: its digest is right, its value worthless. */
function forgedSignature(xml: string, parameters: WrongResponseParameters): Element {
  const unsigned = editXml(xml, root => { detach(elementAt(root, "assertionSignature")); }, parameters);
  return elementAt(rootNamed(signAssertion(unsigned, parameters.strangerKeys), "samlp:Response")!, "assertionSignature");
}

/** Falsifies the assertion and lets `hide` put the digest that fits it where a careless reader looks. */
const forged = (id: string, description: string, hide: (signature: Element, forgery: Element) => void): Case => ({
  id, description, responseSignedBy: "nobody",
  rewrite: (xml, parameters) => {
    const falsified = editXml(xml, root => falsify(elementAt(root, "assertion")), parameters);
    const forgery = forgedSignature(falsified, parameters);
    return editXml(falsified, root => {
      const signature = elementAt(root, "assertionSignature");
      hide(signature, root.ownerDocument!.importNode(forgery, true));
    }, parameters);
  },
});

const digestOf = (signature: Element): Element => find(signature, "ds:SignedInfo", "ds:Reference", "ds:DigestValue")!;

/** Who signed, what, and how. */
export const signatures: readonly Case[] = [
  { id: "2", description: "nothing signed", assertionSignedBy: "nobody", responseSignedBy: "nobody" },
  { id: "3", description: "response signed, assertion not", assertionSignedBy: "nobody" },
  { id: "4", description: "both signed with a certificate that metadata do not hold", assertionSignedBy: "stranger", responseSignedBy: "stranger" },
  { id: "5", description: "response signed with another certificate, assertion with the right one", responseSignedBy: "stranger" },
  { id: "100", description: "assertion signed with another certificate, response with the right one", assertionSignedBy: "stranger" },
  { id: "112", description: "assertion unsigned in a response signed by a stranger", assertionSignedBy: "nobody", responseSignedBy: "stranger" },
  { id: "113", description: "assertion changed after it was signed", responseSignedBy: "nobody", after: root => falsify(elementAt(root, "assertion")) },
  { id: "113-resigned", description: "assertion changed after it was signed, the response signed over the change", between: root => falsify(elementAt(root, "assertion")) },
  { id: "response-changed", description: "response changed after it was signed", after: root => { root.setAttribute("Consent", "urn:oasis:names:tc:SAML:2.0:consent:obtained"); } },
  { id: "signature-value-empty", description: "assertion signature without a value", responseSignedBy: "nobody", after: root => { find(elementAt(root, "assertionSignature"), "ds:SignatureValue")!.textContent = ""; } },
  {
    id: "key-info-stranger", description: "right signature with a stranger's certificate beside it: the key comes from metadata, what stands beside is not looked at", expected: "either",
    responseSignedBy: "nobody",
    after: (root, { strangerKeys }) => { find(elementAt(root, "assertionSignature"), "ds:KeyInfo", "ds:X509Data", "ds:X509Certificate")!.textContent = bodyOfPem(strangerKeys.certificate); },
  },
  {
    id: "decoy-signature", description: "a stranger's signature on a falsified assertion, followed by the right one of the untouched",
    responseSignedBy: "nobody",
    rewrite: (xml, parameters) => {
      const falsified = editXml(xml, root => falsify(elementAt(root, "assertion")), parameters);
      const forgery = forgedSignature(falsified, parameters);
      return editXml(falsified, root => {
        const signature = elementAt(root, "assertionSignature");
        signature.parentNode!.insertBefore(root.ownerDocument!.importNode(forgery, true), signature);
      }, parameters);
    },
  },
  forged("digest-comment", "digest of a falsified assertion in a comment before the signed digest", (signature, forgery) => {
    const digest = digestOf(signature);
    digest.insertBefore(signature.ownerDocument!.createComment(textOf(digestOf(forgery))!), digest.firstChild);
  }),
  forged("two-signed-infos", "SignedInfo of a falsified assertion before the signed one", (signature, forgery) => {
    signature.insertBefore(find(forgery, "ds:SignedInfo")!, signature.firstChild);
  }),
  forged("two-references", "a second Reference that nobody signed", (signature, forgery) => {
    find(signature, "ds:SignedInfo")!.appendChild(find(forgery, "ds:SignedInfo", "ds:Reference")!);
  }),
  { id: "signature-elsewhere", description: "assertion signature moved out to the response", responseSignedBy: "nobody", after: root => { root.appendChild(detach(elementAt(root, "assertionSignature"))); } },
  {
    id: "xslt", description: "a stylesheet among the transforms of the signature", responseSignedBy: "nobody",
    after: root => {
      const transform = newElement(root, "ds:Transform");
      transform.setAttribute("Algorithm", "http://www.w3.org/TR/1999/REC-xslt-19991116");
      const sheet = parseXml(`<xsl:stylesheet xmlns:xsl="http://www.w3.org/1999/XSL/Transform" version="1.0"><xsl:template match="/"><xsl:copy-of select="document('http://localhost:9/')"/></xsl:template></xsl:stylesheet>`);
      transform.appendChild(root.ownerDocument!.importNode(sheet.documentElement!, true));
      const transforms = find(elementAt(root, "assertionSignature"), "ds:SignedInfo", "ds:Reference", "ds:Transforms")!;
      transforms.insertBefore(transform, transforms.firstChild);
    },
  },
  oddly("sha1-signature", "assertion signed by RSA-SHA1", { signature: "http://www.w3.org/2000/09/xmldsig#rsa-sha1" }),
  oddly("sha1-digest", "assertion digested by SHA-1", { digest: "http://www.w3.org/2000/09/xmldsig#sha1" }),
  oddly("hmac", "assertion signed by HMAC with the public certificate as its secret", { signature: "http://www.w3.org/2000/09/xmldsig#hmac-sha1", hmac: true }),
  oddly("inclusive-canonicalization", "assertion canonicalised inclusively", { transforms: [enveloped, "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"] }),
  oddly("empty-uri", "signature in the assertion over the whole document", { emptyUri: true }),
  { id: "assertion-signature-removed", description: "assertion signature taken out after signing", responseSignedBy: "nobody", after: remove("assertionSignature") },
  {
    id: "class-raised", description: "level raised after the assertion was signed (the electronic identity card says the highest anyway)", responseSignedBy: "nobody",
    expected: ({ scheme }) => (scheme === "cie" ? "accept" : "refuse"),
    after: setText("classRef", "https://www.spid.gov.it/SpidL3"),
  },
];

