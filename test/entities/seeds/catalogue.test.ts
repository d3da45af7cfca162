import { describe, expect, test } from "@jest/globals";
import { CatalogueSchema, demoSettings, readCatalogue } from "../../../entities/seeds/catalogue/index.ts";
import { slots } from "../../../rules/slots.ts";

const catalogue = readCatalogue();
const { services, offices } = catalogue;

describe("the catalogue", () => {
  test("has at least 28 services, and every office gives some", () => {
    expect(services.length).toBeGreaterThanOrEqual(28);
    expect(offices.filter(({ key }) => !services.some(service => service.offices.includes(key)))).toEqual([]);
  });

  test("names no category or topic that no service uses", () => {
    expect(catalogue.categories.map(({ key }) => key).filter(key => !services.some(({ category }) => category === key))).toEqual([]);
    expect(catalogue.topics.map(({ key }) => key).filter(key => !services.some(({ topics }) => topics.includes(key)))).toEqual([]);
  });

  test("finds every amount that it leaves to the office among the settings, and no setting is idle", () => {
    const named = services.flatMap(({ costs }) => costs.flatMap(({ amount }) => amount.kind === "SETTING" ? [amount.key] : []));
    expect([...new Set(named)].sort()).toEqual(Object.keys(demoSettings.amounts).sort());
  });

  test("asks a payment only where the service needs pagoPA", () => {
    const amounts: Readonly<Record<string, number>> = demoSettings.amounts;
    const paid = services.filter(({ costs }) => costs.some(({ amount }) => amount.kind === "FIXED" || (amount.kind === "SETTING" && amounts[amount.key]! > 0)));
    expect(paid.filter(({ needs }) => !needs.includes("PAGOPA")).map(({ slug }) => slug)).toEqual([]);
  });

  test("an application online has a level of assurance and needs SPID", () => {
    const online = services.filter(({ application }) => application.kind !== "NONE");
    expect(online.filter(({ access, assurance, needs }) => !access.includes("ONLINE") || assurance === null || !needs.includes("SPID")).map(({ slug }) => slug)).toEqual([]);
  });

  test("what the registry holds makes the service need the registry", () => {
    const reads = services.filter(({ whatYouNeed }) => whatYouNeed.some(({ heldBy }) => heldBy?.archive === "ANPR"));
    expect(reads.filter(({ needs }) => !needs.includes("ANPR")).map(({ slug }) => slug)).toEqual([]);
  });

  test("no form asks what the registry knows: name, birth, fiscal code, residence", () => {
    const asked = services.flatMap(({ application }) => application.kind === "GENERIC" ? Object.keys(application.form.properties) : []);
    expect(asked.filter(name => /fiscalCode|birth|givenName|familyName|residence/i.test(name))).toEqual([]);
  });

  test("every bookable service can be booked in an ordinary week", () => {
    const week = (key: string, minutes: number) => {
      const { hours, counters } = offices.find(office => office.key === key)!;
      return slots({ hours, counters, closures: [], extraOpenings: [], municipality: "D205" }, minutes, "2026-03-02", "2026-03-08");
    };
    const bookable = services.filter(({ appointment }) => appointment.bookable);
    expect(bookable.filter(({ offices: competent, appointment }) => competent.every(key => week(key, appointment.durationMinutes).length === 0)).map(({ slug }) => slug)).toEqual([]);
  });

  test("invented addresses look invented", () => {
    expect(offices.filter(({ demo, street }) => demo.includes("street") && !street.startsWith("Via degli Esempi"))).toEqual([]);
    expect(offices.filter(({ demo, email }) => demo.includes("email") && !email?.endsWith(".example"))).toEqual([]);
  });
});

describe("a catalogue at fault is refused, and says where", () => {
  const [first, ...others] = services;
  const faults = (changed: object) => {
    const read = CatalogueSchema.safeParse({ ...catalogue, services: [{ ...first, ...changed }, ...others] });
    return read.success ? [] : read.error.issues.map(({ message }) => message);
  };

  test("the catalogue as it is has no fault", () => expect(faults({})).toEqual([]));

  test.each([
    ["an unknown office", { offices: ["nowhere"] }, "unknown office nowhere"],
    ["an unknown topic", { topics: ["magic"] }, "unknown topic magic"],
    ["an unknown category", { category: "magic" }, "unknown category magic"],
    ["a slug used twice", { slug: others[0]!.slug }, "slug used twice"],
    ["a condition on a situation that nobody asks", { situations: [] }, "unknown situation lost"],
    ["a number of days without its source", { timeLimit: { maxDays: 30, text: "Trenta giorni", source: null } }, "a number of days needs its source"],
    ["a document listed twice", { whatYouNeed: [first!.whatYouNeed[0], first!.whatYouNeed[0]] }, `document ${first!.whatYouNeed[0]!.code} listed twice`],
  ])("%s", (_, changed, message) => expect(faults(changed)).toContain(message));

  test("a form that requires an answer it does not have", () => {
    const form = { type: "object", additionalProperties: false, required: ["ghost"], properties: {} };
    expect(faults({ application: { kind: "GENERIC", form } })).toContain("a required answer has no property");
  });
});
