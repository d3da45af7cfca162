import type { Case } from "./case.ts";
import { all, eachAttribute, elementAt, removeAttribute, setAttribute, setText } from "./edits.ts";
import { classOf } from "../saml.ts";
import { childrenOf } from "../xml.ts";

const wholeSeconds = (date: Date): string => `${date.toISOString().slice(0, 19)}Z`;

/** Responses that must be accepted: the right one, and what the rules leave free. */
export const accepted: readonly Case[] = [
  { id: "1", description: "right in everything", expected: "accept" },
  {
    id: "1-NS", description: "above level 1, without SessionIndex", expected: "accept",
    edit: all(removeAttribute("authnStatement", "SessionIndex"), setText("classRef", ({ level }) => classOf(level === 1 ? 2 : level))),
  },
  { id: "1-unsigned-response", description: "assertion signed, response around it not: its signature is optional", expected: "accept", responseSignedBy: "nobody" },
  {
    id: "1-no-key-info", description: "no certificate beside the signatures: the key comes from metadata anyway", expected: "accept",
    between: root => removeKeyInfo(elementAt(root, "assertionSignature")),
    after: root => removeKeyInfo(elementAt(root, "responseSignature")),
  },
  { id: "31", description: "Response Issuer without Format", expected: "accept", edit: removeAttribute("responseIssuer", "Format") },
  { id: "109", description: "attributes without NameFormat", expected: "accept", edit: eachAttribute(attribute => attribute.removeAttribute("NameFormat")) },
  { id: "110", description: "milliseconds in IssueInstant", expected: "accept", edit: setAttribute("response", "IssueInstant", ({ now }) => now.toISOString()) },
  {
    id: "110-whole-seconds", description: "instants cut to whole seconds", expected: "accept",
    edit: all(
      setAttribute("response", "IssueInstant", ({ now }) => wholeSeconds(now)),
      setAttribute("assertion", "IssueInstant", ({ now }) => wholeSeconds(now)),
      setAttribute("conditions", "NotBefore", ({ now }) => wholeSeconds(now)),
      setAttribute("authnStatement", "AuthnInstant", ({ now }) => wholeSeconds(now)),
    ),
  },
];

function removeKeyInfo(signature: ReturnType<typeof elementAt>): void {
  for (const keyInfo of childrenOf(signature, "ds:KeyInfo")) signature.removeChild(keyInfo);
}
