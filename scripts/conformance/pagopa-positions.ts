import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { Ajv, type ValidateFunction } from "ajv";
import Fastify from "fastify";
import { openPositionArchive, type ArchivedPosition } from "../../connectors/pagopa/aca.ts";
import { openDebtRegister, type RegisteredDebt, type RegisteredInstalment } from "../../connectors/pagopa/gpd.ts";
import { systemClock } from "../../kernel/clock.ts";
import { silentLog } from "../../kernel/log.ts";
import { Faults } from "../../sandbox/faults.ts";
import { createPagopa } from "../../sandbox/pagopa/index.ts";
import type { ConformanceCount } from "./pagopa-node.ts";

interface Json { [key: string]: unknown }
interface Schema extends Json { readonly required?: readonly string[]; readonly properties?: Readonly<Record<string, Schema>>; readonly items?: Schema; readonly $ref?: string }
interface OpenApi { readonly components: { readonly schemas: Readonly<Record<string, Schema>> } }

/** Where each kind of body goes, and what the official contract calls it. */
const kinds = {
  aca: { file: "paCreatePosition.json", schema: "NewDebtPositionRequest", path: "/aca/v1/paCreatePosition", key: "sandbox-aca-key" },
  gpd1: { file: "gpd.json", schema: "PaymentPositionModel", path: "/gpd/debt-positions-service/v1/organizations/00480530047/debtpositions", key: "sandbox-gpd-key" },
  gpd3: { file: "gpd_v3.json", schema: "PaymentPositionModelV3", path: "/gpd/debt-positions-service/v3/organizations/00480530047/debtpositions", key: "sandbox-gpd-key" },
} as const;
type Kind = keyof typeof kinds;

/** What the hub hands to pagoPA's archive and register is valid by the official contracts, and the sandbox refuses whatever lacks what they require. */
export async function pagopaPositionsConformance(specs: string): Promise<ConformanceCount[]> {
  const official = Object.fromEntries(await Promise.all(Object.entries(kinds).map(async ([kind, { file }]) =>
    [kind, JSON.parse(await readFile(join(specs, "pagopa-api_SANP3.12.0/openapi", file), "utf8")) as OpenApi] as const))) as Record<Kind, OpenApi>;
  const bodies = await sent();
  const judged = bodies.map(({ kind, body, what }) => ({ what: `${kind}: ${what}`, agrees: judgeOf(official[kind], kinds[kind].schema)(body) }));
  return [count("positions: what the hub hands over, by the official contracts", judged), count("positions: the sandbox requires what the official contracts require", await required(official, bodies))];
}

const count = (check: string, cases: readonly { readonly what: string; readonly agrees: boolean }[]): ConformanceCount => {
  const disagreed = cases.filter(({ agrees }) => !agrees).map(({ what }) => what);
  return { check, cases: cases.length, agreed: cases.length - disagreed.length, disagreed };
};

const judgeOf = ({ components }: OpenApi, schema: string): ValidateFunction =>
  new Ajv({ strict: false, validateFormats: false }).compile({ $ref: `#/components/schemas/${schema}`, components });

interface Sent {
  readonly kind: Kind;
  readonly what: string;
  readonly body: Json;
}

/** Every kind of body that the clients send, caught on the wire. */
async function sent(): Promise<Sent[]> {
  const caught: Json[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      const body = JSON.parse(Buffer.concat(await request.toArray() as Buffer[]).toString()) as Json;
      caught.push(body);
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ iupd: body["iupd"] }));
    })();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const settings = { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, subscriptionKey: "key" };
  const deps = { clock: systemClock, log: silentLog };
  const all: Sent[] = [];
  const take = async (kind: Kind, what: string, give: () => Promise<void>): Promise<void> => {
    await give();
    all.push({ kind, what, body: caught.pop()! });
  };
  const archive = openPositionArchive(settings, deps);
  for (const [what, position] of Object.entries(positions)) {
    await take("aca", what, () => archive.keep(position));
    await take("aca", `${what}, closed`, () => archive.close(position));
  }
  for (const [kind, version] of [["gpd1", 1], ["gpd3", 3]] as const) {
    const register = openDebtRegister({ ...settings, version }, "00480530047", deps);
    for (const [what, debt] of Object.entries(debts)) await take(kind, what, () => register.keep(debt));
  }
  server.close();
  return all;
}

const debtor = { type: "PERSON", code: "RSSMRA80A01H501U", fullName: "Persona di prova" } as const;
const notice = (last: number) => ({ noticeNumber: `3020010690737366${String(last).padStart(2, "0")}`, iuv: `020010690737366${String(last).padStart(2, "0")}` });
const position: ArchivedPosition = {
  creditorFiscalCode: "00480530047", ...notice(1), debtor, amountCents: 12_050, description: "TARI", dueDate: "2099-06-30", iban: "IT60X0542811101000000123456", expires: false, standIn: true,
};
const positions: Readonly<Record<string, ArchivedPosition>> = {
  "a position": position, "with a postal account": { ...position, postalIban: "IT45R0760103200000000001016", expires: true },
  "of a body, without an account": (({ iban: _, ...rest }) => ({ ...rest, standIn: false, debtor: { type: "ORGANISATION" as const, code: "01234567890", fullName: "Ditta di prova" } }))(position),
};

const share = { amountCents: 3_000, fiscalCode: "00480530047", companyName: "Comune di Cuneo", remittanceInformation: "Canone", category: "9/0101100IM/", iban: "IT60X0542811101000000123456" };
const stamp = { ...(({ iban: _, ...rest }) => rest)(share), amountCents: 1_600, stamp: { documentHash: "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", province: "CN" } };
const instalment = (last: number, transfers: RegisteredInstalment["transfers"]): RegisteredInstalment => ({ ...notice(last), description: "Canone", dueDate: "2099-06-30", transfers });
const debt: RegisteredDebt = { id: "0192a000-0000-7000-8000-000000000001", companyName: "Comune di Cuneo", debtor, expires: false, options: [{ description: "Soluzione unica", instalments: [instalment(2, [share])] }] };
const debts: Readonly<Record<string, RegisteredDebt>> = {
  "a debt": debt,
  "with stamps and a postal account": { ...debt, expires: true, options: [{ description: "Soluzione unica", instalments: [instalment(3, [{ ...share, postalIban: "IT45R0760103200000000001016" }, stamp, stamp])] }] },
  "with a plan": { ...debt, options: [...debt.options, { description: "2 rate", instalments: [instalment(4, [{ ...share, amountCents: 1_500 }]), instalment(5, [{ ...share, amountCents: 1_500 }])] }] },
};

/** Each body without one thing that the official contract requires, given to the sandbox: refused as not valid, while the whole body is taken. */
async function required(official: Readonly<Record<Kind, OpenApi>>, bodies: readonly Sent[]): Promise<{ what: string; agrees: boolean }[]> {
  const app = Fastify();
  const world = { people: [], faults: new Faults(), sandboxUrl: "http://sandbox.test", hubUrl: "http://hub.test", dataDir: "/nonexistent", clock: systemClock, log: silentLog };
  await app.register(async scope => createPagopa().register(scope, world));
  const give = async (kind: Kind, payload: object): Promise<number> =>
    (await app.inject({ method: "POST", url: kinds[kind].path, headers: { "ocp-apim-subscription-key": kinds[kind].key }, payload })).statusCode;
  const cases: { what: string; agrees: boolean }[] = [];
  for (const { kind, what, body } of bodies.filter(each => !each.what.endsWith("closed"))) {
    for (const [path, lacking] of without(official[kind], official[kind].components.schemas[kinds[kind].schema]!, body)) {
      const status = await give(kind, lacking);
      cases.push({ what: `${kind}: ${what} without ${path}: HTTP ${status}`, agrees: status === 400 });
    }
    const status = await give(kind, kind === "aca" ? body : { ...body, iupd: `${String(body["iupd"])}-${cases.length}` });
    // The same numbers in another debt are refused as such; what counts here is that the body is one.
    cases.push({ what: `${kind}: ${what}, whole: HTTP ${status}`, agrees: [200, 201, 409].includes(status) });
  }
  await app.close();
  return cases;
}

/** Every way of leaving out one required thing. */
function* without(openApi: OpenApi, given: Schema, value: unknown, path = ""): Generator<[path: string, lacking: object]> {
  const schema = given.$ref ? openApi.components.schemas[given.$ref.split("/").pop()!]! : given;
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) for (const [at, lacking] of without(openApi, schema.items ?? {}, item, `${path}[${index}]`)) yield [at, value.map((each: unknown, place) => (place === index ? lacking : each))];
    return;
  }
  if (typeof value !== "object" || value === null) return;
  const object = value as Json;
  for (const name of schema.required ?? []) if (name in object) yield [`${path}.${name}`, Object.fromEntries(Object.entries(object).filter(([key]) => key !== name))];
  for (const [name, inner] of Object.entries(object)) for (const [at, lacking] of without(openApi, schema.properties?.[name] ?? {}, inner, `${path}.${name}`)) yield [at, { ...object, [name]: lacking }];
}
