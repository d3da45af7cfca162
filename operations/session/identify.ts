import { citizenPermissions, rolePermissions, visitorPermissions, type Permission } from "../../entities/permission.ts";
import type { DelegationKind } from "../../entities/delegation.ts";
import type { AssuranceLevel } from "../../entities/service.ts";
import type { StaffRole } from "../../entities/staff.ts";
import { networkOf } from "../../kernel/network.ts";
import type { CitizenCaller, StaffCaller, Visitor } from "../caller.ts";
import type { RunStatement } from "../read/reader.ts";
import { hashOfSecret } from "./secret.ts";

/** A session untouched for so long has ended. */
export const idleMinutes = 30;

/** Reads an open session; `shown` are further members of the answer, `and` says which session. */
const statementOf = (from: string, and: string, shown = ""): string => `
  select json_build_object(${shown}
    'id', s."id", 'endsAt', s."ends_at", 'assurance', s."assurance", 'givenName', s."given_name", 'familyName', s."family_name", 'stale', s."seen_at" < $3::timestamptz,
    'citizenId', c."id", 'fiscalCode', c."fiscal_code",
    'acting', case when d."id" is not null then (select json_build_object('citizenId', o."id", 'fiscalCode', o."fiscal_code", 'givenName', d."given_name", 'familyName', d."family_name",
      'kind', d."kind", 'since', d."started_at", 'endsAt', d."ends_at") from "citizen" o where o."id" = d."subject_id") end,
    'member', case when s."staff_member_id" is not null then (select json_build_object('id', m."id", 'name', m."name", 'active', m."active",
      'assignments', coalesce((select json_agg(json_build_object('office', a."office_id", 'role', a."role") order by a."office_id", a."role") from "staff_assignment" a where a."member_id" = m."id"), '[]'::json))
      from "staff_member" m where m."id" = s."staff_member_id") end)::text
  from ${from} join "citizen" c on c."id" = s."citizen_id" left join "delegation" d on d."session_id" = s."id" and d."ended_at" is null and (d."ends_at" is null or d."ends_at" > $4::timestamptz)
  where ${and} and s."administration_id" = $2::uuid and s."ended_at" is null and s."ends_at" > $4::timestamptz and s."seen_at" > $5::timestamptz`;

const byCookie = statementOf('"session" s', 's."secret_hash" = $1');

const byToken = statementOf(
  '"oidc_artifact" t join "session" s on s."id" = t."session_id" join "oidc_client" k on k."client_id" = t."payload" ->> \'clientId\' and k."administration_id" = t."administration_id"',
  't."id" = $1 and t."kind" = \'AccessToken\' and t."expires_at" > $4::timestamptz and t."consumed_at" is null and k."active" and k."staff" = (s."staff_member_id" is not null)',
  `'token', json_build_object('client', k."client_id", 'permissions', k."permissions", 'documents', k."documents", 'expiresAt', t."expires_at", 'proofKey', t."payload" ->> 'jkt'), `,
);

interface Row {
  readonly id: string; readonly endsAt: string; readonly assurance: AssuranceLevel; readonly givenName: string; readonly familyName: string; readonly stale: boolean;
  readonly citizenId: string; readonly fiscalCode: string | null;
  readonly acting: { readonly citizenId: string; readonly fiscalCode: string; readonly givenName: string; readonly familyName: string; readonly kind: DelegationKind; readonly since: string; readonly endsAt: string | null } | null;
  readonly member: { readonly id: string; readonly name: string; readonly active: boolean; readonly assignments: readonly { readonly office: string; readonly role: StaffRole }[] } | null;
}

/** What is asked for: whoever holds a secret of which this is the hash. */
interface Sought {
  readonly administrationId: string;
  readonly now: Date;
  readonly pseudonym: (fiscalCode: string) => string;
  readonly signal: AbortSignal;
}

/** Somebody who was found. */
export interface Identified {
  readonly caller: CitizenCaller | StaffCaller;
  readonly sessionId: string;
  /** Who signed in, as a citizen: also where they are at work, or act for another. */
  readonly holderId: string;
  /** Whether their session should be marked as seen. */
  readonly stale: boolean;
  /** Thumbprint of the key without which the token that was shown is of no use; null where there is none. */
  readonly proofKey: string | null;
}

/** Who a cookie's secret stands for now; null when it is nobody any more. */
export async function identify(run: RunStatement, { secret, ...sought }: Sought & { readonly secret: string }): Promise<Identified | null> {
  const row = await read<Row>(run, "identify", byCookie, hashOfSecret(secret), sought);
  return row && identified(row, sought.pseudonym);
}

/** What a client's access token is, besides the person that it stands for. */
interface TokenRow extends Row {
  readonly token: { readonly client: string; readonly permissions: readonly Permission[]; readonly documents: string | null; readonly expiresAt: string; readonly proofKey: string | null };
}

/**
 * Who an access token stands for now, by the hash under which it is kept: the person of the session on which it rests, with
 * what its client may use of the graph and no more. Null when the token is none, or has ended with its session.
 */
export async function identifyToken(run: RunStatement, { tokenHash, ...sought }: Sought & { readonly tokenHash: string }): Promise<Identified | null> {
  const row = await read<TokenRow>(run, "identifyToken", byToken, tokenHash, sought);
  const found = row && identified(row, sought.pseudonym);
  if (!found) return null;
  const { client, permissions, documents, expiresAt, proofKey } = row.token;
  const { caller } = found;
  const through = { client, ...(documents === null ? {} : { documents }), expiresAt: new Date(expiresAt), permissions: new Set(permissions.filter(permission => caller.permissions.has(permission))) };
  const acting = caller.kind === "citizen" && caller.acting ? { acting: { ...caller.acting, by: { ...caller.acting.by, ...through } } } : {};
  return { ...found, caller: { ...caller, ...through, ...acting }, proofKey };
}

async function read<Found>(run: RunStatement, name: string, statement: string, hash: string, { administrationId, now, signal }: Sought): Promise<Found | null> {
  const ago = (minutes: number) => new Date(now.getTime() - minutes * 60_000);
  const answer = await run(name, statement, [hash, administrationId, ago(1), now, ago(idleMinutes)], signal);
  return answer === null ? null : (JSON.parse(answer) as Found);
}

function identified(row: Row, pseudonym: Sought["pseudonym"]): Identified | null {
  const session = { sessionId: row.id, assurance: row.assurance, expiresAt: new Date(row.endsAt) };
  const found = { sessionId: row.id, holderId: row.citizenId, stale: row.stale, proofKey: null };
  if (!row.member) {
    const { citizenId, fiscalCode, givenName, familyName } = row;
    const holder: CitizenCaller = {
      kind: "citizen", ...session, key: `citizen:${citizenId}`, permissions: citizen, citizenId, fiscalCode, subjectKey: fiscalCode ? pseudonym(fiscalCode) : "", givenName, familyName,
    };
    return { ...found, caller: row.acting ? inPlaceOf(holder, row.acting, pseudonym) : holder };
  }
  // Staff work at level 2; whoever lost every role has no desk any more.
  const { id, name, active, assignments } = row.member;
  if (!active || assignments.length === 0 || row.assurance === "L1") return null;
  return { ...found, caller: {
    kind: "staff", ...session, key: `staff:${id}`, memberId: id, name, officeIds: [...new Set(assignments.map(({ office }) => office))], assignments,
    permissions: new Set(assignments.flatMap(({ role }) => rolePermissions[role])),
  } };
}

/** Somebody as they stand before the hub while another acts for them: theirs are the rows and the data, and both are named wherever it is written who did something. */
function inPlaceOf(holder: CitizenCaller, { kind, since, endsAt, ...subject }: NonNullable<Row["acting"]>, pseudonym: Sought["pseudonym"]): CitizenCaller {
  const expiresAt = new Date(Math.min(holder.expiresAt!.getTime(), endsAt === null ? Infinity : Date.parse(endsAt)));
  return { ...holder, ...subject, key: `${holder.key}:for:${subject.citizenId}`, subjectKey: pseudonym(subject.fiscalCode), expiresAt, acting: { by: holder, kind, since: new Date(since) } };
}

const citizen = new Set(citizenPermissions);
const nobody = new Set(visitorPermissions);

/** Nobody in particular, told apart by where they come from. */
export const visitor = (address: string): Visitor => ({ kind: "visitor", permissions: nobody, key: `visitor:${networkOf(address)}`, expiresAt: null });
