import { X509Certificate, type KeyObject } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Element } from "@xmldom/xmldom";
import type { Clock } from "../../kernel/clock.ts";
import type { Log } from "../../kernel/log.ts";
import { SpidRefusal } from "./refusal.ts";
import { binding, ns, type Binding } from "./saml.ts";
import { attributeOf, childrenOf, everyBelow, parseXml, textOf } from "./xml.ts";

/** An identity provider that we trust, as its metadata describes it. */
export interface IdentityProvider {
  readonly entityId: string;
  /** The name people know it by. */
  readonly name: { readonly it: string; readonly en: string };
  /** Where logins go, by binding. */
  readonly sso: Readonly<Partial<Record<Binding, string>>>;
  /** Where logout requests go, by binding; answers to its own requests go to `response`. */
  readonly slo: Readonly<Partial<Record<Binding, { readonly request: string; readonly response: string }>>>;
  /** The keys its signatures are checked with: the only ones, ever. */
  readonly keys: readonly KeyObject[];
  /** When the last of its certificates expires: to be announced. Trust itself ends with the metadata, not with this. */
  readonly expiresAt: Date;
  /** When its metadata expires by their own `validUntil`: afterwards it is not trusted. Null when they set no end. */
  readonly validUntil: Date | null;
}

/** The trusted providers at this moment. */
export type Providers = () => readonly IdentityProvider[];

const day = 86_400_000;
const warningDays = 30;
const fileLimits = { depth: 32, elements: 200_000 };
const maxFileBytes = 16 * 1024 * 1024;

function certificateOf(element: Element): X509Certificate {
  const certificate = new X509Certificate(Buffer.from(textOf(element).replace(/\s/g, ""), "base64"));
  const { asymmetricKeyType, asymmetricKeyDetails } = certificate.publicKey;
  if (asymmetricKeyType !== "rsa" || (asymmetricKeyDetails?.modulusLength ?? 0) < 2048) throw new Error("a certificate is not RSA of at least 2048 bits");
  return certificate;
}

function endpoints<Endpoint>(descriptor: Element, name: string, read: (element: Element) => Endpoint): Partial<Record<Binding, Endpoint>> {
  const found: Partial<Record<Binding, Endpoint>> = {};
  for (const element of childrenOf(descriptor, ns.md, name)) {
    for (const key of ["POST", "REDIRECT"] as const) if (attributeOf(element, "Binding") === binding[key]) found[key] ??= read(element);
  }
  return found;
}

function nameOf(entity: Element, entityId: string): IdentityProvider["name"] {
  const names = childrenOf(entity, ns.md, "Organization").flatMap(organization => [
    ...childrenOf(organization, ns.md, "OrganizationDisplayName"),
    ...childrenOf(organization, ns.md, "OrganizationName"),
  ]);
  const inLanguage = (language: string): string | undefined => names.filter(name => name.getAttribute("xml:lang") === language).map(textOf).find(Boolean);
  const it = inLanguage("it") ?? names.map(textOf).find(Boolean) ?? entityId;
  return { it, en: inLanguage("en") ?? it };
}

/** What bounds the validity of an entity: `validUntil` of itself and of what it stands in. */
function validUntil(entity: Element): number {
  const own = attributeOf(entity, "validUntil");
  const limit = own ? Date.parse(own) : Infinity;
  const parent = entity.parentNode as Element | null;
  return parent?.nodeType === 1 ? Math.min(limit, validUntil(parent)) : limit;
}

/** The identity provider of an EntityDescriptor; undefined for entities of other roles. Throws when it is not usable. */
function providerOf(entity: Element): IdentityProvider | undefined {
  const descriptor = childrenOf(entity, ns.md, "IDPSSODescriptor")[0];
  if (!descriptor) return undefined;
  const entityId = attributeOf(entity, "entityID");
  const certificates = childrenOf(descriptor, ns.md, "KeyDescriptor")
    .filter(key => attributeOf(key, "use") !== "encryption")
    .flatMap(key => everyBelow(key, "X509Certificate"))
    .map(certificateOf);
  const sso = endpoints(descriptor, "SingleSignOnService", element => attributeOf(element, "Location"));
  const slo = endpoints(descriptor, "SingleLogoutService", element => {
    const request = attributeOf(element, "Location");
    return { request, response: attributeOf(element, "ResponseLocation") || request };
  });
  if (!entityId || certificates.length === 0 || Object.keys(sso).length === 0) throw new Error("an identity provider lacks its entity ID, a certificate or a single sign-on service");
  const until = validUntil(entity);
  if (Number.isNaN(until)) throw new Error("a validUntil is not a date");
  return {
    entityId, name: nameOf(entity, entityId), sso, slo,
    keys: certificates.map(({ publicKey }) => publicKey),
    expiresAt: new Date(Math.max(...certificates.map(({ validTo }) => Date.parse(validTo)))),
    validUntil: until === Infinity ? null : new Date(until),
  };
}

/** The identity providers that a file of metadata describes: an EntityDescriptor or an EntitiesDescriptor with any number. */
export function readProviders(xml: string): IdentityProvider[] {
  const root = parseXml(xml, fileLimits);
  const entities = root.localName === "EntityDescriptor" && root.namespaceURI === ns.md ? [root] : Array.from(root.getElementsByTagNameNS(ns.md, "EntityDescriptor"));
  return entities.flatMap(entity => providerOf(entity) ?? []);
}

/** The `.xml` files that the setting names; what does not exist yet is no file. */
function filesOf(setting: string): string[] {
  return setting.split(",").map(path => path.trim()).filter(Boolean).flatMap(path => {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (!stat?.isDirectory()) return stat ? [path] : [];
    return readdirSync(path).filter(name => name.endsWith(".xml")).sort().map(name => join(path, name));
  });
}

interface Loaded {
  readonly stamp: string;
  readonly providers: readonly IdentityProvider[];
}

/**
 * The trusted providers of files and folders (comma-separated), read again when a file changes, comes or goes: looked at
 * no more than once a second. Trust comes from the files being where the operator put them, so they are not fetched and
 * their signatures are not asked for. A file that cannot be read is an alarm and leaves what it said before in force; metadata
 * past its `validUntil` is no longer trusted; certificates about to expire are warned of when they are read.
 */
export function trustedProviders(setting: string, deps: { readonly log: Log; readonly clock: Clock }): Providers {
  let loaded = new Map<string, Loaded>();
  let lookedAt = -Infinity;

  const load = (path: string): Loaded => {
    const { mtimeMs = 0, size = 0 } = statSync(path, { throwIfNoEntry: false }) ?? {};
    const stamp = `${mtimeMs}/${size}`;
    const before = loaded.get(path);
    if (before?.stamp === stamp) return before;
    try {
      if (size > maxFileBytes) throw new Error("the file is too large");
      const providers = readProviders(readFileSync(path, "utf8"));
      const soon = deps.clock.now().getTime() + warningDays * day;
      for (const { entityId, expiresAt } of providers) if (expiresAt.getTime() < soon) deps.log.warn({ entityId, expiresAt }, "identity provider's certificate expires soon");
      deps.log.info({ path, providers: providers.length }, "trusted identity providers read");
      return { stamp, providers };
    } catch (error) {
      const reason = error instanceof SpidRefusal ? error.check : error instanceof Error ? error.message : "unreadable";
      deps.log.error({ path, reason }, "trusted identity providers not readable");
      return { stamp, providers: before?.providers ?? [] };
    }
  };

  return () => {
    const now = deps.clock.now().getTime();
    if (Math.abs(now - lookedAt) >= 1_000) {
      lookedAt = now;
      loaded = new Map(filesOf(setting).map(path => [path, load(path)]));
    }
    const all = [...loaded.values()].flatMap(({ providers }) => providers).filter(({ validUntil }) => !validUntil || now < validUntil.getTime());
    // The first file that speaks of an entity wins: a later one cannot slip another key under its name.
    return [...new Map(all.toReversed().map(provider => [provider.entityId, provider])).values()].toReversed();
  };
}
