// The measured tables as MikroORM entities, by its documentation.
import { defineEntity, p } from "@mikro-orm/core";

const id = () => p.uuid().primary();

export const Office = defineEntity({
  name: "Office",
  properties: { id: id(), slug: p.text(), name: p.text(), phone: p.text().nullable(), email: p.text().nullable(), services: () => p.manyToMany(Service).mappedBy("offices") },
});
export const RequiredDocument = defineEntity({
  name: "RequiredDocument",
  properties: { id: id(), service: () => p.manyToOne(Service).ref(), code: p.text(), title: p.text(), form: p.text(), position: p.integer() },
});
export const Service = defineEntity({
  name: "Service",
  properties: {
    id: id(), administration: p.uuid().fieldName("administration_id"), slug: p.text(), title: p.text(), summary: p.text(), categoryTitle: p.text(), status: p.text(), position: p.integer(),
    offices: () => p.manyToMany(Office).inversedBy("services").pivotTable("service_office").joinColumn("service_id").inverseJoinColumn("office_id").orderBy({ name: "asc" }),
    documents: () => p.oneToMany(RequiredDocument).mappedBy("service").orderBy({ position: "asc" }),
  },
});
export const Citizen = defineEntity({
  name: "Citizen",
  properties: { id: id(), administration: p.uuid().fieldName("administration_id"), email: p.text().nullable(), phone: p.text().nullable() },
});
export const Appointment = defineEntity({
  name: "Appointment",
  properties: {
    id: id(), administration: p.uuid().fieldName("administration_id"), citizen: () => p.manyToOne(Citizen).ref(), office: () => p.manyToOne(Office).ref(), service: () => p.manyToOne(Service).ref(),
    code: p.text(), state: p.text(), startsAt: p.datetime(3), endsAt: p.datetime(3), heldUntil: p.datetime(3).nullable(), version: p.integer().version(),
  },
});
export const Application = defineEntity({
  name: "Application",
  properties: {
    id: id(), administration: p.uuid().fieldName("administration_id"), citizen: () => p.manyToOne(Citizen).ref(), office: () => p.manyToOne(Office).ref(), service: () => p.manyToOne(Service).ref(),
    state: p.text(), submittedAt: p.datetime(3).nullable(), createdAt: p.datetime(3),
    payments: () => p.oneToMany(Payment).mappedBy("application").orderBy({ createdAt: "asc", id: "asc" }),
    history: () => p.oneToMany(ApplicationEvent).mappedBy("application").orderBy({ at: "asc", id: "asc" }),
  },
});
export const ApplicationEvent = defineEntity({
  name: "ApplicationEvent",
  properties: { id: id(), application: () => p.manyToOne(Application).ref(), from: p.text().fieldName("from_state"), to: p.text().fieldName("to_state"), at: p.datetime(3) },
});
export const Payment = defineEntity({
  name: "Payment",
  properties: { id: id(), application: () => p.manyToOne(Application).ref(), noticeNumber: p.text(), state: p.text(), dueOn: p.string().columnType("date"), amountCents: p.integer(), createdAt: p.datetime(3) },
});
export const Event = defineEntity({
  name: "Event",
  properties: { id: id(), administration: p.uuid().fieldName("administration_id"), position: p.bigint(), kind: p.text(), subjectId: p.uuid(), citizenId: p.uuid(), officeId: p.uuid(), occurredAt: p.datetime(3) },
});
export const IdempotencyRecord = defineEntity({
  name: "IdempotencyRecord",
  properties: { id: id(), administration: p.uuid().fieldName("administration_id"), caller: p.text(), key: p.text(), mutation: p.text(), inputHash: p.text(), outcome: p.json(), createdAt: p.datetime(3) },
});
