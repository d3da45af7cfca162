// Mercurius as its documentation has it at its fastest: just-in-time compilation, loaders without cache, prepared statements.
import { createHash, randomUUID } from "node:crypto";
import Fastify from "fastify";
import mercurius from "mercurius";
import { administrationOf, callerOf, openPool, pageOf, readCursor, ready, settings } from "./common.mjs";
import { typeDefs } from "./schema.mjs";

const pool = openPool();
const administration = await administrationOf(pool);
const rowsOf = async (name, text, values) => (await pool.query({ name, text, values })).rows;

/** Loads what belongs to many rows at once: `rows` gives them all, `owner` says whose each is. */
const many = (name, text, key = obj => obj.key) => ({
  async loader(queries) {
    const found = Map.groupBy(await rowsOf(name, text, [queries.map(({ obj }) => key(obj))]), row => row.owner);
    return queries.map(({ obj }) => found.get(key(obj)) ?? []);
  },
  opts: { cache: false },
});
const one = (name, text, key) => ({
  async loader(queries) {
    const found = new Map((await rowsOf(name, text, [[...new Set(queries.map(({ obj }) => obj[key]))]])).map(row => [row.key, row]));
    return queries.map(({ obj }) => found.get(obj[key]));
  },
  opts: { cache: false },
});

const service = `"id" as key, 'srv_' || "id" as id, "slug", "title", "summary", "category_title" as "categoryTitle", "status"`;
const application = `"id" as key, 'app_' || "id" as id, "state", "submitted_at" as "submittedAt", "service_id" as "serviceId", "office_id" as "officeId"`;
const appointment = `"id" as key, 'apt_' || "id" as id, "code", "state", "starts_at" as "startsAt", "ends_at" as "endsAt", "service_id" as "serviceId", "office_id" as "officeId"`;
const serviceLoader = one("service", `select ${service} from "service" where "id" = any($1)`, "serviceId");
const officeLoader = one("office", `select "id" as key, "slug", "name", "phone", "email" from "office" where "id" = any($1)`, "officeId");
const officerPage = `select ${application} from "application" where "administration_id" = $1 and "office_id" = any($2) and "state" <> 'DRAFT'`;

const resolvers = {
  Query: {
    async services(_, { first }) {
      return pageOf(await rowsOf("services", `select ${service} from "service" where "administration_id" = $1 order by "position", "id" limit $2`, [administration, first + 1]), first);
    },
    async me(_, __, { caller }) {
      const [row] = await rowsOf("me", `select "id" as key, 'cit_' || "id" as id, "email", "phone" from "citizen" where "id" = $1 and "administration_id" = $2`, [caller.citizenId, administration]);
      return row;
    },
    desk: (_, __, { caller }) => ({ officeIds: caller.officeIds }),
  },
  Desk: {
    async applications({ officeIds }, { first, after }) {
      const rows = after
        ? await rowsOf("queue after", `${officerPage} and ("created_at", "id") < ($3, $4) order by "created_at" desc, "id" desc limit $5`, [administration, officeIds, ...readCursor(after), first + 1])
        : await rowsOf("queue", `${officerPage} order by "created_at" desc, "id" desc limit $3`, [administration, officeIds, first + 1]);
      return pageOf(rows, first);
    },
  },
  Citizen: {
    contacts: ({ email, phone }) => ({ email, phone }),
    async appointments({ key }, { first }) {
      return pageOf(await rowsOf("appointments", `select ${appointment} from "appointment" where "citizen_id" = $1 and "administration_id" = $2 order by "starts_at" desc, "id" desc limit $3`, [key, administration, first + 1]), first);
    },
    async applications({ key }, { first }) {
      return pageOf(await rowsOf("applications", `select ${application} from "application" where "citizen_id" = $1 and "administration_id" = $2 order by "created_at" desc, "id" desc limit $3`, [key, administration, first + 1]), first);
    },
  },
  Payment: { amount: ({ amountCents }) => ({ cents: amountCents, currency: "EUR" }) },
  Mutation: {
    bookAppointment: (_, { input }, { caller }) => change("bookAppointment", input, caller, { from: "HELD", to: "BOOKED", event: "APPOINTMENT_BOOKED", success: "BookAppointmentSuccess" }),
    cancelAppointment: (_, { input }, { caller }) => change("cancelAppointment", input, caller, { from: "BOOKED", to: "CANCELLED", event: "APPOINTMENT_CANCELLED", success: "CancelAppointmentSuccess" }),
  },
};

const loaders = {
  Service: {
    offices: many("offices", `select j."service_id" as owner, o."slug", o."name", o."phone", o."email" from "service_office" j join "office" o on o."id" = j."office_id" where j."service_id" = any($1) order by o."name"`),
    whatYouNeed: many("documents", `select "service_id" as owner, "code", "title", "form" from "required_document" where "service_id" = any($1) order by "position"`),
  },
  Application: {
    service: serviceLoader,
    office: officeLoader,
    payments: many("payments", `select "application_id" as owner, 'pay_' || "id" as id, "notice_number" as "noticeNumber", "state", "due_on" as "dueOn", "amount_cents" as "amountCents" from "payment" where "application_id" = any($1) order by "created_at", "id"`),
    history: many("history", `select "application_id" as owner, "from_state" as "from", "to_state" as "to", "at" from "application_event" where "application_id" = any($1) order by "at", "id"`),
  },
  Appointment: { service: serviceLoader, office: officeLoader },
};

/** Moves an appointment of the caller's, with its event and the record of the key, in one transaction. */
async function change(mutation, { appointment: globalId, idempotencyKey }, { citizenId }, { from, to, event, success }) {
  const caller = `citizen:${citizenId}`;
  const inputHash = createHash("sha256").update(JSON.stringify([mutation, globalId, idempotencyKey])).digest("hex");
  const [known] = await rowsOf("record", `select "input_hash", "outcome" from "idempotency_record" where "caller" = $1 and "key" = $2`, [caller, idempotencyKey]);
  const shown = async id => ({ __typename: success, appointment: (await rowsOf("appointment", `select ${appointment} from "appointment" where "id" = $1`, [id]))[0] });
  if (known) return known.input_hash === inputHash ? shown(known.outcome.appointmentId) : { __typename: "WrongState", code: "IDEMPOTENCY_CONFLICT" };
  const id = globalId.slice(4);
  const client = await pool.connect();
  try {
    await client.query("begin");
    const { rows: [found] } = await client.query({ name: "locked", text: `select "state", "office_id" from "appointment" where "id" = $1 and "administration_id" = $2 and "citizen_id" = $3 for update`, values: [id, administration, citizenId] });
    if (found?.state !== from) {
      await client.query("rollback");
      return found ? { __typename: "WrongState", code: "WRONG_STATE" } : { __typename: "NotFound", code: "NOT_FOUND" };
    }
    await client.query({ name: "moved", text: `update "appointment" set "state" = $2, "held_until" = null, "version" = "version" + 1 where "id" = $1`, values: [id, to] });
    await client.query({ name: "event", text: `insert into "event" ("id", "administration_id", "position", "kind", "subject_id", "citizen_id", "office_id", "occurred_at") values ($1, $2, -nextval('event_position'), $3, $4, $5, $6, now())`, values: [randomUUID(), administration, event, id, citizenId, found.office_id] });
    await client.query({ name: "kept", text: `insert into "idempotency_record" ("id", "administration_id", "caller", "key", "mutation", "input_hash", "outcome", "created_at") values ($1, $2, $3, $4, $5, $6, $7, now())`, values: [randomUUID(), administration, caller, idempotencyKey, mutation, inputHash, JSON.stringify({ __typename: success, appointmentId: id })] });
    await client.query("commit");
  } catch (error) {
    await client.query("rollback");
    throw error;
  } finally {
    client.release();
  }
  return shown(id);
}

const app = Fastify();
await app.register(mercurius, { schema: typeDefs, resolvers, loaders, jit: 1, context: async request => ({ caller: await callerOf(pool, request.headers.cookie) }) });
await app.listen({ port: settings.port, host: "127.0.0.1" });
ready();
