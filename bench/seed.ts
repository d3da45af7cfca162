import type { EntityManager, MikroORM } from "@mikro-orm/postgresql";
import pg from "pg";
import { Administration } from "../entities/administration.ts";
import { Citizen } from "../entities/citizen.ts";
import { Session } from "../entities/session.ts";
import { StaffMember } from "../entities/staff.ts";
import { hashOfSecret } from "../operations/session/secret.ts";

/** The secret of a session of the measurements, by its number; peers and hub know it by its hash alone. */
export const citizenSecret = (number: number): string => `bench-citizen-${number}`;
/** The secret of the session of the member of staff of the measurements. */
export const staffSecret = "bench-staff";
/** How many citizens are signed in, spread over all of them. */
export const signedIn = 200;
/** Whose desk is read: a case officer of the demonstration, by fiscal code. */
const officer = "GRLGDU75D23F351U";

/** The tables that are filled in bulk; their indexes are built after the rows, and foreign keys are right by construction. */
const bulk = ["citizen", "application", "application_event", "payment", "appointment"];

/** Identifiers like the hub's own, ordered in time, but known from a number: `kind` keeps the tables apart. */
const identifiers = `
create function bench_id(kind int, number bigint) returns uuid immutable language sql as
$$ select (lpad(to_hex(1700000000000 + number), 12, '0') || '7' || lpad(to_hex(kind), 3, '0') || '8000' || lpad(to_hex(number), 12, '0'))::uuid $$`;

/** Services that take applications, and those that are booked, each with one of its offices. */
const offered = `
create table bench_offer as
select row_number() over (order by s."position") - 1 as place, s."id" as service_id, o."office_id", s."application_kind" as kind, s."title"
from "service" s cross join lateral (select "office_id" from "service_office" where "service_id" = s."id" order by "office_id" limit 1) o where s."application_kind" is not null;
create table bench_booking as
select row_number() over (order by s."position") - 1 as place, s."id" as service_id, o."office_id"
from "service" s cross join lateral (select "office_id" from "service_office" where "service_id" = s."id" order by "office_id" limit 1) o where s."appointment_minutes" is not null`;

/** Rows for `count` applications: five for each citizen, spread over three years, whatever the count. */
const rows = (count: number): string[] => {
  const citizens = count / 5;
  const at = (number: string) => `date_trunc('milliseconds', now() - interval '3 years' + ${number} * (interval '1095 days' / ${count}))`;
  const administration = `(select "id" from "administration")`;
  const state = `(array['DRAFT','SUBMITTED','IN_PROGRESS','IN_PROGRESS','ACCEPTED','ACCEPTED','ACCEPTED','ACCEPTED','ACCEPTED','REJECTED'])[n % 10 + 1]`;
  return [
    `insert into "citizen" ("id", "administration_id", "fiscal_code", "email", "phone", "created_at")
     select bench_id(1, n), ${administration}, 'BNC' || lpad(n::text, 13, '0'), 'citizen' || n || '@bench.example', '+39017100' || lpad(n::text, 6, '0'), now() - interval '4 years'
     from generate_series(0, ${citizens - 1}) n`,
    `insert into "application" ("id", "administration_id", "service_id", "office_id", "citizen_id", "kind", "state", "details", "protocol_year", "protocol_number", "submitted_at", "due_on", "due_steps", "decided_at", "decision_reason", "created_at", "updated_at")
     select bench_id(2, n), ${administration}, f.service_id, f.office_id, bench_id(1, n % ${citizens}), f.kind, ${state},
       case f.kind when 'ZTL_PERMIT' then '{"category": "RESIDENT", "plates": ["AB123CD"], "from": "2026-01-01"}'::jsonb else jsonb_build_object('subject', 'Richiesta ' || n, 'notes', 'Testo della richiesta, di media lunghezza, come lo scrive chi chiede.') end,
       case when n % 10 > 0 then 2026 end, case when n % 10 > 0 then n end, case when n % 10 > 0 then ${at("n")} + interval '1 hour' end, case when n % 10 > 0 then (${at("n")} + interval '30 days')::date end,
       case when n % 10 > 0 then jsonb_build_array(jsonb_build_object('code', 'START', 'on', ${at("n")}::date, 'text', 'Il termine decorre dal giorno dopo la presentazione.', 'source', 'L. 241/1990, art. 2'), jsonb_build_object('code', 'TERM', 'on', (${at("n")} + interval '30 days')::date, 'text', 'Trenta giorni.', 'source', 'L. 241/1990, art. 2')) end,
       case when n % 10 > 3 then ${at("n")} + interval '9 days' end, case when n % 10 = 9 then 'Mancano i requisiti.' end, ${at("n")}, ${at("n")}
     from generate_series(0, ${count - 1}) n join bench_offer f on f.place = (n::bigint * 7919 / 11) % (select count(*) from bench_offer)`,
    `insert into "application_event" ("id", "administration_id", "application_id", "from_state", "to_state", "at")
     select bench_id(3, 2 * n + step), ${administration}, bench_id(2, n), (array['DRAFT','SUBMITTED'])[step + 1], (array['SUBMITTED','IN_PROGRESS'])[step + 1], ${at("n")} + (step + 1) * interval '1 hour'
     from generate_series(0, ${count - 1}) n, generate_series(0, 1) step where n % 10 > step`,
    `insert into "payment" ("id", "administration_id", "citizen_id", "application_id", "notice_number", "iuv", "amount_cents", "description", "debtor_name", "debtor_fiscal_code", "due_on", "transfers", "state", "paid_at", "paid_cents", "created_at")
     select bench_id(4, n), ${administration}, bench_id(1, n % ${citizens}), bench_id(2, n), '302' || lpad(n::text, 15, '0'), '02' || lpad(n::text, 15, '0'), 1600 + n % 50, 'Diritti di istruttoria', 'Persona Sintetica ' || n % ${citizens}, 'BNC' || lpad((n % ${citizens})::text, 13, '0'),
       (${at("n")} + interval '30 days')::date, jsonb_build_array(jsonb_build_object('creditorFiscalCode', '00480530047', 'creditorName', 'Comune di Cuneo', 'amountCents', 1600 + n % 50, 'iban', 'IT60X0542811101000000123456', 'remittance', 'Diritti', 'taxonomyCode', '9/0101100IM/')),
       case when n % 10 > 1 then 'PAID' else 'OPEN' end, case when n % 10 > 1 then ${at("n")} + interval '2 hours' end, case when n % 10 > 1 then 1600 + n % 50 end, ${at("n")} + interval '1 hour'
     from generate_series(0, ${count - 1}) n where n % 5 < 3`,
    `insert into "appointment" ("id", "administration_id", "office_id", "service_id", "citizen_id", "starts_at", "ends_at", "counter", "state", "code", "reason", "created_at")
     select bench_id(5, n), ${administration}, b.office_id, b.service_id, bench_id(1, n / 3), ${at("n / 3 * 5")} + n % 3 * interval '20 days', ${at("n / 3 * 5")} + n % 3 * interval '20 days' + interval '20 minutes', 1, (array['SERVED','CANCELLED','MISSED'])[n % 3 + 1], upper(lpad(to_hex(n), 8, '0')), 'Ritiro del documento', ${at("n / 3 * 5")}
     from generate_series(0, ${citizens * 3 - 1}) n join bench_booking b on b.place = n % (select count(*) from bench_booking)`,
  ];
};

/** Signs somebody in, as a completed sign-in with SPID would. */
function signIn(em: EntityManager, secret: string, administration: Administration, citizen: Citizen, staffMember: StaffMember | null): void {
  const now = new Date();
  em.create(Session, {
    secretHash: hashOfSecret(secret), administration, citizen, staffMember, assurance: "L2", givenName: "Persona", familyName: "Sintetica",
    createdAt: now, seenAt: now, endsAt: new Date(now.getTime() + 8 * 3_600_000), scheme: "spid", provider: "https://idp.bench.example", nameId: "bench", nameQualifier: "https://idp.bench.example",
  });
}

async function signInAll(orm: MikroORM, citizens: number): Promise<void> {
  const em = orm.em.fork();
  const administration = await em.findOneOrFail(Administration, { ipaCode: "c_d205" });
  const fiscalCodes = Array.from({ length: signedIn }, (_, number) => fiscalCodeOf(citizenOf(number, citizens)));
  const found = new Map((await em.find(Citizen, { fiscalCode: { $in: fiscalCodes } })).map(citizen => [citizen.fiscalCode, citizen]));
  fiscalCodes.forEach((code, number) => signIn(em, citizenSecret(number), administration, found.get(code)!, null));
  signIn(em, staffSecret, administration, found.get(fiscalCodes[0])!, await em.findOneOrFail(StaffMember, { fiscalCode: officer }));
  await em.flush();
}

const fiscalCodeOf = (citizen: number): string => `BNC${String(citizen).padStart(13, "0")}`;

/** Which of all citizens a signed-in one is: they are spread evenly. */
const citizenOf = (number: number, citizens: number): number => Math.floor((number * citizens) / signedIn);

/**
 * Fills a migrated and seeded database with `count` applications and what belongs to them, synthetic throughout, and
 * signs citizens and one member of staff in. Rows of a citizen are as many at every size: only the tables grow.
 */
export async function seedBulk(orm: MikroORM, url: string, count: number): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    for (const setting of ["synchronous_commit to off", "maintenance_work_mem to '512MB'", "session_replication_role to replica"]) await client.query(`set ${setting}`);
    await client.query(identifiers);
    await client.query(offered);
    const { rows: indexes } = await client.query<{ name: string; definition: string }>(
      `select c.relname as name, pg_get_indexdef(i.indexrelid) as definition from pg_index i join pg_class c on c.oid = i.indexrelid join pg_class t on t.oid = i.indrelid
       where t.relname = any($1) and not i.indisunique and not i.indisexclusion`, [bulk]);
    for (const { name } of indexes) await client.query(`drop index ${pg.escapeIdentifier(name)}`);
    for (const statement of rows(count)) await client.query(statement);
    for (const { definition } of indexes) await client.query(definition);
    await signInAll(orm, count / 5);
    await client.query("vacuum analyze");
  } finally {
    await client.end();
  }
}

/** An appointment that is held, and the number of the signed-in citizen who holds it. */
export interface Held {
  readonly id: string;
  readonly citizen: number;
}

/** Holds `count` times at a counter of their own (`batch`) for the signed-in citizens, each to be booked and cancelled once. */
export async function seedHeld(url: string, { batch, count, applications }: { batch: number; count: number; applications: number }): Promise<Held[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows: held } = await client.query<Held>(
      `insert into "appointment" ("id", "administration_id", "office_id", "service_id", "citizen_id", "starts_at", "ends_at", "counter", "state", "code", "held_until", "created_at")
       select gen_random_uuid(), a."id", b.office_id, b.service_id, bench_id(1, n::bigint % ${signedIn} * ${applications / 5} / ${signedIn}), t.day + n * interval '20 minutes', t.day + (n + 1) * interval '20 minutes',
         1000 + $1, 'HELD', 'B' || $1 || '-' || n, now() + interval '1 day', now()
       from generate_series(0, $2 - 1) n, "administration" a, (select * from bench_booking where place = 0) b, (select date_trunc('day', now()) + interval '40 days' as day) t
       returning "id", split_part("code", '-', 2)::int % ${signedIn} as citizen`, [batch, count]);
    return held;
  } finally {
    await client.end();
  }
}
