import { MapperKind, mapSchema, pruneSchema } from "@graphql-tools/utils";
import { getNamedType, isInterfaceType, isObjectType, isUnionType, type GraphQLFieldConfig, type GraphQLNamedType, type GraphQLSchema } from "graphql";
import type { Permission } from "../../entities/permission.ts";
import type { HubExtensions } from "../../schema/decorators.ts";

/** The part of the graph that some callers may use. */
export interface Slice {
  /** The permissions it stands for, as one text. */
  readonly key: string;
  readonly schema: GraphQLSchema;
}

/**
 * Cuts the graph to what a set of permissions may use, once for each set: a field under a permission that the caller
 * lacks does not exist for them, nor does any type that only such fields lead to. So introspection shows what may be
 * used, validation refuses the rest, and nothing is checked while rows are read.
 */
export function slicesOf(graph: GraphQLSchema): (permissions: ReadonlySet<Permission>) => Slice {
  const slices = new Map<string, Slice>();
  // Most callers of a kind share one set.
  const bySet = new WeakMap<ReadonlySet<Permission>, Slice>();
  const sliceOf = (permissions: ReadonlySet<Permission>): Slice => {
    const key = [...permissions].sort().join(" ");
    const known = slices.get(key);
    if (known) return known;
    const slice = { key, schema: cut(graph, permissions) };
    slices.set(key, slice);
    return slice;
  };
  return permissions => {
    const slice = bySet.get(permissions) ?? sliceOf(permissions);
    bySet.set(permissions, slice);
    return slice;
  };
}

function cut(graph: GraphQLSchema, permissions: ReadonlySet<Permission>): GraphQLSchema {
  const allowed = (config: GraphQLFieldConfig<unknown, unknown>) => {
    const { permission } = config.extensions as HubExtensions;
    return permission === undefined || permissions.has(permission) ? config : null;
  };
  const permitted = mapSchema(graph, { [MapperKind.ROOT_FIELD]: allowed, [MapperKind.COMPOSITE_FIELD]: allowed });
  const shown = shownTypes(permitted);
  const kept = <Type extends GraphQLNamedType>(type: Type) => (shown.has(type.name) ? type : null);
  return pruneSchema(mapSchema(permitted, { [MapperKind.OBJECT_TYPE]: kept, [MapperKind.INTERFACE_TYPE]: kept }));
}

/** Whatever has a global id is a `Node`: that alone shows nobody what other types there are. */
const identity = "Node";

/** The types that answers can hold: those that fields lead to, and what these implement. */
function shownTypes(schema: GraphQLSchema): ReadonlySet<string> {
  const reached = new Set<GraphQLNamedType>();
  const visit = (type: GraphQLNamedType): void => {
    if (reached.has(type)) return;
    reached.add(type);
    if (isUnionType(type)) type.getTypes().forEach(visit);
    if (isInterfaceType(type) && type.name !== identity) schema.getImplementations(type).objects.forEach(visit);
    if (isObjectType(type) || isInterfaceType(type)) for (const field of Object.values(type.getFields())) visit(getNamedType(field.type));
  };
  for (const root of [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]) if (root) visit(root);
  return new Set([...reached].flatMap(type => [type.name, ...(isObjectType(type) || isInterfaceType(type) ? type.getInterfaces().map(({ name }) => name) : [])]));
}
