import { Kind, type SelectionSetNode } from "graphql";
import type { FieldInfo } from "./selection.ts";

/** The names of the fields asked of `type` under a field, fragments opened: what an outside system must be asked for. */
export function askedFields(info: FieldInfo, type: string): string[] {
  const found = new Set<string>();
  const collect = (set: SelectionSetNode | undefined, of: string | null): void => {
    for (const node of set?.selections ?? []) {
      if (node.kind === Kind.FIELD) {
        if (of === null || of === type) found.add(node.name.value);
      } else {
        const fragment = node.kind === Kind.INLINE_FRAGMENT ? node : info.fragments[node.name.value]!;
        collect(fragment.selectionSet, fragment.typeCondition?.name.value ?? of);
      }
    }
  };
  for (const node of info.fieldNodes) collect(node.selectionSet, null);
  return [...found];
}
