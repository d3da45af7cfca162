import { readFile } from "node:fs/promises";
import { openRegistry, type Registry, type RegistryOffice } from "../connectors/anpr/index.ts";
import type { Connectors } from "../connectors/index.ts";
import { openPdndRegistry } from "../connectors/pdnd/index.ts";
import { type Door, throughDoors } from "../connectors/registry/doors.ts";
import type { FinishedCall } from "../connectors/upstream.ts";
import type { Clock } from "../kernel/clock.ts";
import type { Log } from "../kernel/log.ts";
import type { AdministrationInfo } from "../operations/hub.ts";
import type { Settings } from "./settings.ts";

interface Deps {
  readonly clock: Clock;
  readonly log: Log;
  readonly onCall: (call: FinishedCall) => void;
}

/** Opens the doors to the registry that the settings choose for anything, and no other. Throws when a key or certificate cannot be read, or a setting of a chosen door is missing. */
export async function openRegistryDoors(settings: Settings, administration: AdministrationInfo, deps: Deps): Promise<Pick<Connectors, "registry" | "registryDoors" | "office">> {
  const { ANPR_DOOR: usual, ANPR_DOORS: chosen } = settings;
  const doorFor = (use: string): Door => chosen[use] ?? usual;
  const needed = new Set<Door>([usual, ...Object.values(chosen)]);
  const soap = needed.has("SOAP") ? await soapRegistry(settings, administration, deps) : null;
  const pdnd = needed.has("PDND") ? await pdndRegistry(settings, deps) : null;
  const registryDoors = { ...(soap ? { SOAP: soap } : {}), ...(pdnd ? { PDND: pdnd } : {}) };
  return { registryDoors, registry: throughDoors(registryDoors, doorFor), office: doorFor("OFFICE") === "SOAP" ? soap : null };
}

/** The registry over the services for municipalities: everything that it holds. */
const soapRegistry = async (settings: Settings, { istatCode }: AdministrationInfo, deps: Deps): Promise<Registry & RegistryOffice> => openRegistry({
  url: settings.ANPR_SOAP_URL, environment: settings.ANPR_ENVIRONMENT, municipality: istatCode, workstation: settings.ANPR_WORKSTATION,
  application: "1", operator: settings.ANPR_OPERATOR, clientAddress: settings.ANPR_CLIENT_ADDRESS, deadlineMs: settings.ANPR_DEADLINE_MS,
  key: await fileOf(settings, "ANPR_KEY"), certificate: await fileOf(settings, "ANPR_CERTIFICATE"),
  ...(settings.ANPR_AUTHORITY ? { authority: await fileOf(settings, "ANPR_AUTHORITY") } : {}),
}, deps);

/** The registry over PDND: the e-services for which the administration has a purpose. */
async function pdndRegistry(settings: Settings, deps: Deps): Promise<Registry> {
  const { PDND_TOKEN_URL: tokenUrl, PDND_ANPR_URL: registryUrl, PDND_CLIENT_ID: clientId, PDND_KEY: key, PDND_KEY_ID: keyId, PDND_AUTHORITY: authority, PDND_PURPOSES: purposes } = settings;
  if (!tokenUrl || !registryUrl || !clientId || !key || !purposes) throw new Error("the door PDND needs PDND_TOKEN_URL, PDND_ANPR_URL, PDND_CLIENT_ID, PDND_KEY and PDND_PURPOSES");
  return openPdndRegistry({
    tokenUrl, registryUrl, clientId, purposes, key: await fileOf(settings, "PDND_KEY"), user: { id: settings.ANPR_OPERATOR, location: settings.ANPR_CLIENT_ADDRESS },
    ...(keyId ? { keyId } : {}), ...(authority ? { authority: await fileOf(settings, "PDND_AUTHORITY") } : {}),
  }, deps);
}

/** The text of the file that a setting names. Throws an error that names the setting. */
function fileOf(settings: Settings, setting: "ANPR_KEY" | "ANPR_CERTIFICATE" | "ANPR_AUTHORITY" | "PDND_KEY" | "PDND_AUTHORITY"): Promise<string> {
  const file = settings[setting]!;
  return readFile(file, "utf8").catch((failure: NodeJS.ErrnoException) => { throw new Error(`${setting}: ${file} cannot be read (${failure.code ?? failure.name})`); });
}
