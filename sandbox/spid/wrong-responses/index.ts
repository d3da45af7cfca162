import type { ResponseParameters } from "../response.ts";
import { accepted } from "./accepted.ts";
import { assertionFields, conditions } from "./assertion-fields.ts";
import { buildCase, type Case, type Verdict, type WrongResponseParameters } from "./case.ts";
import { documents } from "./documents.ts";
import { responseFields, statuses } from "./response-fields.ts";
import { signatures } from "./signatures.ts";
import { statements } from "./statements.ts";
import { wrapping } from "./wrapping.ts";

export type { WrongResponseParameters } from "./case.ts";

/** A response that is wrong in one known way (or right, among those that must be accepted), made for one request. */
export interface WrongResponse {
  readonly id: string;
  readonly description: string;
  readonly expected: Verdict;
  readonly xml: string;
  /** What to post as `SAMLResponse`. */
  readonly samlResponse: string;
}

const cases: ReadonlyMap<string, Case> = new Map(
  [accepted, signatures, responseFields, assertionFields, conditions, statements, statuses, wrapping, documents].flat().map(one => [one.id, one]));

/** A case before it is made for a request. */
export interface ResponseCase {
  readonly id: string;
  readonly description: string;
  /** What a service provider must do with it, given the level it asked for and the scheme. */
  readonly expected: (asked: Pick<ResponseParameters, "level" | "scheme">) => Verdict;
}

/** Every case: one for each check of a response, with the numbers of the national list where they have one. */
export const wrongResponses: readonly ResponseCase[] =
  [...cases.values()].map(one => ({ id: one.id, description: one.description, expected: asked => verdictOf(one, asked) }));

const verdictOf = ({ expected = "refuse" }: Case, asked: Pick<ResponseParameters, "level" | "scheme">): Verdict =>
  typeof expected === "function" ? expected(asked) : expected;

/** Makes the response of a case for the request at hand. Throws for an unknown id. */
export function wrongResponse(id: string, parameters: WrongResponseParameters): WrongResponse {
  const one = cases.get(id);
  if (!one) throw new Error(`no response case ${id}`);
  const xml = buildCase(one, parameters);
  const samlResponse = one.encode?.(xml) ?? Buffer.from(xml).toString("base64");
  return { id, description: one.description, expected: verdictOf(one, parameters), xml, samlResponse };
}
