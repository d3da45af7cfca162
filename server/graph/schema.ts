import "reflect-metadata";
import {
  GraphQLInt, GraphQLString, isAbstractType, isInterfaceType, isObjectType, type GraphQLArgument, type GraphQLField, type GraphQLInputType, type GraphQLSchema,
} from "graphql";
import { buildSchemaSync, getMetadataStorage } from "type-graphql";
import { argumentKey } from "../../operations/read/selection.ts";
import { resolvers } from "../../resolvers/index.ts";
import { ApplicationFilter, GenericApplicationType, ZtlPermitApplicationType } from "../../schema/application.ts";
import { AppointmentFilter } from "../../schema/appointment.ts";
import type { HubExtensions } from "../../schema/decorators.ts";
import { FlowFilter } from "../../schema/flow.ts";
import { MessageFilter } from "../../schema/message.ts";
import { PaymentFilter } from "../../schema/payment.ts";
import { DiscrepancyFilter } from "../../schema/reconciliation.ts";
import { RepresentationFilter } from "../../schema/representation.ts";
import { ServiceFilter } from "../../schema/service.ts";

/** Types that no field names: filters stand on fields as names, kinds of applications behind their interface. */
const orphanedTypes = [ServiceFilter, ApplicationFilter, AppointmentFilter, PaymentFilter, MessageFilter, FlowFilter, DiscrepancyFilter, RepresentationFilter, ZtlPermitApplicationType, GenericApplicationType];

/**
 * The whole graph, with every field that anybody may ask: the source of all slices, shown to nobody.
 *
 * What type-graphql builds is finished here: paged fields get their arguments, and abstract types go by the `__typename`
 * that every value carries.
 */
export function buildGraph(): GraphQLSchema {
  // Stored fields have no resolver call: the executor reads the property.
  for (const type of getMetadataStorage().objectTypes) type.simpleResolvers = true;
  const schema = buildSchemaSync({
    resolvers: resolvers, orphanedTypes, validate: false,
    // Without a publisher of its own: every subscription brings its stream.
    pubSub: { publish: () => undefined, subscribe: () => { throw new Error("no topics"); } },
  });
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith("__")) continue;
    if (isAbstractType(type)) type.resolveType = (value: { __typename?: string }) => value.__typename;
    if (!isObjectType(type) && !isInterfaceType(type)) continue;
    for (const field of Object.values(type.getFields())) finish(field, schema);
  }
  return schema;
}

const extensionsOf = (field: GraphQLField<unknown, unknown>): HubExtensions => field.extensions as HubExtensions;

function finish(field: GraphQLField<unknown, unknown>, schema: GraphQLSchema): void {
  const { paged } = extensionsOf(field);
  if (!paged) return;
  const filter = paged.filter ? (schema.getType(paged.filter) as GraphQLInputType) : undefined;
  (field.args as GraphQLArgument[]).push(
    argument("first", "How many items from the beginning (or after `after`), 1 to 100. Without `first` and `last`: 20.", GraphQLInt),
    argument("after", "The cursor after which the page begins.", GraphQLString),
    argument("last", "How many items from the end (or before `before`), 1 to 100.", GraphQLInt),
    argument("before", "The cursor before which the page ends.", GraphQLString),
    ...(filter ? [argument("filter", "Only the items that meet all of these.", filter)] : []),
  );
  // The planner put each use under a key of its own, so that two aliases are never mixed.
  if (paged.property) field.resolve = (row, _args, _context, info) => (row as Record<string, unknown>)[argumentKey(info.fieldNodes[0]!)];
}

const argument = (name: string, description: string, type: GraphQLInputType): GraphQLArgument =>
  ({ name, description, type, defaultValue: undefined, deprecationReason: undefined, extensions: {}, astNode: undefined });
