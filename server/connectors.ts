import { readFile } from "node:fs/promises";
import { openRegistry, type Registry, type RegistryOffice } from "../connectors/anpr/index.ts";
import { openPositionArchive } from "../connectors/pagopa/aca.ts";
import { openCheckout } from "../connectors/pagopa/checkout.ts";
import { openFlowReporting } from "../connectors/pagopa/fdr.ts";
import { openDebtRegister } from "../connectors/pagopa/gpd.ts";
import { openPdndRegistry } from "../connectors/pdnd/index.ts";
import { ensureCertificate } from "../connectors/spid/certificate.ts";
import type { Connectors, Positions } from "../connectors/index.ts";
import type { FinishedCall } from "../connectors/upstream.ts";
import { cieProfile, openServiceProvider, spidProfile, type Profile } from "../connectors/spid/index.ts";
import type { Clock } from "../kernel/clock.ts";
import type { Log } from "../kernel/log.ts";
import type { AdministrationInfo } from "../operations/hub.ts";
import type { Settings } from "./settings.ts";

interface Deps {
  readonly clock: Clock;
  readonly log: Log;
  /** Hears of every finished call. */
  readonly onCall: (call: FinishedCall) => void;
}

/** Opens every connector of an administration from the settings. Throws when a key, certificate or contract cannot be read. */
export async function openConnectors(settings: Settings, administration: AdministrationInfo, deps: Deps): Promise<Connectors> {
  const soap = settings.ANPR_DOOR === "SOAP" ? await soapRegistry(settings, administration, deps) : null;
  const registry = soap ?? (await pdndRegistry(settings, deps));
  const checkout = openCheckout({ url: settings.PAGOPA_CHECKOUT_URL, subscriptionKey: settings.PAGOPA_CHECKOUT_KEY }, deps);
  const reporting = openFlowReporting({ url: settings.PAGOPA_FDR_URL, subscriptionKey: settings.PAGOPA_FDR_KEY }, administration.fiscalCode, deps);
  const provider = await serviceProviders(settings, administration, deps);
  return {
    registry,
    office: soap,
    spid: provider("spid", spidProfile, settings.SPID_IDP_METADATA),
    cie: provider("cie", cieProfile, settings.CIE_IDP_METADATA),
    checkout,
    reporting,
    positions: positionsOf(settings, deps),
    health: () => [registry.health(), checkout.health()],
  };
}

/** pagoPA's register of positions, under the model that was chosen. */
function positionsOf(settings: Settings, deps: Deps): Positions | null {
  const { PAGOPA_POSITIONS: model, PAGOPA_ACA_URL: acaUrl, PAGOPA_ACA_KEY: acaKey, PAGOPA_GPD_URL: gpdUrl, PAGOPA_GPD_KEY: gpdKey } = settings;
  switch (model) {
    case "NONE": return null;
    case "ACA":
      if (!acaUrl || !acaKey) throw new Error("PAGOPA_POSITIONS=ACA needs PAGOPA_ACA_URL and PAGOPA_ACA_KEY");
      return { model, archive: openPositionArchive({ url: acaUrl, subscriptionKey: acaKey }, deps) };
    case "GPD":
      if (!gpdUrl || !gpdKey) throw new Error("PAGOPA_POSITIONS=GPD needs PAGOPA_GPD_URL and PAGOPA_GPD_KEY");
      return { model, register: openDebtRegister({ url: gpdUrl, subscriptionKey: gpdKey, version: settings.PAGOPA_GPD_VERSION }, deps) };
  }
}

/** The registry over the services for municipalities: everything that it holds. */
const soapRegistry = async (settings: Settings, { istatCode }: AdministrationInfo, deps: Deps): Promise<Registry & RegistryOffice> => openRegistry({
  url: settings.ANPR_SOAP_URL, environment: settings.ANPR_ENVIRONMENT, municipality: istatCode, workstation: settings.ANPR_WORKSTATION,
  application: "1", operator: settings.ANPR_OPERATOR, clientAddress: settings.ANPR_CLIENT_ADDRESS, deadlineMs: settings.ANPR_DEADLINE_MS,
  key: await readFile(settings.ANPR_KEY, "utf8"), certificate: await readFile(settings.ANPR_CERTIFICATE, "utf8"),
  ...(settings.ANPR_AUTHORITY ? { authority: await readFile(settings.ANPR_AUTHORITY, "utf8") } : {}),
}, deps);

/** The registry over PDND: the e-services for which the administration has a purpose. */
async function pdndRegistry(settings: Settings, deps: Deps): Promise<Registry> {
  const { PDND_TOKEN_URL: tokenUrl, PDND_ANPR_URL: registryUrl, PDND_CLIENT_ID: clientId, PDND_KEY: key, PDND_KEY_ID: keyId, PDND_AUTHORITY: authority, PDND_PURPOSES: purposes } = settings;
  if (!tokenUrl || !registryUrl || !clientId || !key || !purposes) throw new Error("ANPR_DOOR=PDND needs PDND_TOKEN_URL, PDND_ANPR_URL, PDND_CLIENT_ID, PDND_KEY and PDND_PURPOSES");
  return openPdndRegistry({
    tokenUrl, registryUrl, clientId, purposes, key: await readFile(key, "utf8"), user: { id: settings.ANPR_OPERATOR, location: settings.ANPR_CLIENT_ADDRESS },
    ...(keyId ? { keyId } : {}), ...(authority ? { authority: await readFile(authority, "utf8") } : {}),
  }, deps);
}

async function serviceProviders({ PUBLIC_URL: url, SPID_KEYS: keys, SPID_CLOCK_SKEW_MS: clockSkewMs }: Settings, administration: AdministrationInfo, deps: { clock: Clock; log: Log }) {
  const { name, ipaCode, cadastralCode: municipality, province } = administration;
  const subject = { organization: name, displayName: name, locality: name.replace(/^Comune di /, ""), entityId: url, ipaCode };
  const credentials = await ensureCertificate(keys, subject, deps.clock.now());
  return (scheme: string, profile: Profile, idpMetadata: string) => openServiceProvider({
    profile, entityId: url, assertionConsumerUrl: `${url}/${scheme}/acs`, logoutUrl: `${url}/${scheme}/logout`,
    organization: { name, displayName: name, url }, contact: { ...administration.contact, ipaCode, municipality, province },
    serviceName: "Sportello unico del cittadino", credentials, idpMetadata, clockSkewMs,
  }, deps);
}
