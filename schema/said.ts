import { GraphQLError, type GraphQLErrorOptions } from "graphql";

/** What is said to people, in both languages of the hub. */
export interface Words {
  readonly it: string;
  readonly en: string;
}

/** What a refusal carries for programs: a stable code, and what belongs to it. */
export type Extensions = Readonly<Record<string, unknown>> & { readonly code: string };

/**
 * An error that is meant to be shown, in both languages: a refused document is remembered for callers of either. Its
 * words never repeat what was sent, for it may be personal.
 */
export class Said extends GraphQLError {
  constructor(readonly words: Words, extensions: Extensions, at: Pick<GraphQLErrorOptions, "nodes" | "source" | "positions"> = {}) {
    super(words.it, { ...at, extensions });
  }
}
