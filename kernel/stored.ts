/**
 * How a shown type says where its values are kept. Written on the types of the graph, read by the planner that turns a
 * selection into one SQL statement; neither knows the other.
 */

/** An entity class; its table and columns are in the ORM's metadata. */
export type EntityClass = abstract new (...args: never[]) => object;

/** On an object type or interface: the entity behind it. */
export interface StoredType {
  readonly entity: () => EntityClass;
  /** What global ids of the type begin with, e.g. `app` for `app_0192…`. */
  readonly idPrefix: string;
  /** On an interface: the property that tells the concrete type, and the type for each of its values. */
  readonly discriminator?: { readonly property: string; readonly types: Readonly<Record<string, string>> };
}

/** An order of rows; the planner appends the key, so that every order is total. */
export type Order = readonly (readonly [property: string, direction: "asc" | "desc"])[];

/** On a field of a stored type; without it, the field is the property of the same name. */
export interface StoredField {
  /** Another property than the field's name. */
  readonly property?: string;
  /** An SQL expression over the row's columns, named by property. Its value is shown as it is. */
  readonly sql?: (column: (property: string) => string) => string;
  /** The field is computed by a resolver, which reads these properties of the row under `$`; with `sql`, its value under `$` and the field's own name too. */
  readonly needs?: readonly string[];
  /** Order of a list of related rows, for lists that cannot grow without bound. */
  readonly order?: Order;
}

/** On a field that answers a connection: which rows, in which order, filtered by which input. */
export interface PagedField {
  /** The relation to follow; absent on a root field, where all rows that the caller owns are meant. */
  readonly property?: string;
  readonly order: Order;
  /** Name of the input type whose fields say how they filter. */
  readonly filter?: string;
}

/** On a field of a filter input: which property it narrows, and how. */
export interface Narrowing {
  readonly property: string;
  readonly by: "equals" | "in" | "from" | "before" | "contains";
}

/** The extensions that the planner understands, on types, fields and inputs. */
export interface Planned {
  readonly stored?: StoredType;
  readonly field?: StoredField;
  readonly paged?: PagedField;
  readonly narrows?: Narrowing;
  /** On a connection type: the name of what it connects. */
  readonly nodes?: string;
}
