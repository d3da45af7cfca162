import { defineEntity, p } from "@mikro-orm/core";
import { Administration } from "./administration.ts";
import { Application } from "./application.ts";
import { id, instant } from "./common.ts";

const ApplicationEventSchema = defineEntity({
  name: "ApplicationEvent",
  indexes: [{ properties: ["application", "at"] }, { properties: ["administration"] }],
  properties: {
    id: id(),
    administration: () => p.manyToOne(Administration),
    application: () => p.manyToOne(Application),
    from: p.text().fieldName("from_state"),
    to: p.text().fieldName("to_state"),
    at: instant(),
  },
});

/** One move of an application, as its history shows it. */
export class ApplicationEvent extends ApplicationEventSchema.class {
  constructor(values: Pick<ApplicationEvent, "administration" | "application" | "from" | "to" | "at">) {
    super();
    Object.assign(this, values);
  }
}
ApplicationEventSchema.setClass(ApplicationEvent);
