// The limit: node:http, pg, and for each kind of request one prepared statement whose JSON goes out as it came.
import { Buffer } from "node:buffer";
import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import { administrationOf, openPool, readCursor, ready, secretHash, settings } from "./common.mjs";

const pool = openPool();
const administration = await administrationOf(pool);

const caller = `(select s."citizen_id", s."staff_member_id" from "session" s where s."secret_hash" = $2 and s."ended_at" is null and s."ends_at" > now() and s."seen_at" > now() - interval '30 minutes')`;
const instant = column => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
const list = (rows, more) => `'nodes', coalesce((select json_agg(r.o) from (${rows}) r), '[]')${more === undefined ? "" : `, 'pageInfo', json_build_object('hasNextPage', ${more})`}`;
const titleOfService = row => `(select json_build_object('title', s."title") from "service" s where s."id" = ${row}."service_id")`;
const nameOfOffice = row => `(select json_build_object('name', o."name") from "office" o where o."id" = ${row}."office_id")`;

const services = `select json_build_object('id', 'srv_' || s."id", 'slug', s."slug", 'title', s."title", 'summary', s."summary", 'categoryTitle', s."category_title", 'status', s."status",
    'offices', (select coalesce(json_agg(json_build_object('slug', o."slug", 'name', o."name", 'phone', o."phone", 'email', o."email") order by o."name"), '[]') from "service_office" j join "office" o on o."id" = j."office_id" where j."service_id" = s."id"),
    'whatYouNeed', (select coalesce(json_agg(json_build_object('code', d."code", 'title', d."title", 'form', d."form") order by d."position"), '[]') from "required_document" d where d."service_id" = s."id")) as o
  from "service" s where s."administration_id" = $1 order by s."position", s."id" limit 20`;
const catalogue = `select json_build_object('data', json_build_object('services', json_build_object(${list(services, `(select count(*) > 20 from (select from "service" where "administration_id" = $1 limit 21) m)`)})))::text`;

const appointments = `select json_build_object('id', 'apt_' || a."id", 'code', a."code", 'state', a."state", 'startsAt', ${instant(`a."starts_at"`)}, 'endsAt', ${instant(`a."ends_at"`)}, 'office', ${nameOfOffice("a")}, 'service', ${titleOfService("a")}) as o
  from "appointment" a where a."citizen_id" = c."id" and a."administration_id" = $1 order by a."starts_at" desc, a."id" desc limit 5`;
const applications = `select json_build_object('id', 'app_' || a."id", 'state', a."state", 'submittedAt', ${instant(`a."submitted_at"`)}, 'service', ${titleOfService("a")}, 'office', ${nameOfOffice("a")},
    'payments', (select coalesce(json_agg(json_build_object('id', 'pay_' || p."id", 'noticeNumber', p."notice_number", 'state', p."state", 'dueOn', p."due_on", 'amount', json_build_object('cents', p."amount_cents", 'currency', 'EUR')) order by p."created_at", p."id"), '[]') from "payment" p where p."application_id" = a."id")) as o
  from "application" a where a."citizen_id" = c."id" and a."administration_id" = $1 order by a."created_at" desc, a."id" desc limit 10`;
const home = `select json_build_object('data', json_build_object('me', json_build_object('id', 'cit_' || c."id", 'contacts', json_build_object('email', c."email", 'phone', c."phone"),
    'appointments', json_build_object(${list(appointments)}), 'applications', json_build_object(${list(applications)}))))::text
  from ${caller} s join "citizen" c on c."id" = s."citizen_id" where c."administration_id" = $1`;

const queued = `select json_build_object('id', 'app_' || a."id", 'state', a."state", 'submittedAt', ${instant(`a."submitted_at"`)}, 'service', ${titleOfService("a")},
    'history', (select coalesce(json_agg(json_build_object('from', e."from_state", 'to', e."to_state", 'at', ${instant(`e."at"`)}) order by e."at", e."id"), '[]') from "application_event" e where e."application_id" = a."id"),
    'payments', (select coalesce(json_agg(json_build_object('noticeNumber', p."notice_number", 'state', p."state", 'amount', json_build_object('cents', p."amount_cents")) order by p."created_at", p."id"), '[]') from "payment" p where p."application_id" = a."id")) as o`;
const office = `(select distinct g."office_id" from ${caller} s join "staff_assignment" g on g."member_id" = s."staff_member_id")`;
const page = `from "application" a where a."office_id" = ${office} and a."administration_id" = $1 and a."state" <> 'DRAFT' and (a."created_at", a."id") < ($3, $4) order by a."created_at" desc, a."id" desc limit`;
const queue = `select json_build_object('data', json_build_object('desk', json_build_object('applications', json_build_object(${list(`${queued} ${page} 20`, `(select count(*) > 20 from (select ${page} 21) m)`)}))))::text`;

// Events below zero are nobody's to publish: the hub's relay would otherwise do it for all.
const changed = (from, to, event, mutation, success) => `
  with c as ${caller}, moved as (
    update "appointment" a set "state" = '${to}', "held_until" = null, "version" = "version" + 1 where a."id" = $3 and a."administration_id" = $1 and a."citizen_id" = (select "citizen_id" from c) and a."state" = '${from}' returning a.*
  ), happened as (
    insert into "event" ("id", "administration_id", "position", "kind", "subject_id", "citizen_id", "office_id", "occurred_at") select $4::uuid, $1, -nextval('event_position'), '${event}', "id", "citizen_id", "office_id", now() from moved
  ), kept as (
    insert into "idempotency_record" ("id", "administration_id", "caller", "key", "mutation", "input_hash", "outcome", "created_at") select $5::uuid, $1, 'citizen:' || "citizen_id", $6, '${mutation}', md5($6), json_build_object('__typename', '${success}', 'appointmentId', "id"), now() from moved
  ) select json_build_object('data', json_build_object('${mutation}', json_build_object('appointment', json_build_object('id', 'apt_' || "id", 'code', "code", 'state', "state"))))::text from moved`;
const change = statement => ({ text: statement, values: (hash, { appointment, idempotencyKey }) => [administration, hash, appointment.slice(4), randomUUID(), randomUUID(), idempotencyKey] });

const works = {
  "/catalogue": { text: catalogue, values: () => [administration] },
  "/home": { text: home, values: hash => [administration, hash] },
  "/queue": { text: queue, values: (hash, { after }) => [administration, hash, ...readCursor(after)] },
  "/book": change(changed("HELD", "BOOKED", "APPOINTMENT_BOOKED", "bookAppointment", "BookAppointmentSuccess")),
  "/cancel": change(changed("BOOKED", "CANCELLED", "APPOINTMENT_CANCELLED", "cancelAppointment", "CancelAppointmentSuccess")),
};

async function answer(request, response, given) {
  try {
    const { text, values } = works[request.url];
    const { rows } = await pool.query({ name: request.url, text, values: values(secretHash(request.headers.cookie), JSON.parse(given || "{}")), rowMode: "array" });
    const body = Buffer.from(rows[0][0]);
    response.writeHead(200, { "content-type": "application/json; charset=utf-8", "content-length": body.length }).end(body);
  } catch (error) {
    response.writeHead(500, { "content-length": 0 }).end();
    console.error(error);
  }
}

createServer((request, response) => {
  const parts = [];
  request.on("data", part => parts.push(part)).on("end", () => void answer(request, response, Buffer.concat(parts).toString()));
}).listen(settings.port, "127.0.0.1", ready);
