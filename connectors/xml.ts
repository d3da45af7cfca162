import { XmlElement, XmlTreeNode } from "libxml2-wasm";

/** The element children of an element, in order: comments, instructions and blanks between them mean nothing here. */
export function* elementsOf(parent: XmlElement): Generator<XmlElement> {
  let passed = 0;
  for (let node = parent.firstChild; node; node = node.next) {
    if (node instanceof XmlElement) {
      passed += 1;
      yield node;
    } else if (!(node instanceof XmlTreeNode)) {
      // The library knows no way past an instruction: what follows it is asked for by path.
      return yield* (parent.find("*") as XmlElement[]).slice(passed);
    }
  }
}
