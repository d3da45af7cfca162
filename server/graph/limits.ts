import { GraphQLError, Kind, type DocumentNode, type FragmentDefinitionNode, type SelectionSetNode } from "graphql";

/** How much one document may ask, whoever sends it and however it arrives. */
export const documentLimits = { tokens: 4_000, depth: 12, fields: 1_500, aliases: 30, rootFields: 15, directives: 50 } as const;

type Limit = keyof typeof documentLimits;

/** What was counted in a document, its fragments opened where they stand. */
interface Count {
  depth: number;
  fields: number;
  aliases: number;
  directives: number;
}

const exceeded = (limit: Limit): GraphQLError =>
  new GraphQLError(`Il documento supera il limite "${limit}" (${documentLimits[limit]}): dividerlo in richieste più piccole.`, { extensions: { code: "LIMIT_EXCEEDED", limit, maximum: documentLimits[limit] } });

/**
 * Refuses a document that asks too much, before anything expensive is done with it. Each fragment is counted once and
 * its count added wherever it is spread, so that the work is linear in the text, cycles and all.
 */
export function overLimit(document: DocumentNode): GraphQLError | undefined {
  const fragments = new Map(document.definitions.filter((node): node is FragmentDefinitionNode => node.kind === Kind.FRAGMENT_DEFINITION).map(node => [node.name.value, node]));
  const counted = new Map<string, Count>();
  const none: Count = { depth: 0, fields: 0, aliases: 0, directives: 0 };

  const countOf = (name: string): Count => {
    const known = counted.get(name);
    if (known) return known;
    counted.set(name, none);
    const fragment = fragments.get(name);
    const count = fragment ? countSet(fragment.selectionSet) : none;
    counted.set(name, count);
    return count;
  };
  const countSet = (set: SelectionSetNode): Count => {
    const total = { ...none };
    for (const node of set.selections) {
      const own = node.directives?.length ?? 0;
      const inner = node.kind === Kind.FRAGMENT_SPREAD ? countOf(node.name.value) : node.selectionSet ? countSet(node.selectionSet) : none;
      const field = node.kind === Kind.FIELD;
      // The schema asked about itself is nested by nature, and cheap.
      const depth = field && node.name.value.startsWith("__") ? 1 : inner.depth + (field ? 1 : 0);
      total.depth = Math.max(total.depth, depth);
      total.fields += inner.fields + (field ? 1 : 0);
      total.aliases += inner.aliases + (field && node.alias ? 1 : 0);
      total.directives += inner.directives + own;
    }
    return total;
  };

  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    const count = countSet(definition.selectionSet);
    if (definition.selectionSet.selections.length > documentLimits.rootFields) return exceeded("rootFields");
    if (count.directives + (definition.directives?.length ?? 0) > documentLimits.directives) return exceeded("directives");
    for (const limit of ["depth", "aliases", "fields"] as const) if (count[limit] > documentLimits[limit]) return exceeded(limit);
  }
  return undefined;
}
