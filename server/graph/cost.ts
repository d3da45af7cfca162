import {
  getNamedType, getNullableType, isCompositeType, isLeafType, isListType, isObjectType, Kind, type OperationTypeNode, valueFromASTUntyped,
  type FieldNode, type FragmentDefinitionNode, type GraphQLCompositeType, type GraphQLSchema, type OperationDefinitionNode, type SelectionSetNode,
} from "graphql";
import type { HubExtensions } from "../../schema/decorators.ts";

/** What an operation costs with certain variables, in points: roughly, how many objects it may show. At least 1. */
export type Cost = (variables: Readonly<Record<string, unknown>>) => number;

/** The most that one operation may cost. */
export const maximumCost = 10_000;

/** How long a list is taken to be where its field says nothing, how many rows a page has unasked, and how many at most. */
const usual = { list: 10, page: 20, largestPage: 100 } as const;

/** What asking at all costs, by kind of operation: a write locks rows, a subscription stays. */
const base: Readonly<Record<OperationTypeNode, number>> = { query: 0, mutation: 10, subscription: 10 };

/** What the schema costs when it is asked about itself. */
const introspection: Readonly<Record<string, number>> = { __schema: 500, __type: 20 };

/** A cost is a number until a variable decides on it. */
type Term = number | Cost;

/**
 * Reckons once what an operation costs, so that for each request only the variables that say page sizes are put in.
 *
 * An object costs 1, a scalar nothing; what stands under a list costs as often as the list is long: as long as the page
 * asked for, or as its field says in its extensions. Fields that cost more say so there too. Fragments on different types
 * add up, which makes the cost an upper bound.
 */
export function costOf(schema: GraphQLSchema, operation: OperationDefinitionNode, fragments: readonly FragmentDefinitionNode[]): Cost {
  const term = new Reckoner(schema, operation, new Map(fragments.map(node => [node.name.value, node]))).total();
  if (typeof term === "number") return () => term;
  return variables => Math.max(1, term(variables));
}

class Reckoner {
  constructor(
    private readonly schema: GraphQLSchema,
    private readonly operation: OperationDefinitionNode,
    private readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  ) {}

  total(): Term {
    const root = this.schema.getRootType(this.operation.operation);
    const term = root ? plus(base[this.operation.operation], this.set(root, this.operation.selectionSet, 1)) : 0;
    return typeof term === "number" ? Math.max(1, term) : term;
  }

  /** `page` is the size of the page that the fields of a connection show. */
  private set(type: GraphQLCompositeType, { selections }: SelectionSetNode, page: Term): Term {
    return selections.map(node => {
      if (node.kind === Kind.FIELD) return this.field(type, node, page);
      const fragment = node.kind === Kind.INLINE_FRAGMENT ? node : this.fragments.get(node.name.value);
      const condition = fragment?.typeCondition ? this.schema.getType(fragment.typeCondition.name.value) : type;
      return fragment && isCompositeType(condition) ? this.set(condition, fragment.selectionSet, page) : 0;
    }).reduce(plus, 0);
  }

  private field(type: GraphQLCompositeType, node: FieldNode, page: Term): Term {
    const name = node.name.value;
    const field = "getFields" in type ? type.getFields()[name] : undefined;
    if (!field) return introspection[name] ?? 0;
    const { paged, cost } = field.extensions as HubExtensions;
    const target = getNamedType(field.type);
    if (isLeafType(target) || !isCompositeType(target)) return cost?.weight ?? 0;
    const inConnection = isObjectType(type) && (type.extensions as HubExtensions).nodes !== undefined;
    const list = isListType(getNullableType(field.type));
    const inner = node.selectionSet ? this.set(target, node.selectionSet, paged ? this.pageOf(node) : 1) : 0;
    // The edges of a page are no objects of their own: their nodes are.
    const each = plus(cost?.weight ?? (inConnection && name === "edges" ? 0 : 1), inner);
    return list ? times(inConnection ? page : (cost?.size ?? usual.list), each) : each;
  }

  private pageOf(node: FieldNode): Term {
    const sizes = ["first", "last"].map(key => this.argument(node, key));
    const decided = sizes.filter(size => size !== undefined);
    if (decided.every(size => typeof size === "number")) return pageSize(decided);
    return variables => pageSize(decided.map(size => (typeof size === "number" ? size : size(variables))));
  }

  private argument(node: FieldNode, key: string): Term | undefined {
    const value = node.arguments?.find(({ name }) => name.value === key)?.value;
    if (!value) return undefined;
    if (value.kind !== Kind.VARIABLE) return numberOr(valueFromASTUntyped(value));
    const variable = value.name.value;
    const definition = this.operation.variableDefinitions?.find(({ variable: { name } }) => name.value === variable)?.defaultValue;
    const unset = definition ? numberOr(valueFromASTUntyped(definition)) : 0;
    return variables => (variables[variable] === undefined ? unset : numberOr(variables[variable]));
  }
}

const numberOr = (value: unknown): number => (typeof value === "number" ? value : 0);

/** The larger of the sizes given; the reader refuses what is out of range, and here it counts as the most that could come. */
const pageSize = (sizes: readonly number[]): number => Math.min(usual.largestPage, Math.max(0, ...sizes) || usual.page);

const at = (term: Term, variables: Readonly<Record<string, unknown>>): number => (typeof term === "number" ? term : term(variables));

const plus = (one: Term, other: Term): Term =>
  typeof one === "number" && typeof other === "number" ? one + other : variables => at(one, variables) + at(other, variables);

const times = (one: Term, other: Term): Term =>
  typeof one === "number" && typeof other === "number" ? one * other : variables => at(one, variables) * at(other, variables);
