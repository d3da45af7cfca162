import { Field, ObjectType, registerEnumType } from "type-graphql";
import { Text } from "./decorators.ts";
import { DateTimeScalar } from "./scalars.ts";

/** The outside systems. */
export const SourceName = { ANPR: "ANPR", SPID: "SPID", CIE: "CIE", PAGOPA: "PAGOPA", IO: "IO", SMTP: "SMTP" } as const;
export type SourceName = keyof typeof SourceName;
registerEnumType(SourceName, {
  name: "SourceName", description: "The systems that the hub asks, most of them national.",
  valuesConfig: {
    ANPR: { description: "The national residents' registry." }, SPID: { description: "Public digital identity." },
    CIE: { description: "Sign-in with the electronic identity card." }, PAGOPA: { description: "Payments to public administrations." },
    IO: { description: "The app in which administrations write to citizens." }, SMTP: { description: "The administration's mail server." },
  },
});

/** How an outside system is doing. */
export const SourceStatus = { UP: "UP", DOWN: "DOWN", UNKNOWN: "UNKNOWN" } as const;
registerEnumType(SourceStatus, {
  name: "SourceStatus", description: "How an outside system is doing, as the hub's own calls tell.",
  valuesConfig: { UP: { description: "It answers." }, DOWN: { description: "It does not answer; the hub spares it for a while." }, UNKNOWN: { description: "It was not asked yet." } },
});

/** An outside system. */
@ObjectType({ description: "A national system that services depend on." })
export class Source {
  @Field(() => SourceName, { description: "Which one." })
  name!: SourceName;

  @Text("Its name for people.")
  title!: string;

  @Field(() => SourceStatus, { description: "Whether it answers." })
  status!: keyof typeof SourceStatus;

  @Field(() => DateTimeScalar, { description: "Since when it has been so." })
  since!: string;
}
