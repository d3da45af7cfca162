import { Field, ObjectType, registerEnumType } from "type-graphql";
import { StaffRole } from "../entities/staff.ts";
import { ApplicationConnection } from "./application.ts";
import { AppointmentConnection } from "./appointment.ts";
import { Allow, Paged, Text } from "./decorators.ts";
import { OfficeType } from "./office.ts";
import { PaymentConnection } from "./payment.ts";
import { RepresentationConnection } from "./representation.ts";

registerEnumType(StaffRole, {
  name: "StaffRole", description: "What somebody does in an office.",
  valuesConfig: {
    FRONT_OFFICE: { description: "Receives people." }, CASE_OFFICER: { description: "Works on applications and decides them." },
    ACCOUNTANT: { description: "Looks after payments." }, SUPERVISOR: { description: "All of these." },
  },
});

/** The desk of somebody at work. */
@ObjectType({ description: "The desk of a member of staff: what their offices have to do. One front office for all requests." })
export class Desk {
  @Text("Name of the member of staff.")
  member!: string;

  @Field(() => [OfficeType], { description: "The offices where they work." })
  offices!: OfficeType[];

  @Paged({ order: [["createdAt", "desc"]], filter: "ApplicationFilter" })
  @Field(() => ApplicationConnection, { description: "Applications of their offices, latest first." })
  applications!: object;

  @Paged({ order: [["startsAt", "asc"]], filter: "AppointmentFilter" })
  @Field(() => AppointmentConnection, { description: "Appointments of their offices, by time." })
  appointments!: object;

  @Allow("desk:payments")
  @Paged({ order: [["createdAt", "desc"]], filter: "PaymentFilter" })
  @Field(() => PaymentConnection, { description: "Payments for applications of their offices, latest first." })
  payments!: object;

  @Allow("desk:representations")
  @Paged({ order: [["declaredAt", "asc"]], filter: "RepresentationFilter" })
  @Field(() => RepresentationConnection, { description: "Declared powers to act for companies, the one that has waited longest first: ask for those that are `PENDING`." })
  representations!: object;
}
