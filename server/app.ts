import formbody from "@fastify/formbody";
import type { MikroORM } from "@mikro-orm/postgresql";
import Fastify, { type FastifyInstance } from "fastify";
import type pg from "pg";
import { Administration } from "../entities/administration.ts";
import type { Clock } from "../kernel/clock.ts";
import { opaqueId } from "../kernel/ids.ts";
import type { Log } from "../kernel/log.ts";
import { openVault } from "../kernel/vault.ts";
import type { AdministrationInfo } from "../operations/hub.ts";
import { chores } from "../operations/chores.ts";
import { followers } from "../operations/followers.ts";
import { jobs } from "../operations/jobs.ts";
import { Plans } from "../operations/read/reader.ts";
import { endOfAccessChain, startAnchors } from "./anchors.ts";
import { openConnectors } from "./connectors.ts";
import { openChanges } from "./database/changes.ts";
import { connectionsOf, type Connections } from "./database/connections.ts";
import { openOrm } from "./database/orm.ts";
import { openPool } from "./database/pool.ts";
import { openReads } from "./database/reads.ts";
import { watchAccess } from "./events/access.ts";
import { createBus } from "./events/bus.ts";
import { startRelay } from "./events/relay.ts";
import { createApollo } from "./graph/apollo.ts";
import { documentsOf } from "./graph/documents.ts";
import { createGraph } from "./graph/execute.ts";
import { observed } from "./graph/observed.ts";
import { buildGraph } from "./graph/schema.ts";
import { slicesOf } from "./graph/slices.ts";
import { startFollowing } from "./following.ts";
import { createHubs } from "./hubs.ts";
import { openJobs } from "./jobs.ts";
import { openGate } from "./limits/open.ts";
import { registerOidc } from "./oidc/index.ts";
import { createProofs, purgeArtifacts } from "./oidc/proof.ts";
import { openPress, type Press } from "./press/index.ts";
import { registerKeys, type Settings } from "./settings.ts";
import { openTokens } from "./tokens.ts";
import { startUpkeep } from "./upkeep.ts";
import { openWatching, type Watching } from "./watching.ts";
import type { ClientRule } from "./web/client-certificate.ts";
import { proxyTrust } from "./web/address.ts";
import { registerContacts } from "./web/contacts.ts";
import { cookiesFor } from "./web/cookies.ts";
import { registerDocuments } from "./web/documents.ts";
import { registerFailures } from "./web/failures.ts";
import { registerFavicon } from "./web/favicon.ts";
import { registerGraphql } from "./web/graphql.ts";
import { registerHeaders } from "./web/headers.ts";
import { registerHealth } from "./web/health.ts";
import { openIde } from "./web/ide.ts";
import { registerIdentity } from "./web/identity.ts";
import { registerOauth } from "./web/oauth.ts";
import { registerPace } from "./web/pace.ts";
import { registerPaymentReturn } from "./web/payment-return.ts";
import { attachSocket } from "./web/socket.ts";
import { registerStatements } from "./web/statements.ts";
import { registerStation } from "./web/station.ts";

/** A hub that listens. */
export interface App {
  readonly url: string;
  /** Takes no more, finishes what is under way, closes sockets with 1001, and lets go of the database. */
  close(): Promise<void>;
}

/** Builds the hub from its settings and listens. The database must be migrated, and hold the administration. */
export async function startApp(settings: Settings, { databaseUrl, clock, log }: { databaseUrl: string; clock: Clock; log: Log }): Promise<App> {
  const database = { url: databaseUrl, poolSize: settings.DATABASE_POOL, statementTimeoutMs: settings.STATEMENT_TIMEOUT_MS };
  const watching = await openWatching(settings);
  const pools: Record<string, () => Connections> = {};
  const orm = await openOrm({ ...database, onPool: pool => { pools["writes"] = () => connectionsOf(pool); } });
  const reads = openReads(database);
  const changes = openChanges(database);
  const events = openPool({ connectionString: databaseUrl, max: 4, application_name: "sportello-hub events" });
  const administration = await administrationOf(orm, settings.ADMINISTRATION);
  const connectors = await openConnectors(settings, administration, { clock, log, onCall: watching.onCall });
  const anchors = await startAnchors({
    readEnd: endOfAccessChain(reads, administration.id), administration: administration.id, file: settings.AUDIT_ANCHOR, everySeconds: settings.AUDIT_ANCHOR_SECONDS, clock, log,
  });
  const relay = await startRelay(events, databaseUrl, log);
  relay.hear(({ occurredAt }) => watching.metrics.event(occurredAt));
  const bus = createBus(relay, events);
  const access = await watchAccess(databaseUrl, log);

  const { PUBLIC_URL: publicUrl } = settings;
  const schema = buildGraph();
  const slice = slicesOf(schema);
  const { gate, trusted } = await openGate(settings, events);
  const graph = observed(createGraph(slice, documentsOf(schema), gate, watching.onPhase), watching.watches);
  const apollo = createApollo(graph, schema);
  await apollo.start();
  const tokens = await openTokens(`${settings.DATA_DIR}/keys/token.jwk.json`, publicUrl, clock);
  const cookies = cookiesFor(publicUrl);
  const fork = () => orm.em.fork();
  const queues = openJobs({ url: databaseUrl, paceSeconds: settings.JOBS_PACE_SECONDS, log });
  const press = openPress();
  const hubs = createHubs({
    orm, run: reads.run, change: changes.run, plans: new Plans(orm.getMetadata(), reads.run), bus, connectors, jobs: queues, print: press.print, administration, tokens, access, publicUrl, secret: settings.HUB_SECRET, clock, log,
    checkProof: createProofs({ fork, administrationId: administration.id, publicUrl, clock }),
  });

  await queues.start(jobs, signal => hubs.forJob(signal));
  const following = startFollowing({ hear: listener => relay.hear(listener), hub: signal => hubs.forJob(signal), followers, paceSeconds: settings.JOBS_PACE_SECONDS, log });

  const app = createServer(settings, log);
  watching.register(app);
  registerPace(app, settings.PAGES_PER_MINUTE);
  registerFavicon(app);
  await app.register(formbody, { bodyLimit: 1_048_576 });
  const sandboxUrl = settings.HUB_ENV === "sandbox" ? `http://localhost:${settings.SANDBOX_PORT}` : undefined;
  await openIde(app, { hubs, cookies, administration, deadlineMs: settings.OPERATION_DEADLINE_MS, clock, ...(sandboxUrl !== undefined && { sandboxUrl }) });
  registerGraphql(app, { apollo, graph, hubs, slice, gate, trusted, cookies, deadlineMs: settings.OPERATION_DEADLINE_MS });
  registerIdentity(app, {
    orm, connectors, administration, cookies, publicUrl, returnOrigins: settings.RETURN_TO, sessionHours: settings.SESSION_HOURS, clock, log,
    vault: openVault(registerKeys(settings)), eidasNode: settings.EIDAS_NODE,
  });
  await registerOidc(app, {
    fork, administrationId: administration.id, cookies, keyFile: `${settings.DATA_DIR}/keys/oidc.jwks.json`, publicUrl, secret: settings.HUB_SECRET, sessionHours: settings.SESSION_HOURS,
    forget: () => hubs.forget(), clock, log,
  });
  registerOauth(app, { orm, tokens, administration, publicUrl, clock, log });
  registerStation(app, {
    station: { orm, run: reads.run, change: changes.run, jobs: queues, administration, bus, clock, log },
    wire: { brokerFiscalCode: settings.PAGOPA_BROKER, messageBytes: settings.PAGOPA_MESSAGE_BYTES, receiptBytes: settings.PAGOPA_RECEIPT_BYTES },
    client: clientRule(settings),
  });
  registerContacts(app, { hubs });
  registerPaymentReturn(app, { hubs, cookies });
  registerDocuments(app, { hubs, cookies, deadlineMs: settings.OPERATION_DEADLINE_MS });
  registerStatements(app, { hubs, cookies });
  registerHealth(app, { reads, connectors });
  const origins = [new URL(publicUrl).origin, ...settings.CORS_ORIGINS];
  await app.ready();
  const socket = attachSocket(app.server, {
    graph, schema, hubs, trusted, cookies, access, origins, proxies: proxyTrust(settings.TRUST_PROXY), deadlineMs: settings.OPERATION_DEADLINE_MS,
    most: { sockets: settings.SOCKETS_PER_ADDRESS, operations: settings.SUBSCRIPTIONS_PER_CALLER }, log,
  });
  watching.metrics.read({ traffic: () => socket.traffic.all(), pools: { ...pools, reads: () => reads.connections(), station: () => changes.connections(), events: () => connectionsOf(events) }, credentials: connectors.office ? { ANPR: connectors.office.credentialUntil } : {} });
  await app.listen({ port: settings.PORT, host: settings.HOST });
  const daily = Object.entries(chores).map(([name, chore]) => [name, () => chore(hubs.forJob(new AbortController().signal))] as const);
  const upkeep = startUpkeep({ oidc: () => purgeArtifacts(fork(), clock.now()), ...Object.fromEntries(daily) }, log);
  return {
    url: publicUrl,
    close: () => closeAll({ app, socket, watching, apollo, relay, access, anchors, upkeep, following, queues, press, pools: [reads, changes], orm, events }),
  };
}

/** Who may come to the station as the pagoPA node. */
function clientRule({ PAGOPA_CLIENT: by, PAGOPA_CLIENT_ISSUER: issuer, PAGOPA_CLIENT_NAMES: names, PAGOPA_CLIENT_HEADER: header, PAGOPA_CLIENT_PROXIES: proxies }: Settings): ClientRule {
  switch (by) {
    case "NOBODY": return { by };
    case "TLS": return { by, issuer, names };
    case "PROXY": return { by, issuer, names, header, proxies };
  }
}

function createServer(settings: Settings, log: Log): FastifyInstance {
  const app = Fastify({
    trustProxy: proxyTrust(settings.TRUST_PROXY), bodyLimit: 262_144, genReqId: opaqueId, forceCloseConnections: "idle", requestTimeout: 30_000, keepAliveTimeout: 72_000, logger: false,
    routerOptions: { ignoreTrailingSlash: true },
    // Java's own client offers HTTP/2 with every request over plain HTTP: what is no WebSocket is answered as if it had not.
    http: { shouldUpgradeCallback: ({ headers }) => headers.upgrade?.toLowerCase() === "websocket" },
  });
  registerHeaders(app, { publicUrl: settings.PUBLIC_URL, corsOrigins: settings.CORS_ORIGINS });
  registerFailures(app, { cookies: cookiesFor(settings.PUBLIC_URL), log });
  return app;
}

async function administrationOf(orm: MikroORM, ipaCode: string): Promise<AdministrationInfo> {
  const found = await orm.em.fork().findOne(Administration, { ipaCode });
  if (!found) throw new Error(`ADMINISTRATION: no administration ${ipaCode} in the database`);
  const { id, fiscalCode, name, istatCode, cadastralCode, province, contact, settings } = found;
  return { id, ipaCode, fiscalCode, name, istatCode, cadastralCode, province, contact, settings };
}

interface Open {
  readonly app: FastifyInstance;
  readonly socket: { close(): Promise<void> };
  readonly apollo: { stop(): Promise<void> };
  readonly relay: { close(): Promise<void> };
  readonly access: { close(): Promise<void> };
  readonly anchors: { close(): Promise<void> };
  readonly upkeep: { close(): Promise<void> };
  readonly following: { close(): Promise<void> };
  readonly queues: { close(): Promise<void> };
  readonly press: Press;
  readonly pools: readonly { close(): Promise<void> }[];
  readonly orm: MikroORM;
  readonly events: pg.Pool;
  readonly watching: Watching;
}

/** From the outside in: nobody is let in, sockets are told, requests end, and then the database goes. */
async function closeAll({ app, socket, watching, apollo, relay, access, anchors, upkeep, following, queues, press, pools, orm, events }: Open): Promise<void> {
  await socket.close();
  await app.close();
  await apollo.stop();
  await Promise.all([upkeep.close(), following.close()]);
  await queues.close();
  await Promise.all([relay.close(), access.close(), press.close()]);
  await anchors.close();
  await Promise.all([...pools.map(pool => pool.close()), orm.close(true), events.end(), watching.close()]);
}
