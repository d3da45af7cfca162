import type { TestHub } from "../../helpers/hub.ts";

/** Fills the tables with things of two citizens, in every state, over three offices: what reads are tried on. */
export async function fill(hub: TestHub, each = 40): Promise<void> {
  await hub.sql(`
    insert into "application" ("id", "administration_id", "service_id", "office_id", "citizen_id", "kind", "state", "details", "protocol_year", "protocol_number", "submitted_at", "due_on", "due_steps", "created_at", "updated_at")
    select gen_random_uuid(), c."administration_id", s."id", o."id", c."id", (array['ZTL_PERMIT', 'GENERIC'])[1 + n % 2],
      (array['DRAFT', 'SUBMITTED', 'IN_PROGRESS', 'ACCEPTED', 'REJECTED', 'WITHDRAWN'])[1 + n % 6], case when n % 2 = 0 then '{"category":"FIRM","plates":["GA123BC"],"from":"2027-01-10"}'::jsonb else '{"address":"Via degli Esempi 1"}'::jsonb end,
      case when n % 6 > 0 then 2026 end, case when n % 6 > 0 then row_number() over () end, case when n % 6 > 0 then now() end, case when n % 6 > 0 then '2027-02-01'::date end,
      case when n % 6 > 0 then '[{"code":"TERM","on":"2027-02-01","text":"Trenta giorni","source":null}]'::jsonb end,
      '2026-11-01T08:00:00Z'::timestamptz + (n / 3) * interval '1 hour', now()
    from generate_series(1, $1::int) n cross join "citizen" c cross join lateral (select "id" from "service" order by "id" offset n % 7 limit 1) s cross join lateral (select "id" from "office" order by "slug" offset n % 3 limit 1) o`, [each]);
  await hub.sql(`
    insert into "appointment" ("id", "administration_id", "office_id", "service_id", "citizen_id", "starts_at", "ends_at", "counter", "state", "code", "created_at")
    select gen_random_uuid(), a."administration_id", a."office_id", a."service_id", a."citizen_id", a."created_at" + interval '60 days', a."created_at" + interval '60 days 20 minutes', 100 + row_number() over (),
      (array['BOOKED', 'CANCELLED', 'SERVED', 'MISSED', 'LAPSED'])[1 + (row_number() over ())::int % 5], 'CODE-' || row_number() over (), a."created_at" from "application" a`);
  await hub.sql(`
    insert into "payment" ("id", "administration_id", "citizen_id", "application_id", "notice_number", "iuv", "amount_cents", "description", "debtor_name", "debtor_fiscal_code", "due_on", "transfers", "state", "created_at")
    select gen_random_uuid(), a."administration_id", a."citizen_id", a."id", '3' || lpad((row_number() over ())::text, 17, '0'), lpad((row_number() over ())::text, 17, '0'), 4000, 'Permesso', 'Persona Di Prova', 'ANONIMO', '2027-01-01', '[]',
      (array['OPEN', 'OUTCOME_UNKNOWN', 'PAID', 'EXPIRED', 'CANCELLED'])[1 + (row_number() over ())::int % 5], a."created_at" from "application" a where a."state" <> 'DRAFT'`);
  await hub.sql(`
    insert into "application_event" ("id", "administration_id", "application_id", "from_state", "to_state", "at")
    select gen_random_uuid(), "administration_id", "id", 'DRAFT', 'SUBMITTED', "created_at" + n * interval '1 minute' from "application", generate_series(1, 2) n where "state" <> 'DRAFT'`);
  await hub.sql(`
    insert into "receipt" ("id", "administration_id", "payment_id", "receipt_id", "notice_number", "creditor_fiscal_code", "iuv", "amount_cents", "meaning", "psp_name", "paid_at", "received_at", "message")
    select gen_random_uuid(), "administration_id", "id", 'r' || "iuv", "notice_number", '00480530047', "iuv", 4000, 'SETTLED', 'Banca di prova', now(), now(), '\\x00' from "payment" where "state" = 'PAID'`);
}
