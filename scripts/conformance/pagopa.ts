import { readFileSync, readdirSync } from "node:fs";
import { resolve } from "node:path";
import { DOMParser, type Element } from "@xmldom/xmldom";
import fc from "fast-check";
import { XmlBufferInputProvider, XmlDocument, XmlElement, XmlValidateError, XsdValidator, xmlRegisterInputProvider } from "libxml2-wasm";
import { judge } from "../../connectors/pagopa/contract.ts";
import { readRequest, writeResponse, type AccountTransfer, type PaymentDue, type StampTransfer, type StationAnswer } from "../../connectors/pagopa/station.ts";
import type { ConformanceCount } from "./pagopa-node.ts";
import { childrenOf, fromXml, mutations, toXml, type Node } from "./pagopa-mutations.ts";

const N = "http://pagopa-api.pagopa.gov.it/pa/paForNode.xsd";

/**
 * Our paForNode contract beside pagoPA's: the same verdict on every published message, on a full message of every kind
 * made from the official schema, and on every mutation of both; the same WSDL on the wire; answers that the official
 * schema takes. `specs` is the folder of the official files.
 */
export function pagopaConformance(specs = resolve("../shared/specs/pagopa")): ConformanceCount[] {
  const official = officialSchema(`${specs}/pagopa-api_SANP3.12.0`);
  const samples = sampleMessages(`${specs}/cases`);
  const published = [...samples, ...mutatedByOthers(`${specs}/cases`)];
  const full = fullMessages(`${specs}/pagopa-api_SANP3.12.0`);
  const differing = (messages: Iterable<{ readonly what: string; readonly xml: string }>, check: string): ConformanceCount => {
    const disagreed: string[] = [];
    let cases = 0, accepted = 0;
    for (const { what, xml } of messages) {
      const verdict = verdicts(xml, official);
      cases += 1;
      if (verdict.official) accepted += 1;
      if (verdict.ours !== verdict.official) disagreed.push(`${what}: ours ${verdict.ours}, official ${verdict.official}`);
    }
    return { check, cases, agreed: cases - disagreed.length, disagreed, note: `${accepted} of them valid` };
  };
  return [
    differing(published.map(({ what, message }) => ({ what, xml: toXml(message) })), "paForNode schema: published messages"),
    differing(full.map(message => ({ what: message.name, xml: toXml(message) })), "paForNode schema: full messages"),
    differing(mutated([...full.map(message => ({ what: "full", message })), ...distinct(samples)]), "paForNode schema: mutations"),
    wsdlConformance(`${specs}/pagopa-api_SANP3.12.0/wsdl/paForNode.wsdl`),
    answerConformance(official),
    requestConformance(`${specs}/cases/node-requests`, official),
  ];
}

type Schema = (message: XmlElement) => boolean;

function officialSchema(folder: string): Schema {
  const main = readFileSync(`${folder}/wsdl/xsd/paForNode.xsd`);
  xmlRegisterInputProvider(new XmlBufferInputProvider({ "official/xsd-common/sac-common-types-1.0.xsd": readFileSync(`${folder}/xsd-common/sac-common-types-1.0.xsd`) }));
  const document = XmlDocument.fromBuffer(main, { url: "official/wsdl/xsd/paForNode.xsd" });
  const validator = XsdValidator.fromDoc(document);
  document.dispose();
  return message => {
    try {
      validator.validate(message);
      return true;
    } catch (error) {
      if (error instanceof XmlValidateError) return false;
      throw error;
    }
  };
}

function verdicts(xml: string, official: Schema): { ours: boolean; official: boolean } {
  const document = XmlDocument.fromString(xml);
  try {
    return { ours: judge(document.root).valid, official: official(document.root) };
  } finally {
    document.dispose();
  }
}

/** The collected requests and answers. */
const sampleMessages = (cases: string): Sample[] => ["node-requests", "ec-responses"].flatMap(folder =>
  readdirSync(`${cases}/${folder}`).flatMap(name => messagesIn(name, readFileSync(`${cases}/${folder}/${name}`, "utf8"))));

/** The collected answers that pagoPA's own tests spoiled. */
const mutatedByOthers = (cases: string): Sample[] => readFileSync(`${cases}/ec-response-mutations.jsonl`, "utf8").trim().split("\n")
  .map(line => JSON.parse(line) as { id: string; xml: string }).flatMap(({ id, xml }) => messagesIn(id, xml));

interface Sample { readonly what: string; readonly message: Node }

/** Whatever stands in the body of an envelope: one message, or none where that was the fault. */
const messagesIn = (what: string, envelope: string): Sample[] => (bodyOf(fromXml(envelope))?.children ?? []).map(message => ({ what, message }));

const bodyOf = (envelope: Node): Node | undefined => (envelope.children ?? []).find(({ name }) => name === "Body");

/** One message of each shape: the mutations of two that differ in their text alone are the same. */
function distinct(samples: readonly Sample[]): Sample[] {
  const seen = new Set<string>();
  const shape = (node: Node): string => `${node.name}(${(node.children ?? []).map(shape).join()})`;
  return samples.filter(({ message }) => !seen.has(shape(message)) && seen.add(shape(message)));
}

function* mutated(messages: readonly Sample[]): Generator<{ what: string; xml: string }> {
  for (const { what, message } of messages) for (const mutation of mutations(message)) yield { what: `${what} ${mutation.what}`, xml: toXml(mutation.message) };
}

/** One valid message of every kind with every field in it, and one more for every branch of a choice, out of the official schema. */
function fullMessages(folder: string): Node[] {
  const schemas = ["wsdl/xsd/paForNode.xsd", "xsd-common/sac-common-types-1.0.xsd"].map(file => new DOMParser().parseFromString(readFileSync(`${folder}/${file}`, "utf8"), "text/xml").documentElement!);
  const types = new Map(schemas.flatMap(childrenOf).filter(({ localName }) => localName === "complexType" || localName === "simpleType").map(type => [type.getAttribute("name")!, type]));
  const local = (type: string) => type.split(":").pop()!;
  const build = (element: Element, branch: number): Node => {
    const name = element.getAttribute("name")!, type = local(element.getAttribute("type")!);
    const declared = types.get(type);
    return declared?.localName === "complexType" ? { name, children: particles(declared, branch) } : { name, text: plausible[name] ?? plausible[type] ?? "x" };
  };
  const particles = (group: Element, branch: number): Node[] => childrenOf(group).flatMap(part => {
    if (part.localName === "element") return [build(part, branch)];
    if (part.localName === "extension") return [...particles(types.get(local(part.getAttribute("base")!))!, branch), ...particles(part, branch)];
    if (part.localName === "choice") return [build(childrenOf(part)[branch]!, branch)];
    return particles(part, branch);
  });
  return childrenOf(schemas[0]!).filter(({ localName }) => localName === "element").flatMap(element => [0, 1].map(branch => ({ ...build(element, branch), namespace: N })))
    .filter((message, index, all) => all.findIndex(other => toXml(other) === toXml(message)) === index);
}

/** A value for the fields and types that do not take any text. */
const plausible: Readonly<Record<string, string>> = {
  fiscalCode: "77777777777", fiscalCodePA: "77777777777", noticeNumber: "302001069073736611", stAmount: "1.10", stAmountNotZero: "1.10", stISODate: "2026-01-31", stISODateTime: "2026-01-31T10:00:00", dateTime: "2026-01-31T10:00:00",
  boolean: "true", int: "3", stIdTransfer: "1", stOutcome: "OK", stAmountOption: "EQ", stTransferType: "POSTAL", stNazioneProvincia: "IT", stEMail: "a@b.it", stEntityUniqueIdentifierType: "F", entityUniqueIdentifierValue: "ANONIMO",
  idServizio: "00005", idSoggettoServizio: "00041", base64Binary: "QUJD", stBase64Binary72: "QUJD", stTipoBolloDigitale: "01",
};

/** What travels by a WSDL: names, namespaces, SOAPActions, style and elements of every operation. */
function wsdlConformance(official: string): ConformanceCount {
  const facts = (path: string | URL) => {
    const root = new DOMParser().parseFromString(readFileSync(path, "utf8"), "text/xml").documentElement!;
    const all = (name: string) => [...root.getElementsByTagNameNS("*", name)];
    const parts = new Map(all("message").map(message => [message.getAttribute("name"), childrenOf(message).map(part => part.getAttribute("element")?.split(":").pop()).join()]));
    const elementOf = (operation: Element, way: string) => parts.get(childrenOf(operation).find(({ localName }) => localName === way)?.getAttribute("message")?.split(":").pop() ?? null);
    const port = all("portType")[0]!;
    const binding = all("binding").find(({ namespaceURI }) => namespaceURI === "http://schemas.xmlsoap.org/wsdl/")!;
    return [
      `namespace ${root.getAttribute("targetNamespace")}`, `service ${all("service")[0]?.getAttribute("name")}`, `port ${all("port")[0]?.getAttribute("name")}`, `portType ${port.getAttribute("name")}`,
      `import ${all("import")[0]?.getAttribute("namespace")}`,
      ...all("binding").filter(({ namespaceURI }) => namespaceURI === "http://schemas.xmlsoap.org/wsdl/soap/").map(soap => `binding ${soap.getAttribute("style")} ${soap.getAttribute("transport")}`),
      ...childrenOf(port).map(operation => `operation ${operation.getAttribute("name")} ${elementOf(operation, "input")} ${elementOf(operation, "output")}`),
      ...childrenOf(binding).filter(({ localName }) => localName === "operation").map(operation => `action ${operation.getAttribute("name")} ${childrenOf(operation)[0]?.getAttribute("soapAction")} ${[...operation.getElementsByTagNameNS("*", "body")].map(body => body.getAttribute("use")).join()}`),
    ];
  };
  const theirs = facts(official), ours = facts(new URL("../../connectors/pagopa/contract/paForNode.wsdl", import.meta.url));
  const disagreed = [...theirs.filter(fact => !ours.includes(fact)).map(fact => `missing: ${fact}`), ...ours.filter(fact => !theirs.includes(fact)).map(fact => `too much: ${fact}`)];
  return { check: "paForNode WSDL", cases: theirs.length, agreed: theirs.length - disagreed.length, disagreed };
}

/** Answers of every kind with arbitrary text, judged by the official schema. */
function answerConformance(official: Schema): ConformanceCount {
  const text = fc.string({ unit: "binary", maxLength: 200 }).map(value => `x${value}`);
  const cents = fc.integer({ min: 1, max: 9_999_999_999 });
  const base = { fiscalCode: fc.constant("77777777777"), amountCents: cents, companyName: text, remittanceInformation: text, category: text };
  const account = fc.record<AccountTransfer>({ ...base, iban: fc.constant("IT60X0542811101000000123456"), postalIban: fc.constant("IT45R0760103200000000001016") }, { requiredKeys: ["fiscalCode", "amountCents", "remittanceInformation", "category", "iban"] });
  const stamp = fc.record<StampTransfer>({ ...base, stamp: fc.uint8Array({ minLength: 32, maxLength: 32 }).map(hash => ({ documentHash: Buffer.from(hash).toString("base64"), province: "CN" })) }, { requiredKeys: ["fiscalCode", "amountCents", "remittanceInformation", "category", "stamp"] });
  const debtor = fc.record({ type: fc.constantFrom("PERSON" as const, "ORGANISATION" as const), code: fc.constant("ANONIMO"), fullName: text, streetName: text, civicNumber: text, postalCode: text, city: text, province: text, country: fc.constantFrom("IT", "Italia"), email: fc.constantFrom("a@b.it", "nobody") }, { requiredKeys: ["type", "code", "fullName"] });
  const dueOf = <Transfer>(transfer: fc.Arbitrary<Transfer>) => fc.record<PaymentDue<Transfer>>({ iuv: fc.constant("02001069073736611"), dueDate: fc.constant("2026-06-30"), description: text, companyName: text, officeName: text, debtor, transfers: fc.array(transfer, { minLength: 1, maxLength: 5 }), transferType: fc.constantFrom("POSTAL", "PAGOPA"), metadata: fc.constant([{ key: "a", value: "b" }]) }, { requiredKeys: ["iuv", "dueDate", "description", "companyName", "debtor", "transfers"] });
  const offer = fc.record({ amountCents: cents, dueDate: fc.constant("2026-06-30"), detail: text, allPostal: fc.boolean(), description: text, creditorFiscalCode: fc.constant("77777777777"), companyName: text, officeName: text }, { requiredKeys: ["amountCents", "allPostal", "description", "creditorFiscalCode", "companyName"] });
  const version = fc.constantFrom(1 as const, 2 as const);
  const answers: fc.Arbitrary<StationAnswer> = fc.oneof(
    offer.map(it => ({ operation: "VERIFY_NOTICE", outcome: "OK", ...it }) as const),
    offer.map(it => ({ operation: "DEMAND_NOTICE", outcome: "OK", noticeNumber: "302001069073736611", ...it }) as const),
    dueOf(fc.oneof(account, stamp)).map(payment => ({ operation: "GET_PAYMENT", version: 2, outcome: "OK", payment }) as const),
    dueOf(account).map(payment => ({ operation: "GET_PAYMENT", version: 1, outcome: "OK", payment }) as const),
    version.map(it => ({ operation: "SEND_RECEIPT", version: it, outcome: "OK" }) as const),
    fc.tuple(version, text).map(([it, description]) => ({ operation: "SEND_RECEIPT", version: it, outcome: "KO", fault: "RECEIPT_DUPLICATE", faultId: description, description }) as const),
    fc.tuple(version, text).map(([it, description]) => ({ operation: "GET_PAYMENT", version: it, outcome: "KO", fault: "EXPIRED", faultId: "7", description }) as const),
    fc.constantFrom("VERIFY_NOTICE" as const, "DEMAND_NOTICE" as const).map(operation => ({ operation, outcome: "KO", fault: "NOTICE_UNKNOWN", faultId: "7" }) as const),
  );
  const sample = fc.sample(answers, 3_000).filter(answer => !overLimit(answer));
  const disagreed = sample.filter(answer => !bodyAccepted(writeResponse(answer).body, official)).map(answer => JSON.stringify(answer).slice(0, 400));
  return { check: "station answers by the official schema", cases: sample.length, agreed: sample.length - disagreed.length, disagreed };
}

const overLimit = (answer: StationAnswer): boolean =>
  answer.operation === "GET_PAYMENT" && answer.outcome === "OK" && answer.payment.transfers.reduce((sum, { amountCents }) => sum + amountCents, 0) > 99_999_999_999;

function bodyAccepted(xml: string, official: Schema): boolean {
  const document = XmlDocument.fromString(xml);
  try {
    const message = document.get("/s:Envelope/s:Body/*", { s: "http://schemas.xmlsoap.org/soap/envelope/" });
    return message instanceof XmlElement && official(message);
  } finally {
    document.dispose();
  }
}

/** The station takes a published request exactly when its schema does, but for the spelling of stand-in; its refusals are valid too. */
function requestConformance(folder: string, official: Schema): ConformanceCount {
  const settings = { brokerFiscalCode: "77777777777", messageBytes: 102_400, receiptBytes: 524_288 };
  const files = readdirSync(folder);
  const disagreed = files.filter(name => {
    const body = readFileSync(`${folder}/${name}`);
    const result = readRequest(body, { contentType: "text/xml" }, settings);
    const wanted = bodyAccepted(body.toString(), official) || name.includes("standin_lowercase");
    return "refused" in result ? wanted || result.refused !== "SCHEMA" || !bodyAccepted(result.body, official) : !wanted;
  });
  return { check: "station requests as published", cases: files.length, agreed: files.length - disagreed.length, disagreed };
}
