// What one would write first: Apollo Server on Fastify, MikroORM entities, its data loader behind every relation.
import { createHash, randomUUID } from "node:crypto";
import { ApolloServer } from "@apollo/server";
import fastifyApollo from "@as-integrations/fastify";
import { DataloaderType, LockMode, raw } from "@mikro-orm/core";
import { MikroORM } from "@mikro-orm/postgresql";
import Fastify from "fastify";
import { administrationOf, callerOf, openPool, pageOf, readCursor, ready, settings } from "./common.mjs";
import * as entities from "./entities.mjs";
import { typeDefs } from "./schema.mjs";

const { Appointment, Application, Citizen, Event, IdempotencyRecord, Service } = entities;
const orm = await MikroORM.init({
  clientUrl: settings.databaseUrl, entities: Object.values(entities), pool: { min: 0, max: settings.poolSize }, dataloader: DataloaderType.ALL, forceUtcTimezone: true,
});
const sessions = openPool();
const administration = await administrationOf(sessions);

const globalId = prefix => ({ id }) => `${prefix}_${id}`;
const load = relation => row => row[relation].load();
const items = relation => row => row[relation].loadItems();

const resolvers = {
  Query: {
    services: async (_, { first }, { em }) => pageOf(await em.find(Service, { administration }, { orderBy: { position: "asc", id: "asc" }, limit: first + 1 }), first),
    me: (_, __, { em, caller }) => em.findOne(Citizen, { id: caller.citizenId, administration }),
    desk: (_, __, { caller }) => ({ officeIds: caller.officeIds }),
  },
  Desk: {
    async applications({ officeIds }, { first, after }, { em }) {
      const [createdAt, id] = after ? readCursor(after) : [];
      const rows = await em.find(Application, {
        administration, office: { $in: officeIds }, state: { $ne: "DRAFT" }, ...(after ? { $or: [{ createdAt: { $lt: new Date(createdAt) } }, { createdAt: new Date(createdAt), id: { $lt: id } }] } : {}),
      }, { orderBy: { createdAt: "desc", id: "desc" }, limit: first + 1 });
      return pageOf(rows, first);
    },
  },
  Citizen: {
    id: globalId("cit"),
    contacts: ({ email, phone }) => ({ email, phone }),
    appointments: async (citizen, { first }, { em }) => pageOf(await em.find(Appointment, { citizen, administration }, { orderBy: { startsAt: "desc", id: "desc" }, limit: first + 1 }), first),
    applications: async (citizen, { first }, { em }) => pageOf(await em.find(Application, { citizen, administration }, { orderBy: { createdAt: "desc", id: "desc" }, limit: first + 1 }), first),
  },
  Service: { id: globalId("srv"), offices: items("offices"), whatYouNeed: items("documents") },
  Application: { id: globalId("app"), service: load("service"), office: load("office"), payments: items("payments"), history: items("history") },
  Appointment: { id: globalId("apt"), service: load("service"), office: load("office") },
  Payment: { id: globalId("pay"), amount: ({ amountCents }) => ({ cents: amountCents, currency: "EUR" }) },
  Mutation: {
    bookAppointment: (_, { input }, context) => change("bookAppointment", input, context, { from: "HELD", to: "BOOKED", event: "APPOINTMENT_BOOKED", success: "BookAppointmentSuccess" }),
    cancelAppointment: (_, { input }, context) => change("cancelAppointment", input, context, { from: "BOOKED", to: "CANCELLED", event: "APPOINTMENT_CANCELLED", success: "CancelAppointmentSuccess" }),
  },
};

/** Moves an appointment of the caller's, with its event and the record of the key, in one transaction. */
async function change(mutation, { appointment: given, idempotencyKey }, { em, caller: { citizenId } }, { from, to, event, success }) {
  const caller = `citizen:${citizenId}`;
  const inputHash = createHash("sha256").update(JSON.stringify([mutation, given, idempotencyKey])).digest("hex");
  const known = await em.findOne(IdempotencyRecord, { caller, key: idempotencyKey });
  if (known) return known.inputHash === inputHash ? { __typename: success, appointment: await em.findOne(Appointment, { id: known.outcome.appointmentId }) } : { __typename: "WrongState", code: "IDEMPOTENCY_CONFLICT" };
  return em.transactional(async unit => {
    const appointment = await unit.findOne(Appointment, { id: given.slice(4), administration, citizen: citizenId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
    if (!appointment) return { __typename: "NotFound", code: "NOT_FOUND" };
    if (appointment.state !== from) return { __typename: "WrongState", code: "WRONG_STATE" };
    Object.assign(appointment, { state: to, heldUntil: null });
    unit.create(Event, { id: randomUUID(), administration, position: raw("-nextval('event_position')"), kind: event, subjectId: appointment.id, citizenId, officeId: appointment.office.id, occurredAt: new Date() });
    unit.create(IdempotencyRecord, { id: randomUUID(), administration, caller, key: idempotencyKey, mutation, inputHash, outcome: { __typename: success, appointmentId: appointment.id }, createdAt: new Date() });
    return { __typename: success, appointment };
  });
}

const apollo = new ApolloServer({ typeDefs, resolvers });
await apollo.start();
const app = Fastify();
await app.register(fastifyApollo(apollo), {
  context: async request => ({ em: orm.em.fork(), caller: await callerOf(sessions, request.headers.cookie) }),
});
await app.listen({ port: settings.port, host: "127.0.0.1" });
ready();
