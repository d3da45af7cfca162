import { beforeAll, describe, expect, it } from "@jest/globals";
import { generateKeyPair } from "../../../sandbox/spid/keys.ts";
import { wrongResponse, wrongResponses, type WrongResponseParameters } from "../../../sandbox/spid/index.ts";
import { first, isSignedBy, parse } from "./service-provider.ts";

const now = new Date("2026-06-01T10:00:00.250Z");
let parameters: WrongResponseParameters;
beforeAll(async () => {
  const [keys, strangerKeys] = await Promise.all([generateKeyPair("Identità", now), generateKeyPair("Nessuno", now)]);
  parameters = {
    requestId: "_richiesta", acs: "https://servizio.example.org/acs", issuer: "https://identita.example.org", audience: "https://servizio.example.org",
    now, level: 2, scheme: "spid", nameId: "_nome", keys, strangerKeys,
    attributes: { spidCode: "UNOX0123456789", name: "Niccolò", familyName: "D'Amico <&>", fiscalNumber: "TINIT-RSSDAA84C52D205X", dateOfBirth: "1984-03-12" },
  };
});

const numbers = (from: number, to: number): string[] => Array.from({ length: to - from + 1 }, (_, index) => String(from + index));
const missing = new Set(["50", "101", "102"]);
/** The numbers of the national list, and the names of what its second validator adds. */
const national = ["1", "1-NS", "2", "3", "4", "5", ...numbers(8, 100).filter(id => !missing.has(id)), ...numbers(103, 113), "xsw1", "xsw2", "xsw3", "xsw4", "xsw5", "xsw6", "xsw7", "xsw8", "xslt"];

it("holds every case of the national list, each id once", () => {
  const ids = wrongResponses.map(({ id }) => id);
  expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  expect(national.filter(id => !ids.includes(id))).toEqual([]);
});

it.each([1, 2, 3] as const)("expects at level %d what the national list expects", level => {
  const accepted = wrongResponses.filter(({ id, expected }) => national.includes(id) && expected({ level, scheme: "spid" }) === "accept").map(({ id }) => id);
  expect(accepted.sort()).toEqual(["1", "1-NS", "109", "110", "31", ...["94", "95", "96"].slice(level - 1)].sort());
  expect(wrongResponses.find(({ id }) => id === "103")!.expected({ level, scheme: "spid" })).toBe("either");
});

it("lets the electronic identity card leave the format of the issuer out", () => {
  expect(wrongResponses.find(({ id }) => id === "71")!.expected({ level: 2, scheme: "cie" })).toBe("accept");
});

/** What is posted, without what is new every time. */
function posted(id: string): string {
  const { samlResponse } = wrongResponse(id, parameters);
  return Buffer.from(samlResponse, "base64").toString("utf8")
    .replace(/_[0-9a-f]{8}-[0-9a-f-]{27}/g, "_").replace(/<ds:(DigestValue|SignatureValue)>[^<]*/g, "<ds:$1>");
}

it("makes every case different from the right one, but for those that the level at hand makes right", () => {
  const right = posted("1");
  expect(wrongResponses.map(({ id }) => id).filter(id => posted(id) === right)).toEqual(["1", "1-NS", "110", "95"]);
});

const numbered = wrongResponses.map(({ id }) => id).filter(id => /^(1[0-9]|2[0-9]|3[0125-9]|[4-9][0-9]|10[3-9]|11[01])(-|$)/.test(id));

describe("a wrong field is wrong under right signatures, so that nothing else can be the reason", () => {
  it.each(numbered.filter(id => !/^(110-|113)/.test(id)))("%s", id => {
    const { xml } = wrongResponse(id, parameters);
    expect(isSignedBy(xml, "Response", parameters.keys.certificate)).toBe(true);
    if (first(parse(xml), "Assertion")) expect(isSignedBy(xml, "Assertion", parameters.keys.certificate)).toBe(true);
  });
});

it.each(["xsw3", "comment-in-fiscal-number", "cdata-in-fiscal-number"])("leaves the signature valid where the lie is elsewhere: %s", id => {
  const { xml } = wrongResponse(id, parameters);
  const withoutLie = xml.replace(/<saml:Assertion [^>]*ID="_falsa".*?<\/saml:Assertion>/s, "");
  expect(xml.includes("_falsa")).toBe(id === "xsw3");
  expect(isSignedBy(withoutLie, "Assertion", parameters.keys.certificate)).toBe(true);
});

it("knows no other case", () => {
  expect(() => wrongResponse("nessuno", parameters)).toThrow("no response case nessuno");
});
