import { Field, ObjectType, registerEnumType } from "type-graphql";
import { StaffRole } from "../entities/staff.ts";
import { ApplicationConnection } from "./application.ts";
import { AppointmentConnection } from "./appointment.ts";
import { Allow, AsksOutside, Paged, Text } from "./decorators.ts";
import { OfficeType } from "./office.ts";
import { PaymentConnection } from "./payment.ts";
import { CodeTableResult, DeclarationResult, DeclarationsResult } from "./registry-office.ts";
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

  @AsksOutside()
  @Field(() => CodeTableResult, { description: "A table of codes of the national residents' registry." })
  codeTable!: typeof CodeTableResult;

  @Allow("desk:declarations")
  @AsksOutside()
  @Field(() => DeclarationsResult, { description: "What citizens declared online at the national registry; for the registry office. Everybody listed sees that they were." })
  declarations!: typeof DeclarationsResult;

  @Allow("desk:declarations")
  @AsksOutside()
  @Field(() => DeclarationResult, { description: "One online declaration with its papers; for the registry office." })
  declaration!: typeof DeclarationResult;

  @Allow("desk:payments")
  @Paged({ order: [["createdAt", "desc"]], filter: "PaymentFilter" })
  @Field(() => PaymentConnection, { description: "Payments for applications of their offices, latest first." })
  payments!: object;

  @Allow("desk:payments")
  @Paged({ order: [["createdAt", "desc"]] })
  @Field(() => PaymentConnection, { description: "Those of these payments that pagoPA's own register refused, and that somebody has to look into." })
  refusedPayments!: object;

  @Allow("desk:representations")
  @Paged({ order: [["declaredAt", "asc"]], filter: "RepresentationFilter" })
  @Field(() => RepresentationConnection, { description: "Declared powers to act for companies, the one that has waited longest first: ask for those that are `PENDING`." })
  representations!: object;
}
