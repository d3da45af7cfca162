import type { DeclarationKind } from "../../connectors/anpr/index.ts";
import { problem } from "../../entities/problem.ts";
import { addDays } from "../../rules/dated.ts";
import type { Hub } from "../hub.ts";
import { declarationsPurpose, registryOffice } from "./office.ts";

export interface DeclarationsInput {
  readonly kind: DeclarationKind;
  readonly from: string;
  readonly to: string;
  readonly state?: string | null;
}

/** The longest span that the registry lists, in days. */
const longestSpan = 30;

/** Online declarations that were opened between two days, for the registry office. Everybody listed sees that they were. Throws INVALID_INPUT, NOT_ELIGIBLE, and as the registry does. */
export async function listDeclarations(hub: Hub, { kind, from, to, state }: DeclarationsInput): Promise<object> {
  registryOffice(hub);
  if (kind === "OTHER") throw problem("INVALID_INPUT", { path: ["input", "kind"], reason: "CHOICE" });
  if (to < from || to > addDays(from, longestSpan)) throw problem("INVALID_INPUT", { path: ["input", "to"], reason: "RANGE", details: { most: longestSpan } });
  if (state && !/^\d{1,4}$/.test(state)) throw problem("INVALID_INPUT", { path: ["input", "state"], reason: "DIGITS", details: { most: 4 } });
  const purpose = await declarationsPurpose(hub, `P001/${from}`);
  const { value, provenance } = await hub.registry.declarations(hub, { kind, from, to, ...(state ? { state } : {}) }, purpose);
  return {
    __typename: "Declarations", provenance,
    items: (value ?? []).map(({ code, openedAt, closedAt, ...item }) => ({ ...item, reference: code, openedAt: openedAt.toISOString(), closedAt: closedAt?.toISOString() ?? null })),
  };
}
