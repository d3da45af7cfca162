import { getDirectiveValues, GraphQLIncludeDirective, GraphQLSkipDirective, isAbstractType, isObjectType, Kind, type SelectionNode, type SelectionSetNode } from "graphql";
import type { FieldInfo } from "./selection.ts";

/**
 * What is asked of `type` under a field, fragments opened and what is skipped left out: what an outside system must be
 * asked for. Fields of fields are written with dots: `household`, `household.members`, `household.members.tie`.
 *
 * What is asked of the last known value beside a source that is down counts too.
 */
export function askedFields(info: FieldInfo, type: string): string[] {
  const found = new Set<string>();
  const target = info.schema.getType(type);

  const means = (condition: string): boolean => {
    const named = info.schema.getType(condition);
    return named === target || (isAbstractType(named) && isObjectType(target) && info.schema.isSubType(named, target));
  };
  const collect = (set: SelectionSetNode | undefined, prefix: string, meant: boolean): void => {
    for (const node of set?.selections ?? []) {
      if (!included(info, node)) continue;
      if (node.kind === Kind.FIELD) {
        const name = node.name.value;
        if (meant && !name.startsWith("__")) {
          found.add(prefix + name);
          collect(node.selectionSet, `${prefix}${name}.`, true);
        } else if (name === "lastKnown") collect(node.selectionSet, prefix, false);
      } else {
        const fragment = node.kind === Kind.INLINE_FRAGMENT ? node : info.fragments[node.name.value]!;
        const condition = fragment.typeCondition?.name.value;
        // Below a field of the type, every fragment is about what that field holds.
        collect(fragment.selectionSet, prefix, prefix !== "" || (condition === undefined ? meant : means(condition)));
      }
    }
  };
  for (const node of info.fieldNodes) collect(node.selectionSet, "", false);
  return [...found];
}

function included(info: FieldInfo, node: SelectionNode): boolean {
  if (!node.directives?.length) return true;
  const values = info.variableValues as Record<string, unknown>;
  return getDirectiveValues(GraphQLSkipDirective, node, values)?.["if"] !== true && getDirectiveValues(GraphQLIncludeDirective, node, values)?.["if"] !== false;
}
