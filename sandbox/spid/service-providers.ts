import { X509Certificate } from "node:crypto";
import type { Element } from "@xmldom/xmldom";
import type { Clock } from "../../kernel/clock.ts";
import type { Log } from "../../kernel/log.ts";
import { pemOfBody } from "./keys.ts";
import { bindings, type Binding } from "./saml.ts";
import { verifyRoot } from "./signature.ts";
import { attributeOf, childrenOf, find, rootNamed, textOf } from "./xml.ts";

/** What the identity provider knows of a service provider: its registered metadata. */
export interface ServiceProvider {
  readonly entityId: string;
  /** Name to show on the consent page. */
  readonly displayName: string;
  /** PEM certificates that may sign its messages; expired ones are left out. */
  readonly certificates: readonly string[];
  readonly assertionConsumers: readonly { readonly index: string; readonly url: string; readonly isDefault: boolean }[];
  /** Names of the requested attributes by AttributeConsumingService index. */
  readonly attributeSets: ReadonlyMap<string, readonly string[]>;
  readonly logout: readonly { readonly binding: Binding; readonly requestUrl: string; readonly responseUrl: string }[];
}

const cacheSeconds = 60;
const deadline = 5_000;

/** The registry of service providers: reads the hub's metadata when it is first needed, and again when it seems to have changed. */
export class ServiceProviders {
  private known: { provider: ServiceProvider; readAt: number } | undefined;

  constructor(private readonly metadataUrl: string, private readonly clock: Clock, private readonly log: Log) {}

  /** The registered service provider, at most a minute old (`fresh`: read now). Throws when its metadata cannot be had. */
  async registered(fresh = false): Promise<ServiceProvider> {
    const now = this.clock.now();
    if (!fresh && this.known && now.getTime() - this.known.readAt < cacheSeconds * 1000) return this.known.provider;
    const answer = await fetch(this.metadataUrl, { signal: AbortSignal.timeout(deadline) });
    if (!answer.ok) throw new Error(`service provider metadata answered ${answer.status}`);
    const provider = readServiceProvider(await answer.text(), now);
    this.known = { provider, readAt: now.getTime() };
    this.log.info({ entityId: provider.entityId }, "service provider registered");
    return provider;
  }

  /** The first answer that `fits` when asked of the known metadata and, failing that, of the metadata as it is now. */
  async whichever<T>(fits: (provider: ServiceProvider) => T | undefined): Promise<T | undefined> {
    return fits(await this.registered()) ?? fits(await this.registered(true));
  }
}

/** Reads service provider metadata. Throws when it is not metadata of one, or not signed by a certificate that it publishes. */
export function readServiceProvider(xml: string, now: Date): ServiceProvider {
  const root = rootNamed(xml, "md:EntityDescriptor");
  const descriptor = root && find(root, "md:SPSSODescriptor");
  const entityId = attributeOf(root, "entityID");
  if (!root || !descriptor || !entityId) throw new Error("not the metadata of a service provider");
  const certificates = signingCertificates(descriptor, now);
  if (verifyRoot(xml, certificates) === undefined) throw new Error("service provider metadata without a valid signature");
  return {
    entityId,
    displayName: textOf(find(root, "md:Organization", "md:OrganizationDisplayName")) ?? entityId,
    certificates,
    assertionConsumers: childrenOf(descriptor, "md:AssertionConsumerService").map(service => ({
      index: attributeOf(service, "index") ?? "",
      url: attributeOf(service, "Location") ?? "",
      isDefault: attributeOf(service, "isDefault") === "true",
    })),
    attributeSets: new Map(childrenOf(descriptor, "md:AttributeConsumingService").map(set =>
      [attributeOf(set, "index") ?? "", childrenOf(set, "md:RequestedAttribute").flatMap(requested => attributeOf(requested, "Name") ?? [])])),
    logout: childrenOf(descriptor, "md:SingleLogoutService").flatMap(logoutService),
  };
}

function signingCertificates(descriptor: Element, now: Date): string[] {
  return childrenOf(descriptor, "md:KeyDescriptor")
    .filter(key => attributeOf(key, "use") !== "encryption")
    .flatMap(key => textOf(find(key, "ds:KeyInfo", "ds:X509Data", "ds:X509Certificate")) ?? [])
    .map(pemOfBody)
    .filter(pem => {
      const { validFromDate, validToDate } = new X509Certificate(pem);
      return validFromDate <= now && now < validToDate;
    });
}

function logoutService(service: Element): ServiceProvider["logout"][number][] {
  const binding = (["post", "redirect"] as const).find(name => bindings[name] === attributeOf(service, "Binding"));
  const requestUrl = attributeOf(service, "Location");
  return binding && requestUrl ? [{ binding, requestUrl, responseUrl: attributeOf(service, "ResponseLocation") ?? requestUrl }] : [];
}
