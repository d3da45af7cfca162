import { createHash, createSign, type KeyObject, type X509Certificate } from "node:crypto";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { certificatesOf, sealOf } from "../../../connectors/pagopa/stamp-signature.ts";
import { authority, type Issued } from "../../helpers/certificates.ts";

const ds = "http://www.w3.org/2000/09/xmldsig#";
const c14n = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315";
const bought = new Date("2026-07-01T07:30:00Z");

let trusted: Issued;
let stranger: Issued;
let seller: Issued;
beforeAll(async () => {
  [trusted, stranger] = await Promise.all([authority("CA Bollo di prova"), authority("Un'altra CA")]);
  seller = await trusted.issue("99999000013 Banca di prova");
});

const hash = (text: string): string => createHash("sha256").update(text).digest("base64");
const sha1 = `${ds}rsa-sha1`;
const sign = (text: string, key: KeyObject, method: string): string => createSign(method === sha1 ? "RSA-SHA1" : "RSA-SHA256").update(text).sign(key, "base64");
const element = (certificate: X509Certificate): string => `<X509Certificate>${certificate.raw.toString("base64")}</X509Certificate>`;

interface Making {
  readonly by?: Issued;
  /** Certificates that the signature carries; the signer's own unless said. */
  readonly carries?: readonly X509Certificate[];
  readonly method?: string;
  readonly transforms?: readonly string[];
}

/**
 * A stamp as published ones are signed (namespaces declared twice, plain canonicalisation), with canonical forms written by
 * hand: what the hub verifies with a library was not made by it.
 */
function stamped({ by = seller, carries = [by.certificate], method = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", transforms = [`${ds}enveloped-signature`] }: Making = {}): string {
  const inner = '<PSP><CodiceFiscale>99999000013</CodiceFiscale><Denominazione>Banca è</Denominazione></PSP><IUBD>01234567890123</IUBD><OraAcquisto>2026-07-01T09:30:00+02:00</OraAcquisto>'
    + `<Importo>16.00</Importo><TipoBollo>01</TipoBollo><ImprontaDocumento><DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"></DigestMethod><ns2:DigestValue>${hash("document")}</ns2:DigestValue></ImprontaDocumento>`;
  const root = (content: string) => `<marcaDaBollo xmlns="http://www.agenziaentrate.gov.it/2014/MarcaDaBollo" xmlns:ns2="${ds}">${content}</marcaDaBollo>`;
  const info = (namespaces: string) => `<SignedInfo${namespaces}><CanonicalizationMethod Algorithm="${c14n}"></CanonicalizationMethod><SignatureMethod Algorithm="${method}"></SignatureMethod>`
    + `<Reference URI=""><Transforms>${transforms.map(transform => `<Transform Algorithm="${transform}"></Transform>`).join("")}</Transforms><DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"></DigestMethod>`
    + `<DigestValue>${hash(root(inner))}</DigestValue></Reference></SignedInfo>`;
  const value = sign(info(` xmlns="${ds}" xmlns:ns2="${ds}"`), by.key, method);
  return `<?xml version="1.0" encoding="UTF-8"?>${root(`${inner}<Signature xmlns="${ds}">${info("")}<SignatureValue>${value}</SignatureValue><KeyInfo Id="keyinfo"><X509Data>${carries.map(element).join("")}</X509Data></KeyInfo></Signature>`)}`;
}

const seal = (xml: string, authorities: readonly Issued[] = [], at = bought): string => sealOf(Buffer.from(xml), at, authorities.map(({ certificate }) => certificate));

describe("a stamp whose signature holds", () => {
  test("is trusted when its seller leads to an authority that is, directly, through another or by itself", async () => {
    expect(seal(stamped(), [trusted])).toBe("TRUSTED");
    expect(seal(stamped(), [stranger, trusted])).toBe("TRUSTED");
    expect(seal(stamped(), [seller])).toBe("TRUSTED");
    const between = await trusted.issue("CA intermedia", { ca: true });
    const below = await between.issue("99999000013 Banca di prova");
    expect(seal(stamped({ by: below, carries: [below.certificate, between.certificate] }), [trusted])).toBe("TRUSTED");
    expect(seal(stamped({ by: below }), [trusted])).toBe("UNTRUSTED");
  });

  test("is not judged further while no authority is named", () => expect(seal(stamped())).toBe("UNVERIFIED"));

  test("is not trusted when its seller leads elsewhere, to nobody, or had not been certified when it was bought", async () => {
    expect(seal(stamped(), [stranger])).toBe("UNTRUSTED");
    expect(seal(stamped(), [trusted], new Date("2010-01-01"))).toBe("UNTRUSTED");
    expect(seal(stamped(), [trusted], new Date("2090-01-01"))).toBe("UNTRUSTED");
    // A name is no proof, and one who was certified as a seller certifies nobody.
    const namesake = await authority("CA Bollo di prova");
    expect(seal(stamped({ by: await namesake.issue("99999000013 Banca di prova") }), [trusted])).toBe("UNTRUSTED");
    const issuedBySeller = await seller.issue("99999000014 Altra banca");
    expect(seal(stamped({ by: issuedBySeller, carries: [issuedBySeller.certificate, seller.certificate] }), [trusted])).toBe("UNTRUSTED");
  });

  test("is read by the certificate that fits, wherever it stands among those carried", () =>
    expect(seal(stamped({ carries: [stranger.certificate, seller.certificate] }), [trusted])).toBe("TRUSTED"));
});

test("a stamp without a signature is unsigned", () => expect(seal(stamped().replace(/<Signature xmlns.*<\/Signature>/, ""), [trusted])).toBe("UNSIGNED"));

test.each<[string, (xml: string) => string]>([
  ["whose document was changed", xml => xml.replace("16.00", "160.00")],
  ["whose hash was changed", xml => xml.replace(hash("document"), hash("another"))],
  ["to which something was added", xml => xml.replace("<TipoBollo>", "<Nota>x</Nota><TipoBollo>")],
  ["whose signature value was changed", xml => xml.replace(/<SignatureValue>..../, "<SignatureValue>AAAA")],
  ["whose certificate is another's", xml => xml.replace(/<X509Certificate>[^<]*</, `<X509Certificate>${stranger.certificate.raw.toString("base64")}<`)],
  ["without a certificate", xml => xml.replace(/<X509Data>.*<\/X509Data>/, "")],
  ["with a certificate that is none", xml => xml.replace(/<X509Certificate>[^<]*</, "<X509Certificate>AAAA<")],
  ["with two signatures", xml => xml.replace(/(<Signature xmlns.*<\/Signature>)/, "$1$1")],
  ["whose signature lies deeper", xml => xml.replace(/(<Signature xmlns.*<\/Signature>)/, "<Deeper>$1</Deeper>")],
  ["whose reference is to nothing in particular", xml => xml.replace(' URI=""', "")],
  ["whose reference is to a part", xml => xml.replace('URI=""', 'URI="#keyinfo"')],
  ["that is not well formed", xml => xml.replace("</IUBD>", "")],
  ["in an encoding that it does not have", xml => xml.replace("UTF-8", "ISO-9999")],
])("a stamp %s is broken", (_, change) => {
  const xml = change(stamped());
  expect(xml).not.toBe(stamped());
  expect(seal(xml, [trusted])).toBe("BROKEN");
});

test.each([
  ["by an old hash", { method: sha1 }],
  ["without its whole document", { transforms: [`${ds}enveloped-signature`, "http://www.w3.org/TR/1999/REC-xpath-19991116"] }],
  ["with nothing left out", { transforms: [c14n] }],
])("a signature made %s does not count", (_, making) => expect(seal(stamped(making), [trusted])).toBe("BROKEN"));

test("authorities are read from a file that names several", () => {
  expect(certificatesOf(`prima\n${trusted.certificate.toString()}\npoi\n${stranger.certificate.toString()}`).map(({ subject }) => subject)).toEqual([trusted.certificate.subject, stranger.certificate.subject]);
  expect(certificatesOf("nothing")).toEqual([]);
  expect(() => certificatesOf("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----")).toThrow();
});
