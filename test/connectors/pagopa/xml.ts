import { DOMParser, type Element } from "@xmldom/xmldom";

/** The message element inside a SOAP 1.1 body, read by another parser than the station's. */
export function messageIn(xml: string): Element {
  const document = new DOMParser({ onError: (level, message) => { throw new Error(`${level}: ${message}`); } }).parseFromString(xml, "text/xml");
  const root = document.documentElement;
  if (root?.namespaceURI !== "http://schemas.xmlsoap.org/soap/envelope/" || root.localName !== "Envelope") throw new Error("no SOAP 1.1 envelope");
  const body = children(root).at(-1);
  const inside = body?.localName === "Body" ? children(body) : [];
  if (inside.length !== 1) throw new Error("no single body element");
  return inside[0]!;
}

/** The text at a path: first the name of the message element, then names of children. Undefined when there is no such element. */
export function valueAt(xml: string, message: string, ...path: string[]): string | undefined {
  const root: Element | undefined = messageIn(xml);
  if (root.localName !== message) throw new Error(`a ${root.localName ?? ""}, not a ${message}`);
  return path.reduce<Element | undefined>((at, name) => at && children(at).find(({ localName }) => localName === name), root)?.textContent ?? undefined;
}

/** The names of an element's children, in order. */
export const namesIn = (element: Element): string[] => children(element).map(({ nodeName }) => nodeName);

export const children = (element: Element): Element[] => [...element.childNodes].filter((node): node is Element => node.nodeType === 1);
