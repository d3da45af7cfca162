import { defineEntity, p } from "@mikro-orm/core";
import { Administration } from "./administration.ts";
import { Application } from "./application.ts";
import { id, instant } from "./common.ts";

/** Who moved an application: the applicant, somebody who acts for them, a member of staff, or nobody but the hub itself, as when a payment comes in. */
export const EventActor = { APPLICANT: "APPLICANT", DELEGATE: "DELEGATE", STAFF: "STAFF", SYSTEM: "SYSTEM" } as const;
export type EventActor = keyof typeof EventActor;

/** Who did something to an application. */
export interface Actor {
  readonly actor: EventActor;
  /** As both the applicant and the office may see it: of staff the office and the role, never the name. */
  readonly actorName: string;
  /** The key of the caller, which names both whoever acts for another and whom they act for; null where the hub acted by itself. */
  readonly actorKey: string | null;
}

/** The hub itself. Statements that write events without an entity say nothing of the actor and so mean it too. */
const itself = { actor: EventActor.SYSTEM, actorName: "Procedura automatica", actorKey: null } as const satisfies Actor;

const ApplicationEventSchema = defineEntity({
  name: "ApplicationEvent",
  indexes: [{ properties: ["application", "at"] }],
  properties: {
    id: id(),
    administration: () => p.manyToOne(Administration),
    application: () => p.manyToOne(Application),
    from: p.text().fieldName("from_state"),
    to: p.text().fieldName("to_state"),
    at: instant(),
    actor: p.enum(() => EventActor).default(itself.actor),
    actorName: p.text().default(itself.actorName),
    actorKey: p.text().nullable(),
  },
});

/** One move of an application, as its history shows it. */
export class ApplicationEvent extends ApplicationEventSchema.class {
  constructor(values: Pick<ApplicationEvent, "administration" | "application" | "from" | "to" | "at">, by: Actor = itself) {
    super();
    Object.assign(this, values, by);
  }
}
ApplicationEventSchema.setClass(ApplicationEvent);
