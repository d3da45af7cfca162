import { openCitizenApp, type CitizenApp } from "../connectors/io/index.ts";
import { openPost, type Post } from "../connectors/mail.ts";
import { openPositionArchive } from "../connectors/pagopa/aca.ts";
import { openPaymentMemory } from "../connectors/pagopa/biz-events.ts";
import { openCheckout } from "../connectors/pagopa/checkout.ts";
import { openFlowReporting } from "../connectors/pagopa/fdr.ts";
import { openDebtRegister } from "../connectors/pagopa/gpd.ts";
import { ensureCertificate } from "../connectors/spid/certificate.ts";
import type { Connectors, Positions } from "../connectors/index.ts";
import type { FinishedCall } from "../connectors/upstream.ts";
import { cieProfile, openServiceProvider, spidProfile, type Profile } from "../connectors/spid/index.ts";
import type { Clock } from "../kernel/clock.ts";
import type { Log } from "../kernel/log.ts";
import type { AdministrationInfo } from "../operations/hub.ts";
import { openRegistryDoors } from "./registry-doors.ts";
import type { Settings } from "./settings.ts";

interface Deps {
  readonly clock: Clock;
  readonly log: Log;
  /** Hears of every finished call. */
  readonly onCall: (call: FinishedCall) => void;
}

/** Opens every connector of an administration from the settings. Throws when a key, certificate or contract cannot be read. */
export async function openConnectors(settings: Settings, administration: AdministrationInfo, deps: Deps): Promise<Connectors> {
  const doors = await openRegistryDoors(settings, administration, deps);
  const checkout = openCheckout({ url: settings.PAGOPA_CHECKOUT_URL, subscriptionKey: settings.PAGOPA_CHECKOUT_KEY }, deps);
  const reporting = openFlowReporting({ url: settings.PAGOPA_FDR_URL, subscriptionKey: settings.PAGOPA_FDR_KEY }, administration.fiscalCode, deps);
  const app = citizenApp(settings, administration, deps);
  const post = postOf(settings, deps);
  const provider = await serviceProviders(settings, administration, deps);
  const positions = positionsOf(settings, administration, deps);
  const payments = openPaymentMemory({ url: settings.PAGOPA_BIZ_EVENTS_URL, subscriptionKey: settings.PAGOPA_BIZ_EVENTS_KEY }, administration.fiscalCode, deps);
  const called = [doors.registry, checkout, reporting, payments, positions && (positions.model === "ACA" ? positions.archive : positions.register), app, post].filter(each => each !== null);
  return {
    ...doors,
    spid: provider("spid", spidProfile, settings.SPID_IDP_METADATA),
    cie: provider("cie", cieProfile, settings.CIE_IDP_METADATA),
    checkout,
    reporting,
    positions,
    payments,
    app,
    post,
    health: () => called.map(each => each.health()),
  };
}

/** pagoPA's register of positions, under the model that was chosen. */
function positionsOf(settings: Settings, { fiscalCode }: AdministrationInfo, deps: Deps): Positions | null {
  const { PAGOPA_POSITIONS: model, PAGOPA_ACA_URL: acaUrl, PAGOPA_ACA_KEY: acaKey, PAGOPA_GPD_URL: gpdUrl, PAGOPA_GPD_KEY: gpdKey } = settings;
  switch (model) {
    case "NONE": return null;
    case "ACA":
      if (!acaUrl || !acaKey) throw new Error("PAGOPA_POSITIONS=ACA needs PAGOPA_ACA_URL and PAGOPA_ACA_KEY");
      return { model, archive: openPositionArchive({ url: acaUrl, subscriptionKey: acaKey }, deps) };
    case "GPD":
      if (!gpdUrl || !gpdKey) throw new Error("PAGOPA_POSITIONS=GPD needs PAGOPA_GPD_URL and PAGOPA_GPD_KEY");
      return { model, register: openDebtRegister({ url: gpdUrl, subscriptionKey: gpdKey, version: settings.PAGOPA_GPD_VERSION }, fiscalCode, deps) };
  }
}

/** App IO, where the administration has a service there; a notice of the administration's own needs no other word for its creditor. */
function citizenApp({ IO_URL: url, IO_KEY: subscriptionKey, IO_ORGANISATION: organisation }: Settings, { fiscalCode }: AdministrationInfo, deps: Deps): CitizenApp | null {
  if (!url) return null;
  if (!subscriptionKey) throw new Error("IO_URL needs IO_KEY");
  return openCitizenApp({ url, subscriptionKey, organisation: organisation ?? fiscalCode }, deps);
}

/** The administration's mail server, where it named one; in production nothing is sent to it but over TLS. */
function postOf({ SMTP_URL: url, SMTP_FROM: from, HUB_ENV: env }: Settings, deps: Deps): Post | null {
  if (!url) return null;
  if (!from) throw new Error("SMTP_URL needs SMTP_FROM");
  return openPost({ url, from, tls: env === "production" }, deps);
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
