import { Field, InterfaceType, ObjectType, registerEnumType } from "type-graphql";
import { PurposeKind } from "../entities/access-record.ts";
import { Text } from "./decorators.ts";
import { DateTimeScalar } from "./scalars.ts";
import { SourceName } from "./source.ts";

/** How fresh. */
export const Freshness = { LIVE: "LIVE", CACHED: "CACHED", STALE: "STALE" } as const;
registerEnumType(Freshness, {
  name: "Freshness", description: "How fresh registry data are.",
  valuesConfig: {
    LIVE: { description: "Read now." }, CACHED: { description: "Read a while ago, for the same purpose, and still within the allowed time." },
    STALE: { description: "The last thing known of a registry that is down: it may have changed since." },
  },
});
registerEnumType(PurposeKind, {
  name: "PurposeKind", description: "Why registry data are read. There is no reading without one of these.",
  valuesConfig: {
    OWN_REQUEST: { description: "The person's own request." }, APPLICATION: { description: "A case." },
    APPOINTMENT: { description: "An appointment." }, AGREEMENT: { description: "A data-sharing agreement." },
  },
});

/** Where data come from. */
@ObjectType({ description: "Where registry data come from, when they were read, and why." })
export class Provenance {
  @Field(() => SourceName, { description: "Who said it." })
  source!: SourceName;

  @Field(() => DateTimeScalar, { description: "When it was read." })
  readAt!: string;

  @Field(() => Freshness, { description: "Whether it was read now." })
  freshness!: keyof typeof Freshness;

  @Text("The number under which the source knows the read.")
  operationId!: string;

  @Field(() => PurposeKind, { description: "Why it was read." })
  purpose!: PurposeKind;
}

/** Whatever a registry told. */
@InterfaceType({ description: "What a registry told, with its provenance." })
export abstract class RegistryData {
  @Field(() => Provenance, { description: "Where this comes from." })
  provenance!: Provenance;
}
