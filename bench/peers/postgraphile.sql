-- What PostGraphile needs of the database: who may see which rows, and the two mutations.
do $$ begin
  if not exists (select from pg_roles where rolname = 'bench_citizen') then create role bench_citizen; create role bench_staff; end if;
end $$;
grant usage on schema public to bench_citizen, bench_staff;
grant select on all tables in schema public to bench_citizen, bench_staff;

alter table "citizen" enable row level security;
alter table "appointment" enable row level security;
alter table "application" enable row level security;
alter table "payment" enable row level security;
create policy own on "citizen" to bench_citizen using ("id" = (select current_setting('bench.citizen')::uuid));
create policy own on "appointment" to bench_citizen using ("citizen_id" = (select current_setting('bench.citizen')::uuid));
create policy own on "application" to bench_citizen using ("citizen_id" = (select current_setting('bench.citizen')::uuid));
create policy own on "payment" to bench_citizen using ("citizen_id" = (select current_setting('bench.citizen')::uuid));
create policy office on "application" to bench_staff using ("office_id" = any ((select current_setting('bench.offices')::uuid[])::uuid[]) and "state" <> 'DRAFT');
create policy office on "payment" to bench_staff using (exists (select from "application" a where a."id" = "application_id"));

create schema bench_postgraphile;
create function bench_postgraphile.move_appointment(appointment uuid, idempotency_key text, state_from text, state_to text, kind text, mutation text, success text) returns "appointment" language plpgsql security definer as $$
declare
  found_row "appointment";
  me uuid := current_setting('bench.citizen')::uuid;
  hash text := md5(mutation || appointment || idempotency_key);
  known "idempotency_record";
begin
  select * into known from "idempotency_record" r where r."caller" = 'citizen:' || me and r."key" = idempotency_key;
  if known."id" is not null then
    if known."input_hash" <> hash then raise exception 'IDEMPOTENCY_CONFLICT'; end if;
    select * into found_row from "appointment" a where a."id" = appointment;
    return found_row;
  end if;
  select * into found_row from "appointment" a where a."id" = appointment and a."citizen_id" = me for update;
  if found_row."id" is null then raise exception 'NOT_FOUND'; end if;
  if found_row."state" <> state_from then raise exception 'WRONG_STATE'; end if;
  update "appointment" a set "state" = state_to, "held_until" = null, "version" = "version" + 1 where a."id" = appointment returning * into found_row;
  insert into "event" ("id", "administration_id", "position", "kind", "subject_id", "citizen_id", "office_id", "occurred_at") values (gen_random_uuid(), found_row."administration_id", -nextval('event_position'), kind, appointment, me, found_row."office_id", now());
  insert into "idempotency_record" ("id", "administration_id", "caller", "key", "mutation", "input_hash", "outcome", "created_at")
    values (gen_random_uuid(), found_row."administration_id", 'citizen:' || me, idempotency_key, mutation, hash, jsonb_build_object('__typename', success, 'appointmentId', appointment), now());
  return found_row;
end $$;
create schema bench_mutations;
create function bench_mutations.book_appointment(appointment uuid, idempotency_key text) returns "appointment" language sql volatile as $$
  select bench_postgraphile.move_appointment(appointment, idempotency_key, 'HELD', 'BOOKED', 'APPOINTMENT_BOOKED', 'bookAppointment', 'BookAppointmentSuccess') $$;
create function bench_mutations.cancel_appointment(appointment uuid, idempotency_key text) returns "appointment" language sql volatile as $$
  select bench_postgraphile.move_appointment(appointment, idempotency_key, 'BOOKED', 'CANCELLED', 'APPOINTMENT_CANCELLED', 'cancelAppointment', 'CancelAppointmentSuccess') $$;
grant usage on schema bench_postgraphile, bench_mutations to bench_citizen, bench_staff;
