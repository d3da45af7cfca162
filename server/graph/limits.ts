import { Kind, type DocumentNode, type FieldNode, type FragmentDefinitionNode, type SelectionSetNode } from "graphql";
import { Said } from "../../schema/said.ts";

/**
 * How much one document may ask, whoever sends it and however it arrives. `repeats` is how often one place of the answer
 * may be asked: checking that all of them agree takes time with its square. `values` counts what the variables hold.
 */
export const documentLimits = {
  characters: 20_000, tokens: 2_500, definitions: 60, depth: 10, fields: 600, aliases: 30, rootFields: 15, directives: 50, repeats: 25, values: 2_000, valueDepth: 16,
} as const;

type Limit = keyof typeof documentLimits;

/** What was counted in a document, its fragments opened where they stand. */
interface Count {
  depth: number;
  fields: number;
  /** Of these, the ones at the top. */
  rootFields: number;
  aliases: number;
  directives: number;
}

type Fragments = ReadonlyMap<string, FragmentDefinitionNode>;

/** The refusal of a request that is beyond a limit. */
export const exceeded = (limit: Limit): Said => new Said({
  it: `La richiesta supera il limite "${limit}" (${documentLimits[limit]}): dividerla in richieste più piccole.`,
  en: `The request exceeds the limit "${limit}" (${documentLimits[limit]}): divide it into smaller ones.`,
}, { code: "LIMIT_EXCEEDED", limit, maximum: documentLimits[limit] });

/** Refuses a text that is too long to be looked at. */
export const overLength = (source: string): Said | undefined => (source.length > documentLimits.characters ? exceeded("characters") : undefined);

/**
 * Refuses a document that asks too much, before anything expensive is done with it: validation looks at everything that a
 * document defines, used or not, and so does this. Each fragment is counted once and its count added wherever it is
 * spread, so that the work is linear in the text. A fragment that leads back to itself is refused here too.
 */
export function overLimit({ definitions }: DocumentNode): Said | undefined {
  if (definitions.length > documentLimits.definitions) return exceeded("definitions");
  const fragments: Fragments = new Map(definitions.filter(node => node.kind === Kind.FRAGMENT_DEFINITION).map(node => [node.name.value, node]));
  const counter = new Counter(fragments);
  for (const definition of definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION && definition.kind !== Kind.FRAGMENT_DEFINITION) continue;
    const count = definition.kind === Kind.FRAGMENT_DEFINITION ? { ...counter.fragment(definition.name.value) } : counter.set(definition.selectionSet);
    if (counter.circle !== undefined) return new Said({ it: `Il frammento "${counter.circle}" porta a sé stesso.`, en: `The fragment "${counter.circle}" leads back to itself.` }, { code: "GRAPHQL_VALIDATION_FAILED" });
    if (definition.kind === Kind.OPERATION_DEFINITION && count.rootFields > documentLimits.rootFields) return exceeded("rootFields");
    count.directives += definition.directives?.length ?? 0;
    for (const limit of ["depth", "aliases", "fields", "directives"] as const) if (count[limit] > documentLimits[limit]) return exceeded(limit);
  }
  // Only now, when opening every fragment leads to no more than so many fields, are they opened.
  for (const definition of definitions) {
    if ("selectionSet" in definition && definition.selectionSet && repeatsTooOften([definition.selectionSet], fragments)) return exceeded("repeats");
  }
  return undefined;
}

/** Text that no table keeps: with U+0000, or half of a character of two. */
const unkeepable = (text: string): boolean => text.includes("\0") || !text.isWellFormed();

/** Refuses variables that hold too much, for each value is checked and coerced by itself, and text that cannot be kept. */
export function overLimitInVariables(variables: Readonly<Record<string, unknown>>): Said | undefined {
  let level: Placed[] = [{ value: variables }];
  let values = 0;
  for (let depth = 0; level.length > 0; depth += 1) {
    values += level.length;
    if (values > documentLimits.values) return exceeded("values");
    if (depth > documentLimits.valueDepth) return exceeded("valueDepth");
    const next: Placed[] = [];
    for (const { value, place } of level) {
      if (typeof value === "string" && unkeepable(value)) return unkept(place);
      if (typeof value !== "object" || value === null) continue;
      if (Array.isArray(value) && value.length > documentLimits.values) return exceeded("values");
      const inner = Object.entries(value);
      if (inner.length > documentLimits.values) return exceeded("values");
      for (const [key, one] of inner) next.push({ value: one, place: { key, within: place } });
    }
    level = next;
  }
  return undefined;
}

/** Where a value stands, from the inside out. */
interface Place { readonly key: string; readonly within: Place | undefined }
interface Placed { readonly value: unknown; readonly place?: Place }

/** The refusal of a text that cannot be kept. It names the field where it is one of the variables, as far as a caller's own keys do not lead further in. */
export function unkept(place?: Place): Said {
  let field: string[] = [];
  for (let at = place; at; at = at.within) field = /^\w{1,60}$/.test(at.key) ? [at.key, ...field] : [];
  const [it, en] = field.length > 0 ? [`Il campo ${field.join(".")}`, `The field ${field.join(".")}`] : ["Un testo", "A text"];
  return new Said(
    { it: `${it} contiene caratteri non ammessi (U+0000 o mezzi caratteri): toglierli.`, en: `${en} holds characters that are not allowed (U+0000 or half characters): take them out.` },
    { code: "BAD_USER_INPUT", ...(field.length > 0 ? { field } : {}) },
  );
}

const none: Readonly<Count> = { depth: 0, fields: 0, rootFields: 0, aliases: 0, directives: 0 };

/** The schema asked about itself is nested by nature; a rule of its own bounds it. */
const ofTheSchema = (name: string): boolean => name.startsWith("__");

/** Counts selection sets, each fragment once. */
class Counter {
  /** The name of a fragment that leads to itself, once one was met. */
  circle: string | undefined;
  private readonly counted = new Map<string, Count>();
  private readonly open = new Set<string>();

  constructor(private readonly fragments: Fragments) {}

  set({ selections }: SelectionSetNode): Count {
    const total = { ...none };
    for (const node of selections) {
      const inner = node.kind === Kind.FRAGMENT_SPREAD ? this.fragment(node.name.value) : node.selectionSet ? this.set(node.selectionSet) : none;
      const field = node.kind === Kind.FIELD;
      const depth = field && ofTheSchema(node.name.value) ? 1 : inner.depth + (field ? 1 : 0);
      total.depth = Math.max(total.depth, depth);
      total.fields += inner.fields + (field ? 1 : 0);
      total.rootFields += field ? 1 : inner.rootFields;
      total.aliases += inner.aliases + (field && node.alias ? 1 : 0);
      total.directives += inner.directives + (node.directives?.length ?? 0);
    }
    return total;
  }

  fragment(name: string): Count {
    const known = this.counted.get(name);
    if (known) return known;
    if (this.open.has(name)) {
      this.circle = name;
      return none;
    }
    const definition = this.fragments.get(name);
    this.open.add(name);
    const own = definition ? this.set(definition.selectionSet) : none;
    const count = definition && ofTheSchema(definition.typeCondition.name.value) ? { ...own, depth: Math.min(own.depth, 1) } : own;
    this.open.delete(name);
    this.counted.set(name, count);
    return count;
  }
}

/** Whether some place of the answer is asked more often than allowed: the same response name, below the same response names. */
function repeatsTooOften(sets: readonly SelectionSetNode[], fragments: Fragments): boolean {
  const places = new Map<string, FieldNode[]>();
  const collect = ({ selections }: SelectionSetNode): void => {
    for (const node of selections) {
      if (node.kind === Kind.FIELD) {
        const name = (node.alias ?? node.name).value;
        const place = places.get(name);
        if (place) place.push(node);
        else places.set(name, [node]);
      } else {
        const set = node.kind === Kind.INLINE_FRAGMENT ? node.selectionSet : fragments.get(node.name.value)?.selectionSet;
        if (set) collect(set);
      }
    }
  };
  sets.forEach(collect);
  for (const nodes of places.values()) {
    if (nodes.length > documentLimits.repeats) return true;
    const inner = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
    if (inner.length > 0 && repeatsTooOften(inner, fragments)) return true;
  }
  return false;
}
