import { XMLSerializer, type Element } from "@xmldom/xmldom";
import type { Anomaly } from "../anomalies.ts";
import type { KeyPair } from "../keys.ts";
import { errorResponse, signAssertion, signMessage, successResponse, type ResponseParameters } from "../response.ts";
import { find, parseXml } from "../xml.ts";

/** The right response that a case starts from, and the keys to sign with. */
export interface WrongResponseParameters extends ResponseParameters {
  readonly keys: KeyPair;
  /** A key that the identity provider's metadata does not publish. */
  readonly strangerKeys: KeyPair;
}

/** What a service provider must do; `either` where the rules leave it open. */
export type Verdict = "accept" | "refuse" | "either";

export type Edit = (root: Element, parameters: WrongResponseParameters) => void;

/** One deliberate deviation from the right response. What is not said is as in the right one. */
export interface Case {
  /** The number in the national list of checks where it has one. */
  readonly id: string;
  readonly description: string;
  /** `refuse` when not said. */
  readonly expected?: Verdict | ((parameters: Pick<ResponseParameters, "level" | "scheme">) => Verdict);
  readonly parameters?: (parameters: WrongResponseParameters) => Partial<ResponseParameters>;
  /** Starts from the response that says this instead of letting in. */
  readonly anomaly?: Anomaly;
  /** Before anything is signed: what is wrong is signed. */
  readonly edit?: Edit;
  /** Who signs the assertion, and who the response around it; the identity provider when not said. */
  readonly assertionSignedBy?: "stranger" | "nobody";
  readonly responseSignedBy?: "stranger" | "nobody";
  /** After the assertion is signed and before the response is. */
  readonly between?: Edit;
  /** After both are signed. */
  readonly after?: Edit;
  /** Last, on the text. */
  readonly rewrite?: (xml: string, parameters: WrongResponseParameters) => string;
  /** How the text becomes the form field; base64 of UTF-8 when not said. */
  readonly encode?: (xml: string) => string;
}

/** Applies an edit to XML text. */
export function editXml(xml: string, edit: Edit | undefined, parameters: WrongResponseParameters): string {
  if (!edit) return xml;
  const document = parseXml(xml);
  edit(document.documentElement!, parameters);
  return new XMLSerializer().serializeToString(document);
}

/** The XML of a case. */
export function buildCase(wrong: Case, given: WrongResponseParameters): string {
  const parameters = { ...given, ...wrong.parameters?.(given) };
  const right = wrong.anomaly ? errorResponse(parameters, wrong.anomaly) : successResponse(parameters);
  const edited = editXml(right, wrong.edit, parameters);
  const hasAssertion = find(parseXml(edited).documentElement!, "saml:Assertion") !== undefined;
  const assertionKeys = hasAssertion ? keysOf(wrong.assertionSignedBy, parameters) : undefined;
  const responseKeys = keysOf(wrong.responseSignedBy, parameters);
  const inner = editXml(assertionKeys ? signAssertion(edited, assertionKeys) : edited, wrong.between, parameters);
  const whole = editXml(responseKeys ? signMessage(inner, responseKeys) : inner, wrong.after, parameters);
  return wrong.rewrite?.(whole, parameters) ?? whole;
}

function keysOf(signer: Case["assertionSignedBy"], { keys, strangerKeys }: WrongResponseParameters): KeyPair | undefined {
  if (signer === "nobody") return undefined;
  return signer === "stranger" ? strangerKeys : keys;
}
