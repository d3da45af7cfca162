import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { Json } from "../../helpers/client.ts";
import { startHub, type TestHub } from "../../helpers/hub.ts";

let hub: TestHub;
beforeAll(async () => { hub = await startHub(); });
afterAll(() => hub.close());

const services = async (filter: string): Promise<readonly Json[]> => (await hub.visitor.data(`{ services(first: 100 ${filter}) { nodes { id slug title category status } } }`))["services"]!["nodes"]!;

describe("the catalogue", () => {
  test("has at least 25 services over seven fields, each with what the service sheet asks", async () => {
    const { nodes, totalCount } = (await hub.visitor.data(`{ services(first: 100) { totalCount nodes { slug title summary audience howTo whatYouGet timeLimitText category costs { code } offices { slug } topics { key } whatYouNeed { code } } } }`))["services"]!;
    expect(Number(totalCount)).toBeGreaterThanOrEqual(25);
    expect(nodes).toHaveLength(Number(totalCount));
    expect(new Set(nodes!.flatMap(service => service["offices"]!.map(({ slug }) => slug!))).size).toBe(7);
    for (const service of nodes!) for (const field of ["title", "summary", "audience", "howTo", "whatYouGet", "timeLimitText"]) expect([service["slug"], field, String(service[field]).length > 3]).toEqual([service["slug"], field, true]);
  });

  test("is narrowed by category, state and words, which are taken as they stand", async () => {
    const all = await services("");
    const category = all[0]!["category"]!;
    expect(await services(`filter: { category: "${category}" }`)).toEqual(all.filter(service => service["category"]! === category));
    expect(await services(`filter: { title: "ZTL" }`)).toEqual(all.filter(service => service["title"]!.toLowerCase().includes("ztl")));
    expect(await services(`filter: { title: "ztl", status: ACTIVE }`)).toHaveLength(3);
    for (const nothing of ["%", "_", "' or 1=1 --", "\\\\"]) expect(await services(`filter: { title: ${JSON.stringify(nothing)} }`)).toEqual([]);
  });

  test("answers a slug with its service, and one of nobody's with null", async () => {
    expect(await hub.visitor.data(`{ service(slug: "permesso-ztl-residenti") { title assurance applicationKind } none: service(slug: "x") { id } }`)).toEqual({ service: { title: "Permesso ZTL per residenti", assurance: "L2", applicationKind: "ZTL_PERMIT" }, none: null });
  });
});

describe("a checklist", () => {
  const query = "query ($input: ChecklistInput!) { checklist(input: $input) { items { code bring reason explanation } } }";
  const items = async (slug: string, situations: readonly string[]): Promise<readonly Json[]> => {
    const { service } = await hub.visitor.data("query ($slug: String!) { service(slug: $slug) { id } }", { slug });
    return (await hub.visitor.data(query, { input: { service: service!["id"], situations } }))["checklist"]!["items"]!;
  };

  test("asks for nothing that an archive holds, says why, and puts first what is to be brought", async () => {
    const found = await items("permesso-ztl-residenti", []);
    const held = found.filter(item => item["reason"]! === "HELD_BY_ARCHIVE");
    expect(held.length).toBeGreaterThan(0);
    for (const item of held) expect([String(item["bring"]), item["explanation"]!.startsWith("Non serve portarlo")]).toEqual(["false", true]);
    const bring = found.map(item => String(item["bring"]) === "true");
    expect(bring).toEqual([...bring].sort((one, other) => Number(other) - Number(one)));
  });

  test("changes with the situation", async () => {
    const needed = async (situations: readonly string[]) => (await items("permesso-ztl-residenti", situations)).filter(item => String(item["bring"]) === "true").map(item => item["code"]!);
    expect(await needed([])).toContain("identity-document");
    expect(await needed(["online"])).not.toContain("identity-document");
  });

  test("knows no situation that the service does not ask about, nor a service that is not there", async () => {
    const { service } = await hub.visitor.data(`{ service(slug: "permesso-ztl-residenti") { id } }`);
    const ask = async (input: object) => (await hub.visitor.ask(query, { input })).errors[0]!.extensions;
    expect(await ask({ service: service!["id"], situations: ["on-the-moon"] })).toMatchObject({ code: "INVALID_INPUT", field: ["input", "situations"] });
    expect(await ask({ service: "srv_0192aaaa-0000-7000-8000-000000000000", situations: [] })).toMatchObject({ code: "NOT_FOUND", field: ["input", "service"] });
  });
});
