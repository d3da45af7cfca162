import {
  getArgumentValues, getDirectiveValues, getNamedType, GraphQLIncludeDirective, GraphQLSkipDirective, isAbstractType, isCompositeType, isObjectType, Kind,
  type FieldNode, type FragmentDefinitionNode, type GraphQLCompositeType, type GraphQLField, type GraphQLInterfaceType, type GraphQLNamedType,
  type GraphQLObjectType, type GraphQLSchema, type SelectionSetNode, type ValueNode,
} from "graphql";
import type { EntityClass, Order, Planned, StoredType } from "../../kernel/stored.ts";
import { text } from "../sql.ts";

/** What is asked of the rows of one stored type, at one place of a query. */
export interface Branch {
  readonly entity: () => EntityClass;
  readonly idPrefix: string;
  readonly leaves: readonly Leaf[];
  /** For types that one table keeps together: the SQL that tells which one a row is. */
  readonly typename?: (column: (property: string) => string) => string;
  /** Set where the rows are a page: the order whose values make the cursor. */
  readonly cursor?: Order;
}

export type Leaf =
  | { readonly kind: "id"; readonly key: string }
  | { readonly kind: "column"; readonly key: string; readonly property: string }
  | { readonly kind: "sql"; readonly key: string; readonly sql: (column: (property: string) => string) => string }
  | { readonly kind: "related"; readonly key: string; readonly property: string; readonly branch: Branch; readonly order?: Order }
  | PagedLeaf;

/** A connection: one page of related rows. */
export interface PagedLeaf {
  readonly kind: "paged";
  readonly key: string;
  readonly property?: string;
  readonly branch: Branch;
  readonly order: Order;
  readonly filter: GraphQLNamedType | undefined;
  /** Whether `totalCount` was asked. */
  readonly counted: boolean;
  /** Whether `edges` was asked, and any cursor. */
  readonly edges: boolean;
  readonly cursors: boolean;
  /** Number of the field among those with arguments, in the order of the walk. */
  readonly index: number;
}

/** What the executor knows of the field that is being answered. */
export interface FieldInfo {
  readonly schema: GraphQLSchema;
  readonly fieldName: string;
  readonly fieldNodes: readonly FieldNode[];
  readonly parentType: GraphQLObjectType;
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  readonly variableValues: Readonly<Record<string, unknown>>;
}

type Stored = (GraphQLObjectType | GraphQLInterfaceType) & { readonly name: string };

/** The key under which a field with arguments stands in a row: two aliases of it are two plans. */
export const argumentKey = (node: FieldNode): string => `@${node.alias?.value ?? node.name.value}`;

/** Coerced arguments of a field. */
export type Args = Readonly<Record<string, unknown>>;

/** Walks the selection of one field and says what must be read for it; collects the fields with arguments met on the way. */
export class Walk {
  private readonly met: ((variables: Readonly<Record<string, unknown>>) => Args)[] = [];

  constructor(private readonly info: FieldInfo) {}

  /** The arguments of the fields that were met, under the variables of a request. */
  readonly argumentsOf = (variables: Readonly<Record<string, unknown>>): Args[] => this.met.map(read => read(variables));

  /** The branch of a field that answers rows of a stored type. */
  branch(): Branch {
    const type = getNamedType(this.field().type);
    return this.branchOf(storedType(type), this.info.fieldNodes);
  }

  /** The branch of a field that answers a row of a type known only now, such as `node`. */
  branchOfType(type: Stored): Branch {
    return this.branchOf(type, this.info.fieldNodes);
  }

  /** The page of a root field that answers a connection. */
  page(): PagedLeaf {
    return this.paged(this.field(), this.info.fieldNodes);
  }

  private field(): GraphQLField<unknown, unknown> {
    return this.info.parentType.getFields()[this.info.fieldName]!;
  }

  private branchOf(type: Stored, nodes: readonly FieldNode[]): Branch {
    const stored = (type.extensions as Planned).stored!;
    const leaves = new Map<string, Leaf>();
    for (const [field, uses] of this.fieldsOf(type, nodes)) {
      for (const leaf of this.leavesOf(field, uses)) if (!leaves.has(leaf.key)) leaves.set(leaf.key, leaf);
    }
    const typename = stored.discriminator && typenameOf(stored.discriminator);
    return { entity: stored.entity, idPrefix: stored.idPrefix, leaves: [...leaves.values()], ...(typename ? { typename } : {}) };
  }

  private *leavesOf(field: GraphQLField<unknown, unknown>, nodes: readonly FieldNode[]): Iterable<Leaf> {
    const { field: stored, paged } = field.extensions as Planned;
    const key = field.name;
    const property = stored?.property ?? key;
    if (paged?.property) yield this.paged(field, nodes);
    else if (stored?.needs) {
      for (const needed of stored.needs) yield { kind: "column", key: `$${needed}`, property: needed };
      if (stored.sql) yield { kind: "sql", key: `$${key}`, sql: stored.sql };
    }
    else if (stored?.sql) yield { kind: "sql", key, sql: stored.sql };
    else if (key === "id" && !stored?.property) yield { kind: "id", key };
    else {
      const target = getNamedType(field.type);
      const shown = isCompositeType(target) && (target.extensions as Planned).stored;
      if (shown) yield { kind: "related", key, property, branch: this.branchOf(storedType(target), nodes), ...(stored?.order ? { order: stored.order } : {}) };
      else yield { kind: "column", key, property };
    }
  }

  private paged(field: GraphQLField<unknown, unknown>, nodes: readonly FieldNode[]): PagedLeaf {
    const { paged } = field.extensions as Planned;
    if (!paged) throw new Error(`${field.name} answers no connection`);
    const index = this.met.push(argumentsOf(field, nodes[0]!)) - 1;
    const connection = getNamedType(field.type) as GraphQLObjectType;
    const type = storedType(this.info.schema.getType((connection.extensions as Planned).nodes!)!);
    const rows: FieldNode[] = [];
    const asked = new Set<string>();
    for (const [part, uses] of this.fieldsOf(connection, nodes)) {
      asked.add(part.name);
      if (part.name === "nodes") rows.push(...uses);
      if (part.name !== "edges" && part.name !== "pageInfo") continue;
      for (const [inner, deeper] of this.fieldsOf(getNamedType(part.type) as GraphQLObjectType, uses)) {
        asked.add(inner.name);
        if (inner.name === "node") rows.push(...deeper);
      }
    }
    return {
      kind: "paged", key: argumentKey(nodes[0]!), branch: this.branchOf(type, rows), order: paged.order, index,
      counted: asked.has("totalCount"), edges: asked.has("edges"), cursors: ["cursor", "startCursor", "endCursor"].some(name => asked.has(name)),
      filter: paged.filter ? this.info.schema.getType(paged.filter) : undefined,
      ...(paged.property ? { property: paged.property } : {}),
    };
  }

  /** The fields asked of a type, fragments opened; uses of one field stand together unless their arguments may differ. */
  private fieldsOf(type: Stored, nodes: readonly FieldNode[]): [GraphQLField<unknown, unknown>, FieldNode[]][] {
    const found = new Map<string, [GraphQLField<unknown, unknown>, FieldNode[]]>();
    for (const node of nodes) if (node.selectionSet) this.collect(type, node.selectionSet, found);
    return [...found.values()];
  }

  private collect(type: Stored, set: SelectionSetNode, found: Map<string, [GraphQLField<unknown, unknown>, FieldNode[]]>): void {
    for (const node of set.selections) {
      if (!this.included(node)) continue;
      if (node.kind === Kind.FIELD) {
        const field = type.getFields()[node.name.value];
        if (!field) continue;
        const key = `${type.name}.${field.args.length > 0 ? argumentKey(node) : field.name}`;
        const entry = found.get(key);
        if (entry) entry[1].push(node);
        else found.set(key, [field, [node]]);
        continue;
      }
      const fragment = node.kind === Kind.INLINE_FRAGMENT ? node : this.info.fragments[node.name.value]!;
      const condition = fragment.typeCondition ? this.info.schema.getType(fragment.typeCondition.name.value)! : type;
      const inner = this.meets(type, condition as GraphQLCompositeType);
      if (inner) this.collect(inner, fragment.selectionSet, found);
    }
  }

  /** The type whose fields a fragment asks of rows of `type`; undefined when no such row can match. */
  private meets(type: Stored, condition: GraphQLCompositeType): Stored | undefined {
    if (condition === type) return type;
    const { schema } = this.info;
    if (isAbstractType(condition) && isObjectType(type)) return schema.isSubType(condition, type) ? type : undefined;
    if (isAbstractType(type) && isObjectType(condition)) return schema.isSubType(type, condition) ? condition : undefined;
    return isAbstractType(condition) && isAbstractType(type) ? type : undefined;
  }

  private included(node: SelectionSetNode["selections"][number]): boolean {
    if (!node.directives?.length) return true;
    const values = this.info.variableValues as Record<string, unknown>;
    return getDirectiveValues(GraphQLSkipDirective, node, values)?.["if"] !== true && getDirectiveValues(GraphQLIncludeDirective, node, values)?.["if"] !== false;
  }
}

/** How the arguments of a field are found: once, unless variables stand in them. */
function argumentsOf(field: GraphQLField<unknown, unknown>, node: FieldNode): (variables: Readonly<Record<string, unknown>>) => Args {
  if (node.arguments?.some(({ value }) => hasVariable(value))) return variables => getArgumentValues(field, node, variables);
  const values = getArgumentValues(field, node);
  return () => values;
}

function hasVariable(value: ValueNode): boolean {
  if (value.kind === Kind.LIST) return value.values.some(hasVariable);
  if (value.kind === Kind.OBJECT) return value.fields.some(field => hasVariable(field.value));
  return value.kind === Kind.VARIABLE;
}

/** The stored type whose global ids begin with a prefix, among those that a field may answer; of an interface and its kinds, the interface. */
export function storedTypeOf({ schema, parentType, fieldName }: FieldInfo, prefix: string): Stored | undefined {
  const answered = getNamedType(parentType.getFields()[fieldName]!.type) as GraphQLInterfaceType;
  const { objects, interfaces } = schema.getImplementations(answered);
  return [...interfaces, ...objects].find(type => (type.extensions as Planned).stored?.idPrefix === prefix);
}

const storedType = (type: GraphQLNamedType): Stored => {
  if (!(type.extensions as Planned).stored) throw new Error(`${type.name} is not stored`);
  return type as Stored;
};

const typenameOf = ({ property, types }: NonNullable<StoredType["discriminator"]>) => (column: (property: string) => string): string =>
  `case ${column(property)} ${Object.entries(types).map(([value, type]) => `when ${text(value)} then ${text(type)}`).join(" ")} end`;
