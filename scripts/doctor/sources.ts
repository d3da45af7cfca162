import { readFile } from "node:fs/promises";
import { X509Certificate } from "node:crypto";
import type { Registry } from "../../connectors/anpr/index.ts";
import type { Connectors } from "../../connectors/index.ts";
import { type Door, doors } from "../../connectors/registry/doors.ts";
import { readCredentials } from "../../connectors/spid/certificate.ts";
import type { ServiceProvider } from "../../connectors/spid/index.ts";
import { SourceMalformed, SourceRefused, SourceUnavailable } from "../../connectors/upstream.ts";
import type { Settings } from "../../server/settings.ts";
import { addressCheck } from "./address.ts";
import { good, missing, validity, type Check, type Finding } from "./finding.ts";

/** What to do about each diagnosis that the connectors name. */
const remedies: Readonly<Record<string, string>> = {
  CLOCK: "set this machine's clock by NTP: the registry's differs by more than a minute",
  CERTIFICATE: "renew the workstation's certificate, or take the one of this environment (ANPR_KEY, ANPR_CERTIFICATE, ANPR_ENVIRONMENT)",
  OPERATOR_OR_ADDRESS: "have the operator enabled and this machine's address registered at the registry (ANPR_OPERATOR, ANPR_CLIENT_ADDRESS, ANPR_WORKSTATION)",
  CLIENT_KEY_OR_PURPOSE: "check on PDND that the client holds this key and the purposes are active (PDND_CLIENT_ID, PDND_KEY, PDND_PURPOSES)",
  INTEROPERABILITY: "the registry's gateway takes neither voucher nor headers: check that the purposes are of these e-services, in the variant -approvazione_automatica, then the address and the key's number (PDND_PURPOSES, PDND_ANPR_URL, PDND_KEY_ID)",
  PURPOSE_OR_CONSUMER: "the registry does not admit this purpose or administration: look at the agreement on PDND (PDND_PURPOSES)",
  VOUCHER_INVALID: "token server and registry are of different environments (PDND_TOKEN_URL, PDND_ANPR_URL)",
  QUOTA: "the day's share of the e-service is used up: raise the purpose's estimate of calls on PDND (PDND_PURPOSES)",
  E_SERVICE_UNKNOWN: "the address leads to no such e-service, or to a version that was withdrawn (PDND_ANPR_URL)",
  SIGNATURE: "the key does not sign for the certificate that the registry knows: check ANPR_KEY and ANPR_CERTIFICATE",
  REQUEST_OR_PLATFORM: "the registry cannot read the message or has trouble of its own: check ANPR_WORKSTATION and ANPR_ENVIRONMENT, then try later",
  HTTP_401: "take the key of this product and environment from pagoPA's BackOffice",
  HTTP_403: "have the key enabled for this product in pagoPA's BackOffice",
  HTTP_404: "the address leads to no such service",
  ECONNREFUSED: "nobody listens at the address",
  ENOTFOUND: "the name of the address does not resolve: check it and this machine's DNS",
  ETIMEDOUT: "the address does not answer: check the route and the firewall",
  TIMEOUT: "the address does not answer in time: check the route and the firewall",
  BREAKER_OPEN: "it failed several times in a row: look at the lines before",
};

/** The step for a diagnosis; where it names no setting, the one that holds the address, or the key where that is at fault. */
function remedyOf(diagnosis: string, setting: string, own: Readonly<Record<string, string>>): string {
  const step = own[diagnosis] ?? remedies[diagnosis] ?? "see the connector's page in docs/connectors";
  const key = /^HTTP_40[13]$/.test(diagnosis) ? setting.replace(/^(PAGOPA_.*)_URL$/, "$1_KEY") : setting;
  return step.endsWith(")") ? step : `${step} (${key})`;
}

const tls = /^(?:CERT_|ERR_TLS|ERR_SSL|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|EPROTO)/;

/** What a question to a source came to; `setting` holds its address, `own` are the steps that are this source's alone. */
async function asked(setting: string, ask: () => Promise<unknown>, own: Readonly<Record<string, string>> = {}): Promise<Finding> {
  const began = performance.now();
  try {
    await ask();
    return good(`answers and takes our credentials (${Math.round(performance.now() - began)} ms)`);
  } catch (error) {
    if (error instanceof SourceMalformed) return missing(`answers outside its contract (${error.diagnosis ?? "no diagnosis"})`, `check that ${setting} leads to the service and version meant`);
    if (!(error instanceof SourceRefused) && !(error instanceof SourceUnavailable)) throw error;
    const { diagnosis = "no diagnosis" } = error;
    const says = error instanceof SourceRefused ? `refuses: ${error.reason} (${diagnosis})` : `gives no answer (${diagnosis})`;
    return missing(says, tls.test(diagnosis) ? "the connection cannot be trusted: name the authority of the server, and check our certificate" : remedyOf(diagnosis, setting, own));
  }
}

/** Who people sign in with: trusted providers, and until when their keys hold. */
function providers(name: string, setting: string, provider: ServiceProvider, now: Date): Check {
  return { name, look: async () => {
    const all = provider.providers();
    if (all.length === 0) return missing("no identity provider is trusted", `put the providers' metadata into ${setting}`);
    const ends = all.map(({ entityId, expiresAt, validUntil }) => ({ entityId, end: validUntil && validUntil < expiresAt ? validUntil : expiresAt })).sort((one, other) => one.end.getTime() - other.end.getTime());
    const [first] = ends as [(typeof ends)[number]];
    const found = validity(first.end, now, `fetch the metadata anew into ${setting}`);
    return found.good ? good(`${all.length} identity providers; the first metadata or key to end, of ${first.entityId}, is ${found.says}`) : { ...found, says: `${first.entityId} ${found.says}` };
  } };
}

const registryAddress = { SOAP: "ANPR_SOAP_URL", PDND: "PDND_ANPR_URL" } as const satisfies Record<Door, string>;

/** The registry behind one door, where that is open. The number of the question is later than any that the hub gave. */
const registryCheck = (door: Door, registry: Registry | undefined, now: Date): Check[] =>
  (registry ? [{ name: `ANPR: the registry, over ${door}`, look: () => asked(registryAddress[door], () => registry.ping({ operationId: `${now.toISOString().replace(/\D/g, "")}U` })) }] : []);

/** What to do about a mail server. */
const mailSteps = {
  ESOCKET: "nobody listens at the address, or the connection cannot be trusted", ECONNECTION: "the server hangs up: check address and port",
  EDNS: "the name of the address does not resolve: check it and this machine's DNS", ETLS: "the server offers no TLS that can be trusted, without which nothing is sent in production",
  SMTP_535: "check user and password (SMTP_URL)", EAUTH: "check user and password (SMTP_URL)",
};

/** A source that bears no more calls now has taken the key all the same. */
function unlessTooMany(error: unknown): void {
  if (!(error instanceof SourceUnavailable) || error.diagnosis !== "HTTP_429") throw error;
}

/** Who else knows of the notices that are issued. */
const positions = ({ HUB_ENV }: Settings, { positions: told }: Connectors): Check => ({ name: `pagoPA: positions (${told?.model ?? "NONE"})`, look: async () => {
  if (!told) return HUB_ENV === "production" ? missing("notices are handed to nobody, and cannot be paid while the station is down", "PAGOPA_POSITIONS=ACA, a duty of whoever has a station, or GPD (PAGOPA_POSITIONS)") : good("are handed to nobody");
  return told.model === "ACA" ? asked("PAGOPA_ACA_URL", () => told.archive.ping()) : asked("PAGOPA_GPD_URL", () => told.register.ping());
} });

/** Every outside system: whether it can be reached, and whether it takes our credentials. */
export function sourceChecks(settings: Settings, connectors: Connectors, now: Date): Check[] {
  return [
    { name: "SPID and CIE: our certificate", look: async () => {
      const credentials = await readCredentials(settings.SPID_KEYS);
      const [signing] = credentials;
      if (!signing) return missing("there is none", "npm run spid:certificate (SPID_KEYS)");
      return validity(new X509Certificate(signing.certificate).validToDate, now, "npm run spid:certificate, then publish the metadata and rotate (docs/connectors/spid.md)");
    } },
    providers("SPID: identity providers", "SPID_IDP_METADATA", connectors.spid, now),
    providers("CIE: identity provider", "CIE_IDP_METADATA", connectors.cie, now),
    ...(!connectors.registryDoors.SOAP ? [] : [{ name: "ANPR: the workstation's certificate", look: async () => validity(new X509Certificate(await readFile(settings.ANPR_CERTIFICATE, "utf8")).validToDate, now, "ask the registry for a new one (ANPR_KEY, ANPR_CERTIFICATE)") }]),
    ...doors.flatMap(door => registryCheck(door, connectors.registryDoors[door], now)),
    { name: "pagoPA: Checkout", look: () => asked("PAGOPA_CHECKOUT_URL", () => connectors.checkout.ping()) },
    { name: "pagoPA: FdR", look: () => asked("PAGOPA_FDR_URL", () => connectors.reporting.list(now, 1)) },
    { name: "pagoPA: biz-events", look: () => asked("PAGOPA_BIZ_EVENTS_URL", () => connectors.payments.find({ iur: "none", iuv: "none" }).catch(unlessTooMany)) },
    { name: "App IO", look: async () => connectors.app ? asked("IO_URL", () => connectors.app!.ping(), { HTTP_401: "take the \"use\" key of the service from IO's back office (IO_KEY)", HTTP_403: "have the service enabled in IO's back office (IO_KEY)" }) : missing("nobody is written to in the app", "open a service on IO and name it here (IO_URL, IO_KEY)") },
    { name: "e-mail", look: async () => connectors.post ? asked("SMTP_URL", () => connectors.post!.ping(), mailSteps) : missing("nobody is written to by e-mail", "name the mail server (SMTP_URL, SMTP_FROM)") },
    positions(settings, connectors),
    addressCheck(settings, now),
    { name: "pagoPA: the station", look: async () => {
      const { PAGOPA_CLIENT: by, PAGOPA_CLIENT_PROXIES: proxies, PAGOPA_CLIENT_NAMES: names, PAGOPA_CHECKOUT_URL: platform } = settings;
      if (by === "NOBODY" && settings.HUB_ENV === "production") return missing("anybody may speak as the node", "PAGOPA_CLIENT=PROXY or TLS");
      if (by === "PROXY" && proxies.length === 0) return missing("no proxy may hand on the node's certificate", "name them in PAGOPA_CLIENT_PROXIES");
      if (by !== "NOBODY" && new URL(platform).hostname === "api.platform.pagopa.it" && names.some(name => name.includes(".uat."))) return missing("the node of the test environment may bring receipts", "forwarder.platform.pagopa.it alone (PAGOPA_CLIENT_NAMES)");
      return good(by === "NOBODY" ? "asks the sandbox's node for no certificate" : `asks the node for its certificate (${by})`);
    } },
  ];
}
