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
  await hub.sql(`
    insert into "collection" ("id", "administration_id", "receipt_id", "payment_id", "transfer_index", "iuv", "iur", "amount_cents", "iban", "paid_on", "state", "noted_at")
    select gen_random_uuid(), "administration_id", "id", "payment_id", 1, "iuv", "receipt_id", "amount_cents", null, '2026-12-02', 'REPORTED', now() from "receipt"`);
  await hub.sql(`
    insert into "flow" ("id", "administration_id", "psp_id", "name", "revision", "published_at", "state", "psp_name", "regulation", "regulation_date", "sum_cents", "count", "payments_cents", "payments_count", "pages", "failures", "failure", "created_at", "version")
    select gen_random_uuid(), a."id", 'PSPTEST1', '2026-12-03PSPTEST1-' || n, 1, '2026-12-04T08:00:00Z'::timestamptz + n * interval '1 minute', (array['WAITING', 'COMPLETE', 'SUPERSEDED', 'FAILED'])[1 + n % 4], case when n % 4 = 1 then 'Banca di prova' end, case when n % 4 = 1 then 'TRN' || n end,
      case when n % 4 = 1 then '2026-12-03'::date end, case when n % 4 = 1 then 4000 end, case when n % 4 = 1 then 1 end, case when n % 4 = 1 then 4000 end, case when n % 4 = 1 then 1 end, 0, 0, case when n % 4 = 3 then 'HTTP_500' end, now(), 1
    from "administration" a, generate_series(1, $1::int) n`, [each]);
  await hub.sql(`
    insert into "flow_payment" ("id", "administration_id", "flow_id", "index", "iuv", "iur", "transfer_index", "amount_cents", "outcome", "paid_on", "match", "collection_id")
    select gen_random_uuid(), c."administration_id", f."id", row_number() over (order by c."id"), c."iuv", c."iur", 1, c."amount_cents", 'EXECUTED', c."paid_on", 'MATCHED', c."id" from "collection" c cross join (select "id" from "flow" where "state" = 'COMPLETE' order by "name" limit 1) f`);
  await hub.sql(`
    insert into "bank_statement" ("id", "administration_id", "iban", "reference", "content_hash", "place", "from_day", "to_day", "credits_count", "credits_cents", "others_count", "others_cents", "known_count", "known_cents", "imported_by_id", "imported_at")
    select gen_random_uuid(), m."administration_id", 'IT60X0542811101000000123456', 'S1', 'x', 1, '2026-12-01', '2026-12-04', 1, 4000, 0, 0, 0, 0, m."id", now() from (select * from "staff_member" order by "id" limit 1) m`);
  await hub.sql(`
    insert into "bank_credit" ("id", "administration_id", "statement_id", "place", "identity", "booked_on", "amount_cents", "flow_name", "reference", "match", "flow_id")
    select gen_random_uuid(), s."administration_id", s."id", 1, 'x', '2026-12-03', 4000, f."name", 'R1', 'MATCHED', f."id" from "bank_statement" s cross join (select "id", "name" from "flow" where "state" = 'COMPLETE' order by "name" limit 1) f`);
  await hub.sql(`
    insert into "discrepancy" ("id", "administration_id", "reason", "state", "subject_id", "flow_id", "flow_payment_id", "credit_id", "collection_id", "expected_cents", "found_cents", "opened_at", "resolved_at", "resolved_by_id", "note", "version")
    select gen_random_uuid(), l."administration_id", 'AMOUNT_DIFFERS', case when l."index" % 2 = 0 then 'OPEN' else 'RESOLVED' end, l."id", l."flow_id", l."id", (select "id" from "bank_credit" limit 1), l."collection_id", 4000, 4000, now(), case when l."index" % 2 = 1 then now() end,
      case when l."index" % 2 = 1 then (select "id" from "staff_member" order by "id" limit 1) end, case when l."index" % 2 = 1 then 'visto' end, 1 from "flow_payment" l`);
}
