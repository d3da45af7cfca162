import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Fault, FaultKind } from "../faults.ts";
import type { World } from "../world.ts";
import { userAnomalies, type UserAnomaly } from "./anomalies.ts";
import { isIssuedBy } from "./authn-request.ts";
import { readIncoming, signedText, type Incoming } from "./bindings.ts";
import { endpointsOf, type Brand, type Endpoints } from "./brands.ts";
import { identitiesOf, type Identity } from "./identities.ts";
import { keepKeyPair, type KeyPair } from "./keys.ts";
import type { Login } from "./login.ts";
import { providerMetadata } from "./metadata.ts";
import { errorPage } from "./pages.ts";
import type { Binding } from "./saml.ts";
import { ServiceProviders, type ServiceProvider } from "./service-providers.ts";
import { Sessions } from "./sessions.ts";
import { parseXml } from "./xml.ts";

/** One brand at work: what its pages and services share. */
export interface IdentityProvider {
  readonly world: World;
  readonly brand: Brand;
  readonly endpoints: Endpoints;
  readonly keys: KeyPair;
  /** A key that nobody trusts, for the responses that are wrong on purpose. */
  readonly strangerKeys: KeyPair;
  readonly metadata: string;
  readonly identities: readonly Identity[];
  readonly providers: ServiceProviders;
  readonly sessions: Sessions;
  readonly logins: Map<string, Login>;
  /** IDs of the logout requests sent that wait for their answer. */
  readonly logouts: Set<string>;
}

/** Opens a brand: its keys (made at the first start) and its metadata are written under the sandbox's data folder. */
export async function openIdentityProvider(brand: Brand, world: World): Promise<IdentityProvider> {
  const now = world.clock.now();
  const file = join(world.dataDir, brand.metadataFile);
  const keyFolder = join(dirname(file), "keys");
  mkdirSync(keyFolder, { recursive: true });
  const keys = await keepKeyPair(keyFolder, brand.code, brand.name, now);
  const strangerKeys = await keepKeyPair(keyFolder, "stranger", "Nobody", now);
  const endpoints = endpointsOf(brand, world.sandboxUrl);
  const metadata = providerMetadata(brand, endpoints, keys);
  writeFileSync(file, metadata);
  return {
    world, brand, endpoints, keys, strangerKeys, metadata,
    identities: identitiesOf(world.people, brand),
    providers: new ServiceProviders(`${world.hubUrl}/${brand.scheme}/metadata`, world.clock, world.log),
    sessions: new Sessions(),
    logins: new Map(),
    logouts: new Set(),
  };
}

/** A message whose sender and signature have been verified. */
export interface Verified {
  readonly incoming: Incoming;
  readonly provider: ServiceProvider;
  /** The signed XML: the only text to read from. */
  readonly text: string;
}

/** Receives a SAML message as SPID's table of errors orders it: form, then issuer, then signature. */
export async function receive(idp: IdentityProvider, binding: Binding, request: FastifyRequest): Promise<Verified | UserAnomaly> {
  const query = request.raw.url?.split("?")[1] ?? "";
  const fields = binding === "post" ? formOf(request) : new URLSearchParams(query);
  const incoming = readIncoming(binding, fields, query);
  const root = incoming && rootOf(incoming.xml);
  if (!incoming || !root) return userAnomalies.bindingForm;
  try {
    const sender = await idp.providers.whichever(provider => (isIssuedBy(root, provider, idp.brand.scheme) ? provider : undefined));
    if (!sender) return userAnomalies.issuer;
    const verified = await idp.providers.whichever(provider => {
      const text = signedText(incoming, provider);
      return text === undefined ? undefined : { incoming, provider, text };
    });
    return verified ?? (binding === "post" ? userAnomalies.postSignature : userAnomalies.redirectSignature);
  } catch (error) {
    idp.world.log.warn({ err: error }, "the service provider's metadata cannot be read");
    return userAnomalies.system;
  }
}

function rootOf(xml: string) {
  try {
    return parseXml(xml).documentElement ?? undefined;
  } catch {
    return undefined;
  }
}

/** The fields of a submitted form; none when the body is not a form. */
export const formOf = ({ body }: FastifyRequest): URLSearchParams => (body instanceof URLSearchParams ? body : new URLSearchParams());

export const isAnomaly = (value: object): value is UserAnomaly => "httpStatus" in value;

/** Shows an error that never reaches a service provider. */
export const showAnomaly = (idp: IdentityProvider, reply: FastifyReply, anomaly: UserAnomaly): FastifyReply =>
  sendPage(reply.code(anomaly.httpStatus), errorPage(idp.brand, anomaly));

export const sendPage = (reply: FastifyReply, page: string): FastifyReply =>
  reply.type("text/html; charset=utf-8").header("cache-control", "no-store").send(page);

/** The fault imposed on an operation, when it is one of the kinds that matter at this point; others are left for later. */
export function takeFault({ world, brand }: IdentityProvider, operation: string, kinds: readonly FaultKind[]): Fault | undefined {
  const imposed = world.faults.list();
  const fault = imposed[`${brand.scheme}/${operation}`] ?? imposed[`${brand.scheme}/*`];
  return fault && kinds.includes(fault.kind) ? world.faults.take(brand.scheme, operation) : undefined;
}

const cookieOf = ({ brand }: IdentityProvider): string => `sandbox_${brand.code.toLowerCase()}`;

/** The browser's session at this identity provider, if there is one. */
export function sessionOf(idp: IdentityProvider, request: FastifyRequest) {
  const cookies = (request.headers.cookie ?? "").split(/;\s*/).map(pair => pair.split("="));
  return idp.sessions.of(cookies.find(([name]) => name === cookieOf(idp))?.[1], idp.world.clock.now());
}

/** Gives the browser the secret of its session. */
export const setSessionCookie = (idp: IdentityProvider, reply: FastifyReply, secret: string): FastifyReply =>
  reply.header("set-cookie", `${cookieOf(idp)}=${secret}; Path=${idp.brand.path}; HttpOnly; SameSite=Lax`);
