import { Extensions, Field, ID } from "type-graphql";
import type { Permission } from "../entities/permission.ts";
import type { Narrowing, PagedField, Planned, StoredField, StoredType } from "../kernel/stored.ts";

/** What the hub writes on types and fields beside what GraphQL knows. */
export interface HubExtensions extends Planned {
  /** Who may use the field: it exists only in the slices that hold the permission. */
  readonly permission?: Permission;
  /** What the field costs its caller, where it is not the usual: see `Costs`. */
  readonly cost?: FieldCost;
}

/** In points of the caller's budget, where an object costs 1 and a list is taken to hold 10. */
export interface FieldCost {
  /** What each value of the field costs, what stands below it left out: more where another system is asked. */
  readonly weight?: number;
  /** How many items a list usually holds. */
  readonly size?: number;
}

const extend = (extensions: HubExtensions) => Extensions({ ...extensions });

/** The field exists only for callers with this permission. */
export const Allow = (permission: Permission) => extend({ permission });

/** The type shows rows of an entity. */
export const Stored = (stored: StoredType): ClassDecorator => extend({ stored });

/** The field shows something else than the property of its own name. */
export const From = (field: StoredField) => extend({ field });

/** The field is resolved in code, from these properties of the row (given under `$`). */
export const Needs = (...needs: string[]) => extend({ field: { needs } });

/** The field answers one page of rows; `first`, `after`, `last`, `before` and, where named, `filter` are added to it. */
export const Paged = (paged: PagedField) => extend({ paged });

/** The field of a filter narrows a property. */
export const Narrows = (property: string, by: Narrowing["by"]) => extend({ narrows: { property, by } });

/** The field costs more or less than usual, or its list is longer or shorter. */
export const Costs = (cost: FieldCost) => extend({ cost });

/** Each value of the field asks another system. */
export const AsksOutside = () => Costs({ weight: 50 });

/** A text that may be missing. */
export const MaybeText = (description: string) => Field(() => String, { nullable: true, description });

/** A text that is always there. */
export const Text = (description: string) => Field(() => String, { description });

/** The global id of what is shown. */
export const Id = () => Field(() => ID, { description: "Global id: opaque, stable, accepted by `node`." });

/** The key that makes a repeat of a mutation harmless. */
export const IdempotencyKey = () =>
  Text("A text that you make once for this intent, such as a UUID, of 8 to 255 characters. A repeat with the same key does nothing more and answers the same.");
