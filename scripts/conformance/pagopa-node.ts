import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { XmlDocument, XmlElement, XsdValidator } from "libxml2-wasm";
import { xmlRegisterFsInputProviders } from "libxml2-wasm/lib/nodejs.mjs";
import { BadMessage, readRequest, readResponse } from "../../sandbox/pagopa/contract/read.ts";
import { operations, type Operation } from "../../sandbox/pagopa/contract/types.ts";
import { judge } from "../../sandbox/pagopa/judge.ts";
import { defaultSettings } from "../../sandbox/pagopa/settings.ts";
import { fromXml, mutations, toXml } from "./pagopa-mutations.ts";

/** One published check: how many cases there are, how many the sandbox's node agrees with, and which it does not. */
export interface ConformanceCount {
  readonly check: string;
  readonly cases: number;
  readonly agreed: number;
  readonly disagreed: readonly string[];
  readonly note?: string;
}

interface Mutation {
  readonly id: string;
  readonly op: string;
  readonly element: string;
  readonly mutation: string;
  readonly nodeOutcome: string;
  readonly nodeFaultCode: string | null;
  readonly xml: string;
  readonly xsdValid: boolean;
}

const institutions = new Map(defaultSettings.institutions.map(each => [each.fiscalCode, each]));
const operationNames = Object.keys(operations) as Operation[];

const operationOf = (element: string): Operation => operationNames.find(name => [operations[name].request, operations[name].response].includes(element as never))!;

/** Each case once, by name; what throws an unexpected error is a disagreement too. */
function count<Case>(check: string, all: Iterable<Case>, nameOf: (one: Case) => string, agrees: (one: Case) => boolean, note?: string): ConformanceCount {
  const disagreed: string[] = [];
  let cases = 0;
  for (const one of all) {
    cases += 1;
    if (!agrees(one)) disagreed.push(nameOf(one));
  }
  return { check, cases, agreed: cases - disagreed.length, disagreed, ...(note !== undefined && { note }) };
}

function verdictAgrees(row: Mutation, xml: string): boolean {
  const verdict = judge(operationOf(row.op), Buffer.from(xml), institutions);
  const code = verdict.outcome === "KO" ? verdict.fault.faultCode : null;
  return verdict.outcome === row.nodeOutcome && code === row.nodeFaultCode;
}

/**
 * The published scenario of `outcome = KO` has a second step, "if outcome is KO set fault to None", which the collected
 * message does not show. Elsewhere the same suite has the very same KO with its fault passed on to the PSP.
 */
const asSent = ({ element, mutation, xml }: Mutation): string =>
  element === "outcome" && mutation === "KO" ? xml.replace(/<fault>.*<\/fault>/s, "") : xml;

const accepts = (read: () => unknown): boolean => {
  try {
    read();
    return true;
  } catch (error) {
    if (error instanceof BadMessage) return false;
    throw error;
  }
};

/** The verdict of the official schema on the only child of the SOAP body. */
function officialSchema(specs: string): (xml: string) => boolean {
  xmlRegisterFsInputProviders();
  const url = join(specs, "pagopa-api_SANP3.12.0/wsdl/xsd/paForNode.xsd");
  using schema = XmlDocument.fromBuffer(readFileSync(url), { url });
  const validator = XsdValidator.fromDoc(schema);
  return xml => {
    try {
      using document = XmlDocument.fromString(xml);
      const message = document.get("/s:Envelope/s:Body/*", { s: "http://schemas.xmlsoap.org/soap/envelope/" });
      if (!(message instanceof XmlElement)) return false;
      validator.validate(message);
      return true;
    } catch {
      return false;
    }
  };
}

const files = (folder: string) => readdirSync(folder).sort().map(name => ({ name, xml: readFileSync(join(folder, name), "utf8") }));

/** Published answers, one of each kind and outcome, with one change each: every way in which an answer can be spoiled, or harmlessly changed. */
function* changed(answers: readonly { readonly xml: string }[]): Generator<{ name: string; operation: Operation; xml: string }> {
  const seen = new Set<string>();
  for (const { xml } of answers) {
    const [message] = fromXml(xml).children?.find(({ name }) => name === "Body")?.children ?? [];
    const kind = `${message!.name} ${message!.children?.[0]?.text}`;
    if (seen.has(kind)) continue;
    seen.add(kind);
    for (const { what, message: mutated } of mutations(message!)) {
      if (/: as [cn]:/.test(what)) continue;
      yield { name: `${kind} ${what}`, operation: operationOf(message!.name), xml: `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>${toXml(mutated)}</s:Body></s:Envelope>` };
    }
  }
}

/**
 * Holds the sandbox's node against what pagoPA published: verdicts on mutated answers, and our schema against the
 * official one on every sample. Reads the reference material in `specs`; throws when it is not there.
 */
export function pagopaNodeConformance(specs: string = resolve("../shared/specs/pagopa")): readonly ConformanceCount[] {
  const cases = join(specs, "cases");
  const official = officialSchema(specs);
  const mutations = readFileSync(join(cases, "ec-response-mutations.jsonl"), "utf8").trim().split("\n").map(line => JSON.parse(line) as Mutation);
  const nameOf = ({ id, element, mutation }: Mutation) => `${id} ${element} ${mutation}`.slice(0, 60);
  const named = ({ name }: { name: string }) => name;
  const answerOperation = (xml: string) => operationOf(/<\w+:(pa\w+)/.exec(xml)![1]!);
  return [
    count("node's verdict, messages as sent", mutations, nameOf, row => verdictAgrees(row, asSent(row)), "outcome=KO rows: with the scenario's own second step"),
    count("node's verdict, messages as collected", mutations, nameOf, row => verdictAgrees(row, row.xml)),
    count("answers: our schema = recorded validity", mutations, nameOf, ({ op, xml, xsdValid }) => accepts(() => readResponse(operationOf(op), Buffer.from(xml))) === xsdValid),
    count("answers: our schema = official schema", files(join(cases, "ec-responses")), named, ({ xml }) => accepts(() => readResponse(answerOperation(xml), Buffer.from(xml))) === official(xml)),
    count("answers: our schema = official schema, changed ones", changed(files(join(cases, "ec-responses"))), named, ({ operation, xml }) =>
      accepts(() => readResponse(operation, Buffer.from(xml))) === official(xml), "but for types of the schema named in the answer: ours have other names"),
    count("requests: our schema = official schema", files(join(cases, "node-requests")), named, ({ xml }) => accepts(() => readRequest(answerOperation(xml), xml)) === official(xml)),
  ];
}
