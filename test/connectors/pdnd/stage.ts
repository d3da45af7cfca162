import { createPublicKey, generateKeyPairSync } from "node:crypto";
import { openPdndRegistry, type PdndSettingsInput } from "../../../connectors/pdnd/index.ts";
import { systemClock } from "../../../kernel/clock.ts";
import { silentLog } from "../../../kernel/log.ts";
import { purposeOf, serviceCodes, type ServiceCode } from "../../../sandbox/pdnd/settings.ts";
import { json, startProviderStub, type ProviderStub, type Seen } from "./provider-stub.ts";

export const clientId = "d2050000-c11e-4000-8000-000000004078";
const pair = generateKeyPairSync("rsa", { modulusLength: 2048, privateKeyEncoding: { type: "pkcs8", format: "pem" }, publicKeyEncoding: { type: "spki", format: "pem" } });
export const publicKey = createPublicKey(pair.publicKey);

export const purposesFor = (...codes: ServiceCode[]) => Object.fromEntries(codes.map(code => [code, purposeOf(code)]));

/** A stub in the place of PDND and its e-services, hubs' registries that ask it, and the e-services that were asked. */
export async function openStub() {
  const stub = await startProviderStub();
  const settings: PdndSettingsInput = {
    tokenUrl: `${stub.url}/token.oauth2`, registryUrl: `${stub.url}/rest/MinInternoPortaANPR-PDND`, clientId, key: pair.privateKey,
    purposes: purposesFor(...serviceCodes), user: { id: "sportello-hub", location: "sala server" }, deadlineMs: 60_000, voucherDeadlineMs: 50_000,
  };
  return {
    stub,
    open: (changes: Partial<PdndSettingsInput> = {}) => openPdndRegistry({ ...settings, ...changes }, { clock: systemClock, log: silentLog }),
    asked: () => stub.requests.map(serviceOf),
  };
}

export const fiscalCode = "RSSMRA80A01D205U";
export const call = { operationId: "20261123100000000000000001", reason: "CUNEO/2026-42", at: "2026-11-23" };
export const failure = async (promise: Promise<unknown>): Promise<unknown> => promise.then(() => undefined, (error: unknown) => error);

/** The e-service that was asked, by its code. */
export const serviceOf = ({ path }: Seen): string => /\/(C\d{3})-/.exec(path)?.[1] ?? path;
export const bodyOf = ({ body }: Seen) => JSON.parse(body.toString("utf8")) as { idOperazioneClient: string; criteriRicerca: object; verifica?: object; datiRichiesta: object };
export const ok = (entries: unknown, more: object = {}) => ({ idOperazioneANPR: "58370927", listaSoggetti: { datiSoggetto: entries }, ...more });

export const identity = { codiceFiscale: { codFiscale: fiscalCode, validitaCF: "1" }, cognome: "ROSSI", nome: "MARIO", sesso: "M", dataNascita: "1980-01-01" };
export const somebody = { generalita: identity, identificativi: { idANPR: "AA12345BB" } };
export const remarks = [{ id: "1003", chiave: "Verifica esistenza in vita", valore: "S" }];
export const known = { C030: [{ identificativi: { idANPR: "AA12345BB" } }] };

/** Has each e-service answer with these entries, and those that are not here with nobody. */
export function answering(stub: ProviderStub, entries: Readonly<Record<string, unknown>>): void {
  stub.answer = (response, request) => {
    const found = entries[serviceOf(request)];
    return found === undefined ? json(response, 404, { idOperazioneANPR: "1", listaErrori: [{ codiceErroreAnomalia: "EN122", tipoErroreAnomalia: "E" }] }) : json(response, 200, ok(found));
  };
}
