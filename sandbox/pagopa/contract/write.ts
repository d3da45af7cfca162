import { isComplex, namespace, operations, placesOf, type ComplexType, type Operation } from "./types.ts";

/** A message as values: text, nested messages, and lists where a field may stand several times. Missing is undefined. */
export type Message = { readonly [name: string]: Value | undefined };
export type Value = string | Message | readonly Message[];

/** How PSPs' requests reach a station in the wild: a prefixed root, or a default namespace undone on the children. */
export const styles = ["prefixed", "defaulted"] as const;
export type Style = (typeof styles)[number];

const escapes: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
export const escapeXml = (text: string): string => text.replace(/[&<>"]/g, found => escapes[found]!);

function children(type: ComplexType, message: Message, attribute: string): string {
  return placesOf(type)
    .flat()
    .flatMap(({ name, type: fieldType }) => {
      const value = message[name];
      if (value === undefined) return [];
      return [value].flat().map(one => {
        const inner = typeof one === "string" ? escapeXml(one) : isComplex(fieldType) ? children(fieldType, one, "") : "";
        return `<${name}${attribute}>${inner}</${name}>`;
      });
    })
    .join("");
}

/** A request of the node as a SOAP 1.1 envelope, its fields in the order of the contract whatever their order in `message`. */
export function writeRequest(operation: Operation, message: Message, style: Style): string {
  const { request, requestType } = operations[operation];
  const root =
    style === "prefixed"
      ? `<pafn:${request} xmlns:pafn="${namespace}">${children(requestType, message, "")}</pafn:${request}>`
      : `<${request} xmlns="${namespace}">${children(requestType, message, ' xmlns=""')}</${request}>`;
  return (
    '<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/">' +
    `<soapenv:Header/><soapenv:Body>${root}</soapenv:Body></soapenv:Envelope>`
  );
}
