import { readFile, rm, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Ajv, type ValidateFunction } from "ajv";
import { parse } from "yaml";
import { assertAnswer, readAnswer } from "../../connectors/pdnd/anpr/answer.ts";
import { personFrom, readSubject } from "../../connectors/pdnd/anpr/person.ts";
import { registryRequest, type Criteria } from "../../connectors/pdnd/anpr/request.ts";
import { statementIn } from "../../connectors/pdnd/anpr/statement.ts";
import { failureOfGateway } from "../../connectors/pdnd/gateway.ts";
import { openSigner } from "../../connectors/pdnd/signer.ts";
import { openVouchers } from "../../connectors/pdnd/voucher.ts";
import { SourceRefused, createHttp } from "../../connectors/upstream.ts";
import { systemClock } from "../../kernel/clock.ts";
import { silentLog } from "../../kernel/log.ts";
import { makePeople } from "../../sandbox/people/index.ts";
import { pdnd } from "../../sandbox/pdnd/index.ts";
import { RegistryOfPeople } from "../../sandbox/pdnd/registry.ts";
import { defaultSettings, purposeOf } from "../../sandbox/pdnd/settings.ts";
import { startSandbox } from "../../sandbox/server.ts";
import type { ConformanceCount } from "./pagopa-node.ts";

type Json = Readonly<Record<string, unknown>>;
interface Schema { readonly type?: string; readonly properties?: Readonly<Record<string, Schema>>; readonly items?: Schema; readonly enum?: readonly unknown[]; readonly $ref?: string; readonly anyOf?: readonly Schema[] }
interface OpenApi { readonly paths: Readonly<Record<string, { readonly post?: { readonly operationId: string; readonly requestBody: Body; readonly responses: Readonly<Record<string, Body>> } }>>; readonly components: { readonly schemas: Readonly<Record<string, Schema>> } }
interface Body { readonly content: Readonly<Record<string, { readonly schema: Schema }>> }
interface Sides { readonly service: Held; readonly ours: OpenApi; readonly official: OpenApi }

/** The e-services of which an official OpenAPI is held, and where. */
const held = { C001: "idpay/C001-consultazioneANPR.yml", C003: "p4pa/anprApiC003.openapi.yaml", C021: "idpay/C021-servizioAccertamentoStatoFamiglia.yaml", C030: "p4pa/anprApiC030.openapi.yaml" } as const;
type Held = keyof typeof held;

/**
 * Our OpenAPI of the registry's e-services beside the official ones, where they are held: full messages of both and
 * every mutation of them get the same verdict; what the hub sends and what the sandbox answers is valid by the official
 * ones; published answers are read as what they are; and both sides of the voucher exchange are valid by PDND's own
 * OpenAPI. `specs` is the folder of the official files.
 */
export async function pdndConformance(specs = resolve("../shared/specs")): Promise<ConformanceCount[]> {
  const ours = JSON.parse(await readFile(new URL("../../connectors/pdnd/contract/anpr.openapi.json", import.meta.url), "utf8")) as OpenApi;
  const services = await Promise.all((Object.keys(held) as Held[]).map(async service => ({ service, ours, official: await readYaml(join(specs, "anpr/pdnd-openapi", held[service])) })));
  return [
    alike("PDND contract: requests, full and mutated", services, openApi => requestOf(openApi)),
    alike("PDND contract: answers, full and mutated", services, openApi => answerOf(openApi, "200")),
    alike("PDND contract: refusals, full and mutated", services, openApi => answerOf(openApi, "404")),
    valid("PDND: requests of the hub by the official contract", services.flatMap(side => requestsOf(side.service).map(message => ({ what: `${side.service} ${JSON.stringify(message)}`, message, judge: judgeOf(side.official, requestOf(side.official)(side)) })))),
    valid("PDND: answers of the sandbox by the official contract", services.flatMap(side => answersOf(side.service).map(message => ({ what: side.service, message, judge: judgeOf(side.official, answerOf(side.official, "200")(side)) })))),
    await published(join(specs, "anpr/cases")),
    await vouchers(join(specs, "modi/openapi/authorizationServerApi.yml")),
  ];
}

const readYaml = async (path: string): Promise<OpenApi> => parse(await readFile(path, "utf8"), asJsonSchema) as OpenApi;

/** OpenAPI 3.0 says that a maximum is exclusive; JSON Schema, which judges here, says which one is. */
const asJsonSchema = (_key: unknown, value: unknown): unknown =>
  typeof value === "object" && value !== null && "exclusiveMaximum" in value && value.exclusiveMaximum === true && "maximum" in value ? { ...value, exclusiveMaximum: value.maximum } : value;

type Pick = (side: Sides) => Schema;
const operationOf = (openApi: OpenApi, service: Held) => Object.entries(openApi.paths).find(([path, { post }]) => post && path.endsWith("/anpr-service-e002") && (path.includes(service) || post.operationId === "e002"))![1].post!;
const schemaOf = ({ content }: Body): Schema => Object.values(content)[0]!.schema;
const requestOf = (openApi: OpenApi): Pick => ({ service }) => schemaOf(operationOf(openApi, service).requestBody);
const answerOf = (openApi: OpenApi, status: "200" | "404"): Pick => side => {
  const body = operationOf(openApi, side.service).responses[status]!;
  // Ours lists what the gateway says beside what the registry says; only the latter has an official schema.
  return "content" in body ? schemaOf(body) : { $ref: "#/components/schemas/Refusal" };
};

const ajv = () => new Ajv({ strict: false, validateFormats: false });
const judges = new Map<OpenApi, Map<Schema, ValidateFunction>>();

function judgeOf(openApi: OpenApi, schema: Schema): ValidateFunction {
  const known = judges.get(openApi) ?? new Map<Schema, ValidateFunction>();
  judges.set(openApi, known);
  const judge = known.get(schema) ?? ajv().compile({ ...schema, components: openApi.components });
  known.set(schema, judge);
  return judge;
}

function alike(check: string, services: readonly Sides[], pick: (openApi: OpenApi) => Pick): ConformanceCount {
  const disagreed: string[] = [];
  let cases = 0, accepted = 0;
  for (const side of services) {
    const [our, official] = [pick(side.ours)(side), pick(side.official)(side)];
    const judge = { ours: judgeOf(side.ours, our), official: judgeOf(side.official, official) };
    for (const [from, schema, openApi] of [["ours", our, side.ours], ["official", official, side.official]] as const) {
      for (const { what, message } of mutationsOf(fullOf(schema, openApi))) {
        const verdict = { ours: judge.ours(message), official: judge.official(message) };
        cases += 1;
        if (verdict.official) accepted += 1;
        if (verdict.ours !== verdict.official) disagreed.push(`${side.service}, ${from}: ${what}: ours ${verdict.ours}, official ${verdict.official}`);
      }
    }
  }
  return { check, cases, agreed: cases - disagreed.length, disagreed, note: `${accepted} of them valid` };
}

function valid(check: string, samples: readonly { readonly what: string; readonly message: unknown; readonly judge: ValidateFunction }[]): ConformanceCount {
  const disagreed = samples.filter(({ message, judge }) => !judge(message)).map(({ what, judge }) => `${what}: ${JSON.stringify(judge.errors?.[0])}`);
  return { check, cases: samples.length, agreed: samples.length - disagreed.length, disagreed };
}

/** A message with every property that a schema names. */
function fullOf(schema: Schema, openApi: OpenApi): unknown {
  if (schema.$ref) return fullOf(openApi.components.schemas[schema.$ref.split("/").at(-1)!]!, openApi);
  if (schema.enum) return schema.enum[0];
  if (schema.type === "array") return [fullOf(schema.items ?? {}, openApi)];
  if (schema.type === "object") return Object.fromEntries(Object.entries(schema.properties ?? {}).map(([name, property]) => [name, fullOf(property, openApi)]));
  return "x";
}

/** The message itself, and at every place of it: nothing, and a value of every other kind. */
function* mutationsOf(message: unknown): Generator<{ readonly what: string; readonly message: unknown }> {
  yield { what: "full", message };
  for (const path of placesIn(message)) {
    yield { what: `without ${path.join(".")}`, message: changed(message, path, undefined) };
    for (const value of [null, 1, true, "other", "S", [], ["x"], {}, { unknown: 1 }]) yield { what: `${path.join(".")} = ${JSON.stringify(value)}`, message: changed(message, path, value) };
  }
  yield { what: "with a property that nobody knows", message: { ...(message as Json), unknown: 1 } };
}

function placesIn(value: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  const inside = typeof value === "object" && value !== null ? Object.entries(value).flatMap(([name, each]) => placesIn(each, [...path, name])) : [];
  return path.length > 0 ? [path, ...inside] : inside;
}

function changed(value: unknown, [name, ...rest]: readonly string[], to: unknown): unknown {
  if (Array.isArray(value)) return value.flatMap((each: unknown, index) => (String(index) !== name ? [each] : rest.length > 0 ? [changed(each, rest, to)] : to === undefined ? [] : [to]));
  const { [name!]: old, ...others } = value as Json;
  return rest.length > 0 ? { ...others, [name!]: changed(old, rest, to) } : to === undefined ? others : { ...others, [name!]: to };
}

/** One request for every kind of question that the hub can put to an e-service. */
function requestsOf(service: Held): readonly unknown[] {
  const birth = { date: "1980-01-01", municipality: { name: "L'AQUILA", istatCode: "066049", province: "AQ" } };
  const criteria: readonly Criteria[] = [
    { by: "FISCAL_CODE", fiscalCode: "RSSMRA80A01D205U" }, { by: "REGISTRY_ID", registryId: "AA12345BB" },
    { by: "NAME", familyName: "D'ÀVILA", givenName: "", sex: "F", birth }, { by: "NAME", familyName: "", givenName: "SINGH", birth: { date: "1989-01-01", precision: "YEAR" } },
  ];
  const verifica = service === "C003" ? statementIn({ kind: "IDENTITY", familyName: "ROSSI", givenName: "MARIO", sex: "M", birth: { ...birth, precision: "MONTH" } }) : undefined;
  return criteria.map(each => registryRequest(service, each, { operationId: "20261123100000000000000001", reason: "CUNEO/2026-42", at: "2026-11-23" }, verifica));
}

/** What the sandbox's registry tells of all its people. */
function answersOf(service: Held): readonly unknown[] {
  const people = makePeople();
  const registry = new RegistryOfPeople({ people });
  return people.map(({ fiscalCode, familyName, givenName }, index) => JSON.parse(registry.answer(service, {
    idOperazioneClient: String(index), criteriRicerca: { codiceFiscale: fiscalCode }, verifica: { generalita: { cognome: familyName, nome: givenName } },
    datiRichiesta: { dataRiferimentoRichiesta: "2026-11-23", motivoRichiesta: "CN/1", casoUso: service },
  }).body.toString()) as unknown);
}

/** Published answers: file, where in it the status and the body are, and as what it must be read. */
const publications: readonly (readonly [file: string, read: (text: Json) => { status: number; body: unknown }, expected: RegExp])[] = [
  ["pdnd-issues/c001-en122-alivechecker-test.json", body => ({ status: 404, body }), /^nobody \[EN122\]$/],
  ["pdnd-issues/c019-ko-issue4529.json", body => ({ status: 404, body }), /^nobody \[EN122,EN148\]$/],
  ["pdnd-issues/c019-200-masked-issue4663-part.json", text => text["response"] as { status: number; body: unknown }, /^1 person: TU31249ZV XYZWAB81D01E463Y XYZ, alive$/],
  ["pdnd-issues/c021-400-interoperability-issue4330.json", text => text["response"] as { status: number; body: unknown }, /^NOT_AUTHORISED INTEROPERABILITY$/],
  ["pdnd-issues/c021-legameSoggetto-issue5312.json", entry => ({ status: 200, body: { listaSoggetti: { datiSoggetto: [entry] } } }), /^1 person: null null null, alive, HEAD in FAMILY_ABROAD$/],
  ["idpay-wiremock/0_c020ResidenceAssessment.json", stubbed, /^1 person: AF41450AS .+ SETTIMO, alive, RESIDENCE$/],
  ["idpay-wiremock/c020ResidenceAssessment_c021.json", stubbed, /^1 person: AF41450AS .+ SETTIMO, alive, RESIDENCE$/],
  ["idpay-wiremock/c020ResidenceAssessmentNotFound_c021.json", stubbed, /^nobody \[EN122\]$/],
  ["idpay-wiremock/c020ResidenceAssessmentInvalidRequest_c021.json", stubbed, /^BAD_REQUEST REQUEST_CONTENT$/],
  ["idpay-wiremock/c020ResidenceAssessmentTooManyRequests_c021.json", stubbed, /^try later RATE_LIMIT$/],
];

function stubbed({ response }: Json): { status: number; body: unknown } {
  const { status, jsonBody } = response as { status: string; jsonBody?: unknown };
  return { status: Number(status), body: jsonBody ?? null };
}

async function published(cases: string): Promise<ConformanceCount> {
  const disagreed: string[] = [];
  for (const [file, read, expected] of publications) {
    const understood = asRead(read(JSON.parse(await readFile(join(cases, file), "utf8")) as Json));
    if (!expected.test(understood)) disagreed.push(`${file}: read as «${understood}»`);
  }
  return { check: "PDND: published answers, read by the hub", cases: publications.length, agreed: publications.length - disagreed.length, disagreed };
}

/** What the hub makes of an answer, in a line. */
function asRead(answer: { status: number; body: unknown }): string {
  try {
    const failure = failureOfGateway(answer, {}, new Date());
    if (failure) throw failure;
    assertAnswer(answer);
    const { people, warnings } = readAnswer(answer);
    if (people.length === 0) return `nobody [${warnings.join()}]`;
    const { registryId, fiscalCode, familyName, death, residences, householdTie } = personFrom(readSubject(people[0]!));
    return `${people.length} person: ${[registryId, fiscalCode, familyName].join(" ").replace(/^ +$/, "null null null")}, ${death ? "dead" : "alive"}${residences.map(({ kind }) => `, ${kind}`).join("")}${householdTie ? `, ${householdTie.relation} in ${householdTie.kind}` : ""}`;
  } catch (error) {
    if (typeof error !== "object" || error === null || !("diagnosis" in error)) throw error;
    return `${"reason" in error ? String(error.reason) : "try later"} ${String(error.diagnosis)}`;
  }
}

/** The exchange for a voucher, between the hub and the sandbox, by PDND's own description of it. */
async function vouchers(path: string): Promise<ConformanceCount> {
  const official = await readYaml(path);
  const judge = (name: string) => judgeOf(official, { $ref: `#/components/schemas/${name}` });
  const dataDir = await mkdtemp(join(tmpdir(), "pdnd-conformance-"));
  const sandbox = await startSandbox({ port: 0, hubUrl: "http://localhost:4000", dataDir, simulators: [pdnd] });
  try {
    const http = createHttp();
    const heard: { what: string; message: unknown; judge: ValidateFunction }[] = [];
    http.interceptors.response.use(response => {
      heard.push({ what: "request", message: Object.fromEntries(new URLSearchParams(String(response.config.data))), judge: judge("AccessTokenRequest") });
      heard.push({ what: `answer ${response.status}`, message: JSON.parse(response.data as string), judge: judge(response.status === 200 ? "ClientCredentialsResponse" : "Problem") });
      return response;
    });
    const key = await readFile(join(dataDir, "pdnd", "client.key.pem"), "utf8");
    for (const clientId of [defaultSettings.clientId, "d2050000-c11e-4000-8000-000000009999"]) {
      const signer = await openSigner({ clientId, key }, systemClock);
      const tokens = openVouchers({ tokenUrl: `${sandbox.url}/pdnd/token.oauth2`, deadlineMs: 5_000, signer, http, clock: systemClock, log: silentLog });
      for (const bound of [{}, { digest: "ab".repeat(32) }]) {
        await tokens.issue({ purposeId: purposeOf("C020"), ...bound }).catch((error: unknown) => {
          if (!(error instanceof SourceRefused)) throw error;
        });
      }
    }
    return valid("PDND: vouchers by the token server's own contract", heard);
  } finally {
    await sandbox.close();
    await rm(dataDir, { recursive: true });
  }
}
