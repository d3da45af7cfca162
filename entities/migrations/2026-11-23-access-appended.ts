import { Migration } from "@mikro-orm/migrations";

/**
 * Links are appended to the chain of accesses as before, with fewer statements: who reads the registry waits for it twice.
 * What is computed from variables alone is no query, and the row of the chain is made only where it is missing.
 */
export class AccessAppended extends Migration {
  override up(): void {
    this.addSql(`
create or replace function append_access(administration uuid, entries jsonb, instant timestamptz) returns jsonb language plpgsql as $$
declare
  chain "access_chain";
  entry jsonb;
  operation text;
  sets text;
  part text;
  written text;
  link_hash text;
  written_at constant text := to_char(instant at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');
  appended jsonb := '[]';
begin
  select * into chain from "access_chain" where "administration_id" = administration for update;
  if not found then
    insert into "access_chain" values (administration, 0, repeat('0', 64)) on conflict do nothing;
    select * into strict chain from "access_chain" where "administration_id" = administration for update;
  end if;
  for place in 0 .. jsonb_array_length(entries) - 1 loop
    entry := entries -> place;
    chain."sequence" := chain."sequence" + 1;
    operation := entry ->> 'operationId';
    -- What must not be done twice keeps the number of the first try, unless that was answered with a no.
    if operation is null and (entry -> 'again')::boolean then
      select case when o."outcome" in ('REFUSED', 'NOT_FOUND', 'AMBIGUOUS') then null else r."operation_id" end into operation
      from "access_record" r left join "access_outcome" o on o."access_id" = r."id"
      where r."administration_id" = administration and r."subject_key" = entry ->> 'subjectKey' and r."purpose_reference" = entry ->> 'purposeReference' and r."data_sets" = entry -> 'dataSets'
      order by r."sequence" desc limit 1;
    end if;
    if operation is null then operation := to_char(instant at time zone 'UTC', 'YYYYMMDDHH24MISS') || lpad(chain."sequence"::text, 12, '0'); end if;
    written := '';
    if entry ->> 'kind' = 'ACCESS' then
      sets := array_to_string(array(select jsonb_array_elements_text(entry -> 'dataSets')), ',');
      foreach part in array array['ACCESS', entry ->> 'id', administration::text, chain."sequence"::text, written_at,
          entry ->> 'subjectKey', entry ->> 'actor', entry ->> 'actorKey', entry ->> 'actorName', entry ->> 'source', sets,
          entry ->> 'purpose', entry ->> 'purposeText', entry ->> 'purposeReference', operation, chain."hash"] loop
        written := written || octet_length(part) || ':' || part;
      end loop;
    else
      foreach part in array array[entry ->> 'kind', entry ->> 'id', administration::text, chain."sequence"::text, written_at, entry ->> 'access', entry ->> 'outcome', chain."hash"] loop
        written := written || octet_length(part) || ':' || part;
      end loop;
    end if;
    link_hash := encode(sha256(convert_to(written, 'UTF8')), 'hex');
    if entry ->> 'kind' = 'ACCESS' then
      insert into "access_record" ("id", "administration_id", "sequence", "at", "subject_key", "actor", "actor_key", "actor_name", "source", "data_sets",
        "purpose", "purpose_text", "purpose_reference", "operation_id", "previous_hash", "hash")
      values ((entry ->> 'id')::uuid, administration, chain."sequence", instant, entry ->> 'subjectKey', entry ->> 'actor', entry ->> 'actorKey', entry ->> 'actorName', entry ->> 'source', entry -> 'dataSets',
        entry ->> 'purpose', entry ->> 'purposeText', entry ->> 'purposeReference', operation, chain."hash", link_hash);
    else
      insert into "access_outcome" ("id", "administration_id", "sequence", "at", "access_id", "outcome", "previous_hash", "hash")
      values ((entry ->> 'id')::uuid, administration, chain."sequence", instant, (entry ->> 'access')::uuid, entry ->> 'outcome', chain."hash", link_hash);
    end if;
    chain."hash" := link_hash;
    appended := appended || jsonb_build_object('sequence', chain."sequence", 'operationId', operation);
  end loop;
  update "access_chain" set "sequence" = chain."sequence", "hash" = chain."hash" where "administration_id" = administration;
  return appended;
end $$;
`);
  }
}
