import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { readCatalogue } from "../../entities/seeds/catalogue/index.ts";
import { checklist } from "../../rules/checklist.ts";

const services = readCatalogue().services;
const service = (slug: string) => services.find(known => known.slug === slug)!;

const brought = (slug: string, situations: readonly string[], kept: Parameters<typeof checklist>[2] = []) =>
  checklist(service(slug).whatYouNeed, new Set(situations), kept).filter(({ bring }) => bring).map(({ document }) => document.code);

describe("what to bring", () => {
  test.each([
    ["permesso-ztl-residenti", [], ["identity-document", "vehicle-registration"]],
    ["permesso-ztl-residenti", ["online"], ["vehicle-registration"]],
    ["permesso-ztl-residenti", ["online", "renewal", "vehicle-not-owned"], ["vehicle-registration", "right-to-vehicle", "previous-permit"]],
    ["carta-identita-elettronica", ["lost"], ["loss-report", "photograph"]],
    ["carta-identita-elettronica", ["minor"], ["previous-card", "photograph", "parents-consent"]],
    ["cambio-residenza", ["online"], ["title-to-dwelling", "vehicles"]],
    ["cambio-residenza", ["from-abroad"], ["identity-document", "title-to-dwelling", "vehicles", "passport", "family-acts"]],
    ["idoneita-abitativa", ["renewal"], ["title-to-dwelling", "signers-identity", "professional-delegation", "fee-receipt"]],
    ["certificato-residenza", ["online"], []],
  ])("for %s when %j: %j", (slug, situations, codes) => expect(brought(slug, situations)).toEqual(codes));

  test("a situation that the service does not name changes nothing", () => {
    expect(brought("permesso-ztl-residenti", ["on-the-moon"])).toEqual(brought("permesso-ztl-residenti", []));
  });

  test("every document has its reason, with the source of the law where nothing is asked", () => {
    const kept = [{ code: "vehicle-registration", receivedOn: "2025-05-06" }];
    const items = checklist(service("permesso-ztl-residenti").whatYouNeed, new Set(["by-delegate"]), kept);
    expect(Object.fromEntries(items.map(({ document, reason }) => [document.code, reason]))).toEqual({
      "identity-document": { code: "NEEDED" },
      "vehicle-registration": { code: "GIVEN_BEFORE", receivedOn: "2025-05-06", source: "PNRR 1.4.1, C.SE.1.5" },
      "right-to-vehicle": { code: "NOT_IN_SITUATION", situation: "vehicle-not-owned" },
      "previous-permit": { code: "NOT_IN_SITUATION", situation: "renewal" },
      delegation: { code: "NEEDED_IN_SITUATION", situation: "by-delegate" },
      residence: { code: "HELD_BY_ARCHIVE", archive: "ANPR", source: "D.P.R. 445/2000, art. 43" },
      household: { code: "HELD_BY_ARCHIVE", archive: "ANPR", source: "D.P.R. 445/2000, art. 43" },
    });
  });

  test("a document spared by a situation says which", () => {
    const [identity] = checklist(service("permesso-ztl-residenti").whatYouNeed, new Set(["online"]));
    expect(identity).toMatchObject({ bring: false, reason: { code: "NOT_IN_SITUATION", situation: "online" } });
  });
});

test("in any situation: every document once and in order, and nothing that an archive holds for everyone is asked", () => {
  fc.assert(fc.property(fc.constantFrom(...services), fc.array(fc.constantFrom(...services.flatMap(({ situations }) => situations.map(({ key }) => key)))), ({ whatYouNeed }, situations) => {
    const items = checklist(whatYouNeed, new Set(situations));
    expect(items.map(({ document }) => document)).toEqual(whatYouNeed);
    const asked = items.filter(({ bring }) => bring).map(({ document }) => document.heldBy);
    expect(asked.filter(held => held !== null && held.unless === null)).toEqual([]);
    expect(asked.every(held => held === null || situations.includes(held.unless!))).toBe(true);
  }), { numRuns: 300 });
});
