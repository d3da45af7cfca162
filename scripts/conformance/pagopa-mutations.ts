import { DOMParser, type Element } from "@xmldom/xmldom";

/** A message as a tree: an element has either children or text. Without a namespace unless it says so. */
export interface Node {
  readonly name: string;
  readonly namespace?: string;
  readonly attributes?: string;
  readonly text?: string;
  /** XML put in as it is, for text that is spelled in an unusual way. */
  readonly raw?: string;
  readonly children?: readonly Node[];
}

export interface Mutation {
  readonly what: string;
  readonly message: Node;
}

const XSI = "http://www.w3.org/2001/XMLSchema-instance";
const escape = (text: string): string => text.replace(/[&<>\r]/g, character => `&#${character.charCodeAt(0)};`);

/** The tree as XML. Prefixes of both schema namespaces are bound at the root, for types named in `xsi:type`. */
export function toXml({ name, namespace, attributes = "", text = "", raw, children = [] }: Node, root = true): string {
  const bound = root ? ` xmlns:xsi="${XSI}" xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:n="http://pagopa-api.pagopa.gov.it/pa/paForNode.xsd" xmlns:c="http://pagopa-api.pagopa.gov.it/xsd/common-types/v1.0.0/"` : "";
  const tag = namespace === undefined ? name : `q:${name}`;
  const own = namespace === undefined ? "" : ` xmlns:q="${namespace}"`;
  return `<${tag}${own}${bound}${attributes}>${raw ?? escape(text)}${children.map(child => toXml(child, false)).join("")}</${tag}>`;
}

/** The tree of a message in the wild. */
export function fromXml(xml: string): Node {
  const convert = (element: Element): Node => {
    const children = childrenOf(element).map(convert);
    return {
      name: element.localName ?? "", ...(element.namespaceURI ? { namespace: element.namespaceURI } : {}),
      ...(children.length > 0 ? { children } : { text: element.textContent ?? "" }),
    };
  };
  return convert(new DOMParser().parseFromString(xml, "text/xml").documentElement!);
}

export const childrenOf = (element: Element): Element[] => [...element.childNodes].filter((node): node is Element => node.nodeType === 1);

const repeat = (lengths: readonly number[], character: string): string[] => lengths.map(length => character.repeat(length));

/** Text that stands at the edge of some rule: lengths, digits, amounts, days, instants, truth, whole numbers, base64, words of enumerations. */
const values: readonly string[] = [
  ...repeat([0, 1, 2, 3, 4, 5, 6, 10, 11, 12, 15, 16, 17, 18, 19, 20, 21, 34, 35, 36, 69, 70, 71, 72, 73, 139, 140, 141, 209, 210, 211, 256, 257, 1000], "a"),
  ...repeat([2, 5, 11, 17, 18, 19], "7"), ...repeat([2, 16, 35, 140], "\u{1D11E}"), ...repeat([1, 2, 11], " "), ...repeat([11, 18], "٣"),
  "0.00", "0.01", "0.001", "1", "1.", ".10", "1.1", "1.10", " 1.10 ", "\n1.10\t", "01.10", "000000000000000000001.10", "1,10", "+1.10", "-1.10", "-0.00", "1e2", "1.1O", "999999999.99", "1000000000.00", "٣.٣٣", "NaN", "INF",
  "2026-02-28", "2026-02-29", "2028-02-29", "2026-13-01", "2026-1-1", "2026-01-01Z", "2026-01-01+14:00", "2026-01-01+14:01", "-0001-01-01", "0000-01-01", "12026-01-01", "01/01/2026",
  "2026-01-01T00:00:00", "2026-01-01T24:00:00", "2026-01-01T24:00:01", "2026-01-01T00:00:00.123456789012", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00+0100", "2026-01-01T00:00", "2026-01-01 00:00:00", "2026-02-30T00:00:00",
  "true", "false", "TRUE", " true ", "0", "yes", "+1", "01", " 5 ", "6", "-1", "2147483647", "2147483648", "1.0",
  "OK", "KO", "ok", " OK", "EQ", "LS", "GT", "ANY", "EQ ", "F", "G", "FG", "POSTAL", "PAGOPA", "postal", "IT", "it", "ITA", "I1", "ÀÈ",
  "QUJD", "QUI=", "QQ==", "QQ=", "QUJ", "QU JD", "QU\nJD", "QUJD\u00A0", "=QUJ", "Q*==", "QUJD".repeat(18), `${"QUJD".repeat(18)} `, "QUJD".repeat(19), "QUJD".repeat(2000),
  "a@b", "a@b.it", "a@b..it", "@b.it", "a b@c.it", "à@b.it", "a+b_c.d-e@f-g.h", `${"a".repeat(250)}@b.com`, `${"a".repeat(251)}@b.com`, "a@b.it\n",
  "<&>\r", "PAA_SEMANTICA", "9/0101101IM/",
];

const types = [
  "xs:string", "xs:token", "xs:decimal", "xs:integer", "xs:anyType", "xs:base64Binary", "c:stText35", "c:stText140", "c:stAmount", "c:stISODate", "c:stFiscalCodePA", "c:stNoticeNumber", "c:stOutcome", "c:stFaultCode", "c:stEMail",
  "c:ctMetadata", "c:ctMapEntry", "c:ctResponse", "c:ctFaultBean", "c:ctRichiestaMarcaDaBollo", "n:stText20", "n:stText210", "n:stIBAN", "n:stIdTransfer", "n:stAmountNotZero", "n:ctQrCode", "n:ctSubject", "n:ctPaymentPA", "n:ctPaymentPAV2",
  "n:ctTransferPA", "n:ctTransferPAV2", "n:ctTransferPAReceiptV2", "n:ctReceipt", "n:ctReceiptV2", "n:paVerifyPaymentNoticeRes", "n:paSendRTRes", "n:paSendRTV2Response", "n:paGetPaymentReq", "n:noSuchType",
];

/** Every way in which this generator can spoil, or harmlessly change, one message: one change at a time. */
export function* mutations(message: Node): Generator<Mutation> {
  for (const { path, node } of walk(message, [])) {
    const at = path.map(step => step.name).join("/");
    const put = (what: string, ...replacement: readonly Node[]): Mutation => ({ what: `${at}: ${what}`, message: replace(message, path.map(({ index }) => index), replacement) });
    for (const { attributes, what } of marks) yield put(what, { ...node, attributes });
    for (const namespace of ["http://pagopa-api.pagopa.gov.it/pa/paForNode.xsd", "urn:other"]) yield put(`in ${namespace}`, { ...node, namespace });
    if (node.namespace !== undefined) {
      const { namespace: _, ...bare } = node;
      yield put("in no namespace", bare);
    }
    yield put("renamed", { ...node, name: `${node.name}X` });
    yield put("case", { ...node, name: node.name.toUpperCase() });
    if (node.children) yield* mutateChildren(node, put);
    else yield* mutateText(node, put);
    if (path.length === 0) continue;
    yield put("dropped");
    for (const times of [2, 5, 6, 15, 16]) yield put(`times ${times}`, ...Array<Node>(times).fill(node));
    yield put("before a stranger", node, { name: "stranger", text: "x" });
    yield put("after a stranger", { name: "stranger", text: "x" }, node);
  }
}

const marks = [
  { what: "unknown attribute", attributes: ' lang="it"' }, { what: "nil", attributes: ' xsi:nil="true"' }, { what: "not nil", attributes: ' xsi:nil="false"' },
  { what: "schema location", attributes: ' xsi:schemaLocation="urn:x y.xsd"' }, { what: "foreign attribute", attributes: ' xmlns:f="urn:f" f:a="1"' },
  ...types.map(type => ({ what: `as ${type}`, attributes: ` xsi:type="${type}"` })),
];

type Put = (what: string, ...replacement: readonly Node[]) => Mutation;

function* mutateText(node: Node, put: Put): Generator<Mutation> {
  for (const text of values) yield put(JSON.stringify(text.slice(0, 40)) + text.length, { ...node, text });
  yield put("with a comment", { ...node, raw: `${escape(node.text ?? "")}<!-- a -->` });
  yield put("as CDATA", { ...node, raw: `<![CDATA[${node.text ?? ""}]]>` });
  yield put("with a child", { ...node, children: [{ name: "b", text: "c" }] });
}

function* mutateChildren(node: Node, put: Put): Generator<Mutation> {
  const children = node.children ?? [];
  yield put("emptied", { ...node, children: [] });
  yield put("with text inside", { ...node, text: "text" });
  yield put("with blanks inside", { ...node, text: " \n " });
  yield put("reversed", { ...node, children: [...children].reverse() });
  for (const [index, child] of children.entries()) {
    const others = children.toSpliced(index, 1);
    yield put(`${child.name} last`, { ...node, children: [...others, child] });
    if (index > 0) yield put(`${child.name} earlier`, { ...node, children: others.toSpliced(index - 1, 0, child) });
    yield put(`up to ${child.name}`, { ...node, children: children.slice(0, index) });
    yield put(`${child.name} alone`, { ...node, children: [child] });
  }
}

interface Step { readonly index: number; readonly name: string }

function* walk(node: Node, path: readonly Step[]): Generator<{ path: readonly Step[]; node: Node }> {
  yield { path, node };
  for (const [index, child] of (node.children ?? []).entries()) yield* walk(child, [...path, { index, name: child.name }]);
}

function replace(node: Node, [index, ...rest]: readonly number[], replacement: readonly Node[]): Node {
  if (index === undefined) return replacement[0] ?? node;
  const children = node.children ?? [];
  const changed = rest.length === 0 ? replacement : [replace(children[index]!, rest, replacement)];
  return { ...node, children: children.toSpliced(index, 1, ...changed) };
}
