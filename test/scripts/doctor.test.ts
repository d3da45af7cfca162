import { generateKeyPairSync } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer as createTlsServer } from "node:tls";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { systemClock } from "../../kernel/clock.ts";
import { silentLog } from "../../kernel/log.ts";
import type { AdministrationInfo } from "../../operations/hub.ts";
import type { Sandbox } from "../../sandbox/server.ts";
import { addressCheck } from "../../scripts/doctor/address.ts";
import { look, missing, validity, type Check, type Finding } from "../../scripts/doctor/finding.ts";
import { ownChecks } from "../../scripts/doctor/own.ts";
import { paperChecks } from "../../scripts/doctor/paper.ts";
import { runningCheck } from "../../scripts/doctor/running.ts";
import { positionChecks } from "../../scripts/doctor/positions.ts";
import { sourceChecks } from "../../scripts/doctor/sources.ts";
import { openConnectors } from "../../server/connectors.ts";
import { settingsOf, type Settings } from "../../server/settings.ts";
import { authority } from "../helpers/certificates.ts";
import { freePort } from "../helpers/hub.ts";
import { copyKeys, prepareKeys } from "../helpers/keys.ts";
import { createDatabase, demonstrationTemplate, type TestDatabase } from "../helpers/postgres.ts";
import { startTestSandbox } from "../helpers/sandbox.ts";

let folder: string;
let sandbox: Sandbox;
let smtpPort: number;
let database: TestDatabase;
const administration: Pick<AdministrationInfo, "name" | "fiscalCode" | "ipaCode" | "istatCode" | "cadastralCode" | "province" | "contact"> =
  { name: "Comune di Cuneo", fiscalCode: "00480530047", ipaCode: "c_d205", istatCode: "004078", cadastralCode: "D205", province: "CN", contact: { email: "urp@example.it", phone: "+390171000000" } };

beforeAll(async () => {
  await prepareKeys();
  folder = await mkdtemp(join(tmpdir(), "sportello-doctor-"));
  await copyKeys(folder);
  smtpPort = await freePort();
  sandbox = await startTestSandbox(0, smtpPort, "http://localhost:4000", join(folder, "sandbox"), systemClock);
  database = await createDatabase(await demonstrationTemplate());
});
afterAll(async () => {
  await sandbox.close();
  await database.drop();
  await rm(folder, { recursive: true });
});

const settingsWith = (more: Record<string, string> = {}): Settings =>
  settingsOf({ SANDBOX_PORT: new URL(sandbox.url).port, SANDBOX_SMTP_PORT: String(smtpPort), DATA_DIR: join(folder, "data"), SANDBOX_DATA: join(folder, "sandbox"), ...more });

const told = async (checks: readonly Check[]): Promise<Readonly<Record<string, Finding>>> =>
  Object.fromEntries(await Promise.all(checks.map(async check => [check.name, await look(check)] as const)));

async function sources(more: Record<string, string> = {}, now = systemClock.now()): Promise<Readonly<Record<string, Finding>>> {
  const settings = settingsWith(more);
  const connectors = await openConnectors(settings, administration as AdministrationInfo, { clock: systemClock, log: silentLog, onCall: () => undefined });
  return told(sourceChecks(settings, connectors, now));
}

const lacking = (found: Readonly<Record<string, Finding>>): string[] => Object.entries(found).filter(([, { good }]) => !good).map(([name]) => name);

describe("the doctor finds of outside systems", () => {
  test("nothing missing in the sandbox", async () => {
    const found = await sources();
    expect(lacking(found)).toEqual([]);
    expect(Object.keys(found).length).toBe(13);
  });

  test.each([
    ["a key that Checkout does not take", { PAGOPA_CHECKOUT_KEY: "another-key" }, "pagoPA: Checkout", "HTTP_401", "PAGOPA_CHECKOUT_KEY"],
    ["a key that FdR does not take", { PAGOPA_FDR_KEY: "another-key" }, "pagoPA: FdR", "HTTP_401", "PAGOPA_FDR_KEY"],
    ["a key that biz-events does not take", { PAGOPA_BIZ_EVENTS_KEY: "another-key" }, "pagoPA: biz-events", "HTTP_401", "PAGOPA_BIZ_EVENTS_KEY"],
    ["a key that the archive of positions does not take", { PAGOPA_ACA_KEY: "another-key" }, "pagoPA: positions (ACA)", "HTTP_401", "PAGOPA_ACA_KEY"],
    ["a key that the register of positions does not take", { PAGOPA_POSITIONS: "GPD", PAGOPA_GPD_KEY: "another-key" }, "pagoPA: positions (GPD)", "HTTP_401", "PAGOPA_GPD_KEY"],
    ["a register of positions that is elsewhere", { PAGOPA_POSITIONS: "GPD", PAGOPA_GPD_URL: "http://localhost:1/v1" }, "pagoPA: positions (GPD)", "ECONNREFUSED", "PAGOPA_GPD_URL"],
    ["a service that is elsewhere", { PAGOPA_CHECKOUT_URL: "http://localhost:1/checkout/ec/v2" }, "pagoPA: Checkout", "ECONNREFUSED", "PAGOPA_CHECKOUT_URL"],
    ["a registry that nobody answers for", { ANPR_SOAP_URL: "http://localhost:1" }, "ANPR: the registry, over SOAP", "ECONNREFUSED", "ANPR_SOAP_URL"],
    ["an operator whom the registry does not know", { ANPR_OPERATOR: "NOBODY" }, "ANPR: the registry, over SOAP", "OPERATOR_OR_ADDRESS", "ANPR_OPERATOR"],
    ["no metadata of identity providers", { SPID_IDP_METADATA: "nowhere" }, "SPID: identity providers", "no identity provider", "SPID_IDP_METADATA"],
    ["a key that App IO does not take", { IO_KEY: "another-key" }, "App IO", "HTTP_401", "IO_KEY"],
    ["a mail server that is elsewhere", { SMTP_URL: "smtp://localhost:1" }, "e-mail", "gives no answer", "SMTP_URL"],
    ["nobody trusted to hand on the node's certificate", { PAGOPA_CLIENT: "PROXY" }, "pagoPA: the station", "no proxy", "PAGOPA_CLIENT_PROXIES"],
  ])("%s, and names the step", async (_name, more, at, says, remedy) => {
    const found = await sources(more);
    expect(lacking(found)).toEqual([at]);
    expect(found[at]!.says).toContain(says);
    expect(found[at]!.remedy).toContain(remedy);
    expect(JSON.stringify(found)).not.toContain("another-key");
  });

  test("nothing missing where the registry is asked over PDND, or over both doors", async () => {
    const overPdnd = await sources({ ANPR_DOOR: "PDND" });
    expect(lacking(overPdnd)).toEqual([]);
    expect(Object.keys(overPdnd).filter(name => name.startsWith("ANPR"))).toEqual(["ANPR: the registry, over PDND"]);
    const overBoth = await sources({ ANPR_DOORS: "RESIDENCE=PDND" });
    expect(lacking(overBoth)).toEqual([]);
    expect(Object.keys(overBoth).filter(name => name.startsWith("ANPR"))).toEqual(["ANPR: the workstation's certificate", "ANPR: the registry, over SOAP", "ANPR: the registry, over PDND"]);
  });

  test.each([
    ["a registry that nobody answers for", { PDND_ANPR_URL: "http://localhost:1/govway/rest/in/MinInternoPortaANPR-PDND" }, "ECONNREFUSED", "PDND_ANPR_URL"],
    ["a client that PDND does not know", { PDND_CLIENT_ID: "d2050000-c11e-4000-8000-00000000ffff" }, "CLIENT_KEY_OR_PURPOSE", "PDND_CLIENT_ID"],
    ["a key that is not the client's", { PDND_KEY: "another" }, "CLIENT_KEY_OR_PURPOSE", "PDND_KEY"],
    ["a purpose of another e-service", { PDND_PURPOSES: "C030=d205c020-0000-4000-8000-000000004078" }, "INTEROPERABILITY", "PDND_PURPOSES"],
  ])("over PDND %s, and names the step", async (_name, more, says, remedy) => {
    if ("PDND_KEY" in more) await writeFile(more.PDND_KEY = join(folder, "another.pem"), generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ type: "pkcs8", format: "pem" }));
    const found = await sources({ ANPR_DOOR: "PDND", ...more });
    expect(lacking(found)).toEqual(["ANPR: the registry, over PDND"]);
    const { says: said, remedy: step } = found["ANPR: the registry, over PDND"]!;
    expect(said).toContain(says);
    expect(step).toContain(remedy);
  });

  test("certificates that are about to end, and those that have ended", async () => {
    const late = await sources({}, new Date("2045-01-01T00:00:00Z"));
    expect(lacking(late)).toEqual(["SPID and CIE: our certificate", "SPID: identity providers", "CIE: identity provider", "ANPR: the workstation's certificate"]);
    const ends = new Date("2026-12-20T12:00:00Z");
    expect([validity(ends, new Date("2026-11-01T00:00:00Z"), "renew").good, validity(ends, new Date("2026-12-01T00:00:00Z"), "renew"), validity(ends, new Date("2026-12-21T00:00:00Z"), "renew").says])
      .toEqual([true, missing("expires on 2026-12-20, in 19 days", "renew"), "expired on 2026-12-20"]);
  });
});

test("the doctor has a line for each step of going live with pagoPA, and the page a step for each line", async () => {
  const page = await readFile("docs/connectors/pagopa.md", "utf8");
  const steps = page.split("## Going live\n")[1]!.split("\n## ")[0]!.split("\n").filter(line => line.startsWith("| ")).slice(1).map(row => row.split(" | ")[1]!);
  const [ownModel, other] = await Promise.all([sources(), sources({ PAGOPA_POSITIONS: "GPD" })]);
  const settings = settingsWith();
  const lines = [...Object.keys(ownModel), ...Object.keys(other), ...[...positionChecks(settings, database.url), ...paperChecks(settings, database.url)].map(({ name }) => name)].filter(name => name.startsWith("pagoPA"));
  expect(steps.every(step => /`pagoPA/.test(step))).toBe(true);
  expect(steps.flatMap(step => [...step.matchAll(/`([^`]+)`/g)].map(([, name]) => name!)).sort()).toEqual([...new Set(lines)].sort());
});

describe("the doctor finds of the station's address", () => {
  const at = (url: string): Promise<Finding> => look(addressCheck({ PUBLIC_URL: url, HUB_ENV: "production" }, systemClock.now()));

  test("that it is not https, and that nobody answers there", async () => {
    expect(await at("http://servizi.comune.example")).toMatchObject({ good: false, remedy: expect.stringContaining("PUBLIC_URL") as unknown });
    expect(await at("https://localhost:1")).toMatchObject({ good: false, says: expect.stringContaining("ECONNREFUSED") as unknown });
  });

  test("that no public authority certified whoever answers", async () => {
    const { key, certificate } = await (await authority("Una CA qualunque")).issue("localhost");
    const server = createTlsServer({ key: key.export({ format: "pem", type: "pkcs8" }), cert: certificate.toString() });
    await new Promise<void>(listening => server.listen(0, "localhost", listening));
    try {
      expect(await at(`https://localhost:${(server.address() as AddressInfo).port}`)).toMatchObject({ good: false, says: expect.stringMatching(/can be trusted \([A-Z_]+\)$/) as unknown });
    } finally {
      server.close();
    }
  });
});

describe("the doctor finds of the hub's own things", () => {
  test("nothing missing where everything is prepared", async () => {
    const found = await told(ownChecks(settingsWith(), database.url));
    expect(lacking(found)).toEqual([]);
    expect(found["database: server"]!.says).toMatch(/^PostgreSQL \d+/);
  });

  test.each([
    ["a database that is not there", () => database.url.replace(/\/[^/]*$/, "/nowhere"), {}, ["database: server", "database: tables"]],
    ["another administration's database", () => database.url, { ADMINISTRATION: "c_x000" }, ["database: tables"]],
    ["no documents where nothing else may be sent", () => database.url, { TRUSTED_DOCUMENTS: "nowhere", TRUSTED_ONLY: "visitors" }, ["registered documents"]],
    ["a collector that does not answer", () => database.url, { OTEL_EXPORTER_OTLP_ENDPOINT: "http://localhost:1" }, ["OpenTelemetry collector"]],
  ])("%s", async (_name, url, more, missingThings) => {
    const found = await told(ownChecks(settingsWith(more), url()));
    expect(lacking(found)).toEqual(missingThings);
    expect(JSON.stringify(found)).not.toContain(new URL(database.url).password);
  });

  test("tables that the next start has to make", async () => {
    const empty = await createDatabase();
    const found = await told(ownChecks(settingsWith(), empty.url));
    expect(found["database: tables"]).toMatchObject({ good: false, remedy: expect.stringContaining("start the hub") as unknown });
    await empty.drop();
  });
});

describe("the doctor finds of the running hub", () => {
  const found = async (answer: string, status = 200): Promise<Finding> => {
    const hub = createServer((_request, response) => void response.writeHead(status, { "content-type": "application/json" }).end(answer));
    await new Promise<void>(listening => hub.listen(0, "127.0.0.1", listening));
    try {
      return await look(runningCheck({ PUBLIC_URL: `http://127.0.0.1:${(hub.address() as AddressInfo).port}` }));
    } finally {
      hub.close();
    }
  };
  const health = (...breakers: string[]): string => JSON.stringify(breakers.map((breaker, place) => ({ source: `PAGOPA_${"ABC"[place]}`, status: "UP", breaker, since: "2026-07-01T08:00:00.000Z", calls: 1, failures: 0 })));

  test("nothing missing while every breaker is closed, and while it does not run", async () => {
    expect(await found(health("CLOSED", "CLOSED"))).toEqual({ good: true, says: expect.stringContaining("asks 2 of them") as unknown });
    expect(await look(runningCheck({ PUBLIC_URL: "http://127.0.0.1:1" }))).toMatchObject({ good: true });
    expect(await found("{}", 404)).toMatchObject({ good: true });
  });

  test("which systems it spares", async () => {
    expect(await found(health("CLOSED", "OPEN", "TRYING"))).toMatchObject({ good: false, says: "spares PAGOPA_B (breaker OPEN, since 2026-07-01T08:00:00.000Z), PAGOPA_C (breaker TRYING, since 2026-07-01T08:00:00.000Z)" });
    expect(await found(`[{"source":"<b>"}]`)).toMatchObject({ good: false, remedy: expect.stringContaining("PUBLIC_URL") as unknown });
  });
});

describe("the doctor finds of what is asked for", () => {
  const found = async (change: string): Promise<Readonly<Record<string, Finding>>> => {
    const other = await createDatabase(await demonstrationTemplate());
    const client = new pg.Client(other.url);
    await client.connect();
    await client.query(change);
    await client.end();
    try {
      return await told(positionChecks(settingsWith(), other.url));
    } finally {
      await other.drop();
    }
  };
  const setting = (path: string, value: unknown): string => `update "administration" set "settings" = jsonb_set("settings", '{pagopa,${path}}', '${JSON.stringify(value)}')`;

  test("nothing missing in the demonstration", async () => expect(lacking(await found("select 1"))).toEqual([]));

  test.each([
    ["a segregation code that pagoPA does not give", setting("segregationCode", "99"), "segregationCode"], ["an account that is none", setting("iban", "IT60"), "iban"],
    ["a taxonomy code that is none", setting("taxonomy,ztl", "IMU"), "taxonomy.ztl"], ["stamps without a price", `update "administration" set "settings" = "settings" #- '{pagopa,stampCents}'`, "stampCents"],
    ["a due that nobody named", setting("dues", { "permesso-ztl": { fee: "fee.nothing", taxonomy: "nothing" } }), "fee.nothing"], ["a surcharge that is no rule", setting("surcharges", { ztl: [{ steps: [] }] }), "surcharges.ztl"],
  ])("%s", async (_, change, says) => {
    const checks = await found(change);
    expect(lacking(checks)).toEqual(["pagoPA: what is asked for"]);
    expect(checks["pagoPA: what is asked for"]!.says).toContain(says);
  });
});
