import { Field, Int, ObjectType, registerEnumType } from "type-graphql";
import { Office } from "../entities/office.ts";
import { From, Id, MaybeText, Stored, Text } from "./decorators.ts";
import { NodeType } from "./node.ts";

/** How an office receives. */
export const AccessMode = { BY_APPOINTMENT: "BY_APPOINTMENT", OPEN_ACCESS: "OPEN_ACCESS" } as const;
registerEnumType(AccessMode, {
  name: "AccessMode", description: "How an office receives people in some hours.",
  valuesConfig: { BY_APPOINTMENT: { description: "Those who booked." }, OPEN_ACCESS: { description: "Whoever comes." } },
});

/** Hours of a weekday. */
@ObjectType({ description: "Hours of one day of the week." })
export class OpeningHours {
  @Field(() => Int, { description: "1 Monday … 7 Sunday." })
  weekday!: number;

  @Text("When it opens, `HH:MM` in Italy.")
  from!: string;

  @Text("When it closes, `HH:MM` in Italy.")
  to!: string;

  @Field(() => AccessMode, { description: "How people are received then." })
  mode!: keyof typeof AccessMode;
}

/** A place to go to. */
@Stored({ entity: () => Office, idPrefix: "off" })
@ObjectType("Office", { description: "A place where the administration receives people, and the unit that handles their requests.", implements: NodeType })
export class OfficeType {
  @Id()
  id!: string;

  @Text("Name for addresses of pages, such as `polizia-locale`.")
  slug!: string;

  @Text("Its name.")
  name!: string;

  @Text("What it is for.")
  description!: string;

  @From({ sql: column => `${column("street")} || ', ' || ${column("postalCode")} || ' ' || ${column("city")}` })
  @Text("Where it is, on one line.")
  address!: string;

  @MaybeText("Telephone number; null where there is none.")
  phone!: string | null;

  @MaybeText("E-mail address; null where there is none.")
  email!: string | null;

  @Field(() => [OpeningHours], { description: "When it is open in a usual week." })
  hours!: OpeningHours[];
}
