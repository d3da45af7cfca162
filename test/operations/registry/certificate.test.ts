import { afterAll, afterEach, beforeAll, expect, test } from "@jest/globals";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { CertificateRequest } from "../../../connectors/anpr/index.ts";
import { openRegistry } from "../../../connectors/anpr/index.ts";
import { systemClock } from "../../../kernel/clock.ts";
import { newId } from "../../../kernel/ids.ts";
import { silentLog } from "../../../kernel/log.ts";
import type { Hub } from "../../../operations/hub.ts";
import type { Purpose } from "../../../operations/registry/purpose.ts";
import { RegistryAnswers } from "../../../operations/registry/answers.ts";
import { RegistryReads } from "../../../operations/registry/reads.ts";
import { startHub, type TestHub } from "../../helpers/hub.ts";
import { openChainWorld, type ChainWorld } from "./chain-world.ts";

let world: ChainWorld;
let town: TestHub;
let hub: Hub;

beforeAll(async () => {
  [world, town] = await Promise.all([openChainWorld(), startHub({ sandbox: true })]);
  const read = (name: string) => readFile(join(town.sandbox.world.dataDir, "anpr", name), "utf8");
  const office = await openRegistry({
    url: town.sandbox.url, environment: "TEST", municipality: "004078", workstation: "004078-CO-0000", application: "1", operator: "USERSFREETEST078", clientAddress: "127.0.0.1",
    key: await read("municipality.key.pem"), certificate: await read("municipality.crt.pem"), officeDeadlineMs: 800,
  }, { clock: systemClock, log: silentLog });
  hub = {
    caller: { kind: "staff", key: "staff:1", assignments: [] }, administration: { id: world.administration, name: "Comune di Cuneo", settings: { registry: { cacheSeconds: 0 } } },
    connectors: { office }, pseudonym: (text: string) => `p:${text}`, clock: systemClock, signal: new AbortController().signal,
  } as unknown as Hub;
});
afterEach(() => town.sandbox.world.faults.lift());
afterAll(() => Promise.all([world.close(), town.close()]));

const request: CertificateRequest = {
  kinds: ["RESIDENCE"], holder: { fiscalCode: "RSSDAA84C52D205X", familyName: "Rossi", givenName: "Ada" }, applicant: "HOLDER", registrar: { familyName: "DUTTO", givenName: "FRANCA" },
  channel: "COUNTER", abroad: false, duty: { cents: 1_600, paid: "VIRTUALLY" }, feeCents: 52,
};
const aCase = (): Purpose => ({ kind: "APPLICATION", reference: newId().slice(0, 18), text: "Rilascio di un certificato" });
/** Asks as a process of its own would: what it knows is what the database says. */
const issue = (purpose: Purpose, change: Partial<CertificateRequest> = {}) => new RegistryReads(new RegistryAnswers(world.chain())).certificate(hub, { ...request, ...change }, purpose, { issue: true });
const numberOf = async (asked: ReturnType<typeof issue>) => Number((await asked).value!.number);

test.each([["lost", "reset"], ["never given", "silent"], ["cut in half", "malformed"]] as const)("a certificate whose answer was %s is issued once, whoever repeats it and wherever", async (_, kind) => {
  const purpose = aCase();
  const before = await numberOf(issue(aCase()));
  town.sandbox.world.faults.impose("anpr", { kind, times: 1 }, "6001");
  await expect(issue(purpose)).rejects.toMatchObject({ code: expect.stringMatching(/^SOURCE_/) });
  expect([await numberOf(issue(purpose)), await numberOf(issue(purpose))]).toEqual([before + 1, before + 1]);
  expect(await numberOf(issue(aCase()))).toBe(before + 2);
  const tries = await world.sql(`select r."operation_id", o."outcome" from "access_record" r join "access_outcome" o on o."access_id" = r."id" where r."purpose_reference" = $1 order by r."sequence"`, [purpose.reference]);
  expect(new Set(tries.map(row => row["operation_id"])).size).toBe(1);
  expect(tries.map(({ outcome }) => outcome)).toEqual([kind === "malformed" ? "UNREADABLE" : "UNAVAILABLE", "FOUND", "FOUND"]);
});

test("ten who ask for it at once in one case get the same one", async () => {
  const purpose = aCase();
  const before = await numberOf(issue(aCase()));
  const numbers = await Promise.all(Array.from({ length: 10 }, () => numberOf(issue(purpose))));
  expect(new Set(numbers)).toEqual(new Set([before + 1]));
  expect(await numberOf(issue(aCase()))).toBe(before + 2);
});

test("after a no the next try is a new one: the registry would repeat its no for ever", async () => {
  const purpose = aCase();
  await expect(issue(purpose, { duty: { cents: 0, paid: "BY_STAMP" } })).rejects.toMatchObject({ diagnosis: "EN208" });
  expect(await numberOf(issue(purpose))).toBeGreaterThan(0);
});

test("a preview issues nothing, and an administration whose door has no certificates is told so", async () => {
  const before = await numberOf(issue(aCase()));
  const reads = new RegistryReads(new RegistryAnswers(world.chain()));
  expect((await reads.certificate(hub, request, aCase(), { issue: false })).value).toMatchObject({ number: null });
  expect(await numberOf(issue(aCase()))).toBe(before + 1);
  await expect(reads.certificate({ ...hub, connectors: { ...hub.connectors, office: null } }, request, aCase(), { issue: true })).rejects.toMatchObject({ reason: "UNSUPPORTED" });
});
