import { MapperKind, mapSchema, pruneSchema } from "@graphql-tools/utils";
import type { GraphQLFieldConfig, GraphQLSchema } from "graphql";
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
  return permissions => {
    const key = [...permissions].sort().join(" ");
    const known = slices.get(key);
    if (known) return known;
    const allowed = (config: GraphQLFieldConfig<unknown, unknown>) => {
      const { permission } = config.extensions as HubExtensions;
      return permission === undefined || permissions.has(permission) ? config : null;
    };
    const schema = pruneSchema(mapSchema(graph, { [MapperKind.ROOT_FIELD]: allowed, [MapperKind.COMPOSITE_FIELD]: allowed }));
    const slice = { key, schema };
    slices.set(key, slice);
    return slice;
  };
}
