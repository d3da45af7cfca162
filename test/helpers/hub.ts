import { createHash, randomInt, randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EntityManager } from "@mikro-orm/postgresql";
import pg from "pg";
import { pino } from "pino";
import { Administration } from "../../entities/administration.ts";
import { Citizen } from "../../entities/citizen.ts";
import { Office } from "../../entities/office.ts";
import { Agreement, type DataSet, Partner } from "../../entities/partner.ts";
import { Session } from "../../entities/session.ts";
import { StaffAssignment, StaffMember, type StaffRole } from "../../entities/staff.ts";
import { newId, newSecret } from "../../kernel/ids.ts";
import type { Sandbox } from "../../sandbox/server.ts";
import { type App, startApp } from "../../server/app.ts";
import { openOrm } from "../../server/database/orm.ts";
import { settingsOf } from "../../server/settings.ts";
import { openTokens } from "../../server/tokens.ts";
import { Client } from "./client.ts";
import { copyKeys, prepareKeys } from "./keys.ts";
import { createDatabase, demonstrationTemplate } from "./postgres.ts";
import { person, startTestSandbox } from "./sandbox.ts";

export interface HubOptions {
  /** Starts the outside world too; without it, nobody answers there. */
  readonly sandbox?: boolean;
  /** Settings that differ from the sandbox's defaults, by their names in the environment. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Another hub whose database, keys and clock this one shares: a second instance. */
  readonly beside?: TestHub;
  /** A database of somebody else's making, migrated and seeded. */
  readonly databaseUrl?: string;
}

/** A whole hub, as in production but for its log, with a database of its own. */
export interface TestHub {
  readonly url: string;
  readonly databaseUrl: string;
  /** The outside world, where it was started. */
  readonly sandbox: Sandbox;
  /** Every line that was logged, at every level, unredacted. */
  readonly log: readonly string[];
  /** Time as the hub sees it: the real one, plus what a test added. */
  readonly clock: { now(): Date; advance(ms: number): void };
  readonly visitor: Client;
  /** A citizen who has signed in, by the username of a test person. */
  citizen(username: string, options?: { level?: 1 | 2 | 3; endsAt?: Date }): Promise<Client>;
  /** A new member of staff who has signed in, with roles in offices by their slugs. */
  staff(offices: Readonly<Record<string, readonly StaffRole[]>>): Promise<Client & { readonly memberId: string }>;
  /** A new partner, with an agreement over these data. */
  partner(dataSets: readonly DataSet[], options?: { quota?: number; validTo?: string | null }): Promise<PartnerClient>;
  /** Looks into the database. */
  sql<Row extends object = Record<string, string>>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  /** Position of the last event published. */
  position(): Promise<string>;
  close(): Promise<void>;
}

/** A partner with a token. */
export type PartnerClient = Client & { readonly agreementId: string; readonly reference: string };

/** What signing somebody in takes. */
interface Signing {
  readonly em: EntityManager;
  readonly clock: TestHub["clock"];
  readonly keyFile: string;
}

interface Shared {
  readonly folder: string;
  readonly databaseUrl: string;
  readonly clock: TestHub["clock"];
  readonly drop: () => Promise<void>;
}

const shared = new WeakMap<TestHub, Shared>();

/** Tests ask more in a second than anybody may in a minute. */
const unlimited = { BUDGET_VISITOR: "0", BUDGET_CITIZEN: "0", BUDGET_STAFF: "0", BUDGET_PARTNER: "0" };

/** Nobody is given up who only takes long on a busy machine: tests of a deadline bring their own. */
const patient = { OPERATION_DEADLINE_MS: "60000", STATEMENT_TIMEOUT_MS: "60000", ANPR_DEADLINE_MS: "20000" };

/** Starts a hub on a free port. */
export async function startHub({ sandbox: withSandbox = false, settings: given = {}, beside, databaseUrl }: HubOptions = {}): Promise<TestHub> {
  const common = beside ? shared.get(beside)! : await newShared(databaseUrl);
  const { folder, clock } = common;
  const [port, sandboxPort, smtpPort] = [await freePort(), await freePort(), await freePort()];
  const settings = settingsOf({ PORT: String(port), SANDBOX_PORT: String(sandboxPort), SANDBOX_SMTP_PORT: String(smtpPort), DATA_DIR: join(folder, "data"), SANDBOX_DATA: join(folder, "sandbox"), DATABASE_POOL: "12", JOBS_PACE_SECONDS: "0.5", ...unlimited, ...patient, ...given });
  const sandbox = withSandbox ? await startTestSandbox(sandboxPort, smtpPort, settings.PUBLIC_URL, settings.SANDBOX_DATA, clock) : undefined;
  const lines: string[] = [];
  const app: App = await startApp(settings, { databaseUrl: common.databaseUrl, clock, log: pino({ level: "trace" }, { write: line => void lines.push(line) }) });

  const pool = new pg.Pool({ connectionString: common.databaseUrl, max: 2 });
  pool.on("error", () => undefined);
  const sql = async <Row extends object>(text: string, values: readonly unknown[] = []): Promise<Row[]> => (await pool.query<Row & pg.QueryResultRow>(text, [...values])).rows;
  if (sandbox) await sql(`update "partner" set "jwks_uri" = $1`, [`${sandbox.url}/partner/jwks.json`]);
  const orm = await openOrm({ url: common.databaseUrl, poolSize: 2, statementTimeoutMs: 60_000 });
  const signing = (): Signing => ({ em: orm.em.fork(), clock, keyFile: join(settings.DATA_DIR, "keys/token.jwk.json") });
  const hub: TestHub = {
    url: settings.PUBLIC_URL, databaseUrl: common.databaseUrl, log: lines, clock, sql, visitor: new Client(settings.PUBLIC_URL),
    get sandbox() {
      if (!sandbox) throw new Error("this hub was started without the sandbox");
      return sandbox;
    },
    citizen: async (username, options) => new Client(hub.url, await session(signing(), { username, ...options })),
    staff: offices => asStaff(hub, signing(), offices),
    partner: (dataSets, options = {}) => asPartner(hub, signing(), dataSets, options),
    position: async () => (await sql<{ position: string }>(`select coalesce(max("position"), 0)::text as "position" from "event"`))[0]!.position,
    async close() {
      await app.close();
      await sandbox?.close();
      await Promise.all([pool.end(), orm.close(true)]);
      if (!beside) await common.drop();
    },
  };
  shared.set(hub, common);
  return hub;
}

async function newShared(databaseUrl: string | undefined): Promise<Shared> {
  const [database] = await Promise.all([databaseUrl ? undefined : createDatabase(await demonstrationTemplate()), prepareKeys()]);
  const folder = await mkdtemp(join(tmpdir(), "sportello-hub-files-"));
  await copyKeys(folder);
  let ahead = 0;
  return {
    folder, databaseUrl: databaseUrl ?? database!.url,
    clock: { now: () => new Date(Date.now() + ahead), advance: ms => void (ahead += ms) },
    drop: async () => {
      await database?.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A port that nobody listens on, below those that the system hands out to clients. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(15_000, 32_000);
    const probe = createServer();
    const free = await new Promise<boolean>(resolve => probe.once("error", () => resolve(false)).listen(port, "localhost", () => resolve(true)));
    if (free) await new Promise(closed => probe.close(closed));
    if (free) return port;
  }
}

/** A session as the sign-in leaves it, and the cookie that goes with it. */
async function session({ em, clock }: Signing, { username, level = 2, endsAt, staffMember }: { username: string; level?: 1 | 2 | 3 | undefined; endsAt?: Date | undefined; staffMember?: StaffMember }): Promise<{ cookie: string }> {
  const { fiscalCode, givenName, familyName, login } = person(username);
  const createdAt = clock.now();
  const administration = await em.findOneOrFail(Administration, { ipaCode: "c_d205" });
  await em.upsert(Citizen, { id: newId(), administration, fiscalCode, email: login!.email, phone: login!.phone, createdAt }, { onConflictFields: ["administration", "fiscalCode"], onConflictAction: "ignore" });
  const citizen = await em.findOneOrFail(Citizen, { administration, fiscalCode });
  const secret = newSecret();
  em.create(Session, {
    secretHash: createHash("sha256").update(secret).digest("base64url"), administration, citizen, ...(staffMember ? { staffMember } : {}), assurance: `L${level}`,
    givenName, familyName, createdAt, seenAt: createdAt, endsAt: endsAt ?? new Date(createdAt.getTime() + 8 * 3_600_000), scheme: "spid", provider: "https://idp.example", nameId: "name", nameQualifier: "https://idp.example",
  });
  await em.flush();
  return { cookie: `session=${secret}` };
}

async function asStaff(hub: TestHub, signing: Signing, offices: Readonly<Record<string, readonly StaffRole[]>>): Promise<Client & { readonly memberId: string }> {
  const { em } = signing;
  const administration = await em.findOneOrFail(Administration, { ipaCode: "c_d205" });
  const staffMember = em.create(StaffMember, { administration, fiscalCode: randomUUID(), name: "Persona di prova", active: true });
  for (const [slug, roles] of Object.entries(offices)) {
    const office = await em.findOneOrFail(Office, { administration, slug });
    for (const role of roles) em.create(StaffAssignment, { administration, member: staffMember, office, role });
  }
  return Object.assign(new Client(hub.url, await session(signing, { username: "guido.garelli", staffMember })), { memberId: staffMember.id });
}

async function asPartner(hub: TestHub, { em, clock, keyFile }: Signing, dataSets: readonly DataSet[], { quota = 1_000, validTo = null }: { quota?: number; validTo?: string | null }): Promise<PartnerClient> {
  const administration = await em.findOneOrFail(Administration, { ipaCode: "c_d205" });
  const name = `partner-${randomUUID()}`;
  const partner = em.create(Partner, { administration, ipaCode: name, name: "Ente di prova", clientId: name, jwksUri: "http://localhost:1/jwks", active: true });
  const agreement = em.create(Agreement, { administration, partner, reference: `ACC-${name.slice(8, 16)}`, purpose: "Verifica di prova", dataSets: [...dataSets], dailyQuota: quota, validFrom: "2026-01-01", validTo });
  await em.flush();
  const { token } = await (await openTokens(keyFile, hub.url, clock)).issue(name, agreement.id);
  return Object.assign(new Client(hub.url, { authorization: `Bearer ${token}` }), { agreementId: agreement.id, reference: agreement.reference });
}
