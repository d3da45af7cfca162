import { citizenPermissions, rolePermissions, visitorPermissions } from "../../entities/permission.ts";
import type { AssuranceLevel } from "../../entities/service.ts";
import type { StaffRole } from "../../entities/staff.ts";
import type { Caller, Visitor } from "../caller.ts";
import type { RunStatement } from "../read/reader.ts";
import { hashOfSecret } from "./secret.ts";

/** A session untouched for so long has ended. */
export const idleMinutes = 30;

const statement = `
  select json_build_object(
    'id', s."id", 'endsAt', s."ends_at", 'assurance', s."assurance", 'givenName', s."given_name", 'familyName', s."family_name", 'stale', s."seen_at" < $3::timestamptz,
    'citizenId', c."id", 'fiscalCode', c."fiscal_code",
    'member', case when s."staff_member_id" is not null then (select json_build_object('id', m."id", 'name', m."name", 'active', m."active",
      'assignments', coalesce((select json_agg(json_build_object('office', a."office_id", 'role', a."role") order by a."office_id", a."role") from "staff_assignment" a where a."member_id" = m."id"), '[]'::json))
      from "staff_member" m where m."id" = s."staff_member_id") end)::text
  from "session" s join "citizen" c on c."id" = s."citizen_id"
  where s."secret_hash" = $1 and s."administration_id" = $2::uuid and s."ended_at" is null and s."ends_at" > $4::timestamptz and s."seen_at" > $5::timestamptz`;

interface Row {
  readonly id: string; readonly endsAt: string; readonly assurance: AssuranceLevel; readonly givenName: string; readonly familyName: string; readonly stale: boolean;
  readonly citizenId: string; readonly fiscalCode: string | null;
  readonly member: { readonly id: string; readonly name: string; readonly active: boolean; readonly assignments: readonly { readonly office: string; readonly role: StaffRole }[] } | null;
}

/** Who a cookie's secret stands for now, and whether the session should be marked as seen; null when it is nobody any more. */
export async function identify(
  run: RunStatement, { administrationId, secret, now, pseudonym, signal }: { administrationId: string; secret: string; now: Date; pseudonym: (fiscalCode: string) => string; signal: AbortSignal },
): Promise<{ readonly caller: Caller; readonly sessionId: string; readonly stale: boolean } | null> {
  const ago = (minutes: number) => new Date(now.getTime() - minutes * 60_000);
  const answer = await run("identify", statement, [hashOfSecret(secret), administrationId, ago(1), now, ago(idleMinutes)], signal);
  if (answer === null) return null;
  const row = JSON.parse(answer) as Row;
  const session = { sessionId: row.id, assurance: row.assurance, expiresAt: new Date(row.endsAt) };
  const found = { sessionId: row.id, stale: row.stale };
  if (!row.member) {
    return { ...found, caller: {
      kind: "citizen", ...session, key: `citizen:${row.citizenId}`, permissions: citizen, citizenId: row.citizenId, fiscalCode: row.fiscalCode,
      subjectKey: row.fiscalCode ? pseudonym(row.fiscalCode) : "", givenName: row.givenName, familyName: row.familyName,
    } };
  }
  // Staff work at level 2; whoever lost every role has no desk any more.
  const { id, name, active, assignments } = row.member;
  if (!active || assignments.length === 0 || row.assurance === "L1") return null;
  return { ...found, caller: {
    kind: "staff", ...session, key: `staff:${id}`, memberId: id, name, officeIds: [...new Set(assignments.map(({ office }) => office))], assignments,
    permissions: new Set(assignments.flatMap(({ role }) => rolePermissions[role])),
  } };
}

const citizen = new Set(citizenPermissions);
const nobody = new Set(visitorPermissions);

/** Nobody in particular, told apart by where they come from. */
export const visitor = (address: string): Visitor => ({ kind: "visitor", permissions: nobody, key: `visitor:${address}`, expiresAt: null });
