import type { Element } from "@xmldom/xmldom";
import type { Case } from "./case.ts";
import { clone, detach, elementAt, newElement } from "./edits.ts";
import { falsify } from "./signatures.ts";
import { find } from "../xml.ts";

/** A falsified copy of the assertion under another ID, without its signature. */
function falseAssertion(assertion: Element): Element {
  const copy = unsigned(assertion);
  falsify(copy);
  copy.setAttribute("ID", "_falsa");
  return copy;
}

/** A copy without the signature that it carries. */
function unsigned(signed: Element): Element {
  const copy = clone(signed);
  detach(find(copy, "ds:Signature")!);
  return copy;
}

/** Puts the false assertion in the place of the right one, carrying the right one's signature; gives back signature and right one. */
function replaceAssertion(root: Element): { readonly signature: Element; readonly right: Element } {
  const assertion = elementAt(root, "assertion");
  const right = unsigned(assertion);
  const signature = find(assertion, "ds:Signature")!;
  falsify(assertion);
  assertion.setAttribute("ID", "_falsa");
  return { signature, right };
}

/** Makes the response itself a lie around a copy of the right one, and gives back that copy and its signature. */
function replaceResponse(root: Element): { readonly signature: Element; readonly right: Element } {
  const right = unsigned(root);
  const signature = detach(elementAt(root, "responseSignature"));
  const assertion = elementAt(root, "assertion");
  root.replaceChild(falseAssertion(assertion), assertion);
  root.setAttribute("ID", "_falsa-risposta");
  return { signature, right };
}

const afterIssuer = (root: Element, ...nodes: readonly Element[]): void => {
  const next = elementAt(root, "responseIssuer").nextSibling;
  for (const node of nodes) root.insertBefore(node, next);
};

/** Signature wrapping: what was signed is still there and still right, and a lie stands where a careless reader looks. */
export const wrapping: readonly Case[] = [
  {
    id: "xsw1", description: "signed response inside the signature of a false one",
    after: root => {
      const { signature, right } = replaceResponse(root);
      signature.appendChild(right);
      afterIssuer(root, signature);
    },
  },
  {
    id: "xsw2", description: "signed response and its signature side by side in a false one",
    after: root => {
      const { signature, right } = replaceResponse(root);
      afterIssuer(root, right, signature);
    },
  },
  {
    id: "xsw3", description: "false assertion before the signed one", responseSignedBy: "nobody",
    after: root => {
      const assertion = elementAt(root, "assertion");
      root.insertBefore(falseAssertion(assertion), assertion);
    },
  },
  {
    id: "xsw4", description: "signed assertion inside a false one", responseSignedBy: "nobody",
    after: root => {
      const assertion = elementAt(root, "assertion");
      const lie = falseAssertion(assertion);
      root.replaceChild(lie, assertion);
      lie.appendChild(assertion);
    },
  },
  {
    id: "xsw5", description: "false assertion with the signature, the signed one after it without", responseSignedBy: "nobody",
    after: root => { root.appendChild(replaceAssertion(root).right); },
  },
  {
    id: "xsw6", description: "signed assertion inside the signature of a false one", responseSignedBy: "nobody",
    after: root => {
      const { signature, right } = replaceAssertion(root);
      signature.appendChild(right);
    },
  },
  {
    id: "xsw7", description: "false assertion with the same ID in the extensions of the response", responseSignedBy: "nobody",
    after: root => {
      const assertion = elementAt(root, "assertion");
      const lie = falseAssertion(assertion);
      lie.setAttribute("ID", assertion.getAttribute("ID")!);
      const extensions = newElement(root, "samlp:Extensions");
      extensions.appendChild(lie);
      afterIssuer(root, extensions);
    },
  },
  {
    id: "xsw8", description: "signed assertion in an object of the signature of a false one", responseSignedBy: "nobody",
    after: root => {
      const { signature, right } = replaceAssertion(root);
      signature.appendChild(newElement(root, "ds:Object")).appendChild(right);
    },
  },
];
