import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { EntityManager, MikroORM } from "@mikro-orm/postgresql";
import { Administration } from "../../../entities/administration.ts";
import { registerClient } from "../../../operations/client/register-client.ts";
import { registration, type Registration } from "../../../operations/client/registration.ts";
import { catalogue } from "../../../scripts/story/queries.ts";
import { openOrm } from "../../../server/database/orm.ts";
import { startHub, type TestHub } from "../../helpers/hub.ts";
import { RelyingParty } from "../../server/oidc/relying-party.ts";
import { until } from "../../helpers/until.ts";
import { testQuiet } from "../../helpers/quiet.ts";

let hub: TestHub;
let orm: MikroORM;
let administration: string;
beforeAll(async () => {
  hub = await startHub({ sandbox: true });
  orm = await openOrm({ url: hub.databaseUrl, poolSize: 1, statementTimeoutMs: 20_000 });
  administration = (await orm.em.fork().findOneOrFail(Administration, { ipaCode: "c_d205" })).id;
});
afterAll(async () => {
  await orm.close(true);
  await hub.close();
});

const redirectUri = "http://localhost:3000/nuovo";
const given = { clientId: "portale-nuovo", name: "Portale nuovo", kind: "confidential", redirectUris: [redirectUri], scopes: ["openid", "profile"], permissions: ["catalogue", "self", "limits"] } as const;
const read = (more: object = {}): Registration => registration.parse({ ...given, ...more });
const register = (client: Registration, options?: { renewSecret: boolean }) => registerClient(orm.em.fork(), administration, client, options);

describe("a client is registered", () => {
  test("once, with a secret that is told that once; again changes nothing, and what the file says otherwise is changed", async () => {
    const first = await register(read());
    expect(first).toEqual({ done: "CREATED", secret: expect.stringMatching(/^[\w-]{43}$/) });
    expect(await register(read())).toEqual({ done: "UNCHANGED", secret: null });
    expect(await register(read({ name: "Portale nuovissimo" }))).toEqual({ done: "CHANGED", secret: null });
    const [row] = await hub.sql(`select "name", "secret_hash" from "oidc_client" where "client_id" = 'portale-nuovo'`);
    expect(row!["name"]).toBe("Portale nuovissimo");
    expect(row!["secret_hash"]).not.toContain(first.secret);
  });

  test("and signs people in, who reach through it what it may ask and no more", async () => {
    const { secret } = await register(read({ clientId: "portale-stretto" }));
    const portal = await RelyingParty.as(hub, { clientId: "portale-stretto", secret, redirectUri });
    const graph = portal.graph((await portal.signIn("ada.rossi")).access_token);
    expect((await graph.data("{ me { assurance } }"))["me"]).toEqual({ assurance: "L2" });
    expect((await graph.ask("{ me { person { __typename } } }")).errors).toEqual([]);
    expect((await graph.ask('mutation { startApplication(input: { service: "x", idempotencyKey: "12345678" }) { __typename } }')).errors[0]!.extensions["code"]).toBe("GRAPHQL_VALIDATION_FAILED");
    await register(read({ clientId: "portale-stretto", permissions: ["catalogue", "limits"] }));
    // Another process changed it: the hub hears of it, and that is soon, but not at once.
    await until("it may ask less", () => graph.ask("{ me { assurance } }"), ({ errors }) => errors[0]?.extensions["code"] === "GRAPHQL_VALIDATION_FAILED");
    await register(read({ clientId: "portale-stretto", active: false }));
    await until("it is shut out", () => graph.ask("{ __typename }"), ({ status }) => status === 401);
  });

  test("a new secret ends the old one", async () => {
    const { secret: old } = await register(read({ clientId: "portale-segreto" }));
    const { secret } = await register(read({ clientId: "portale-segreto" }), { renewSecret: true });
    const portal = await RelyingParty.as(hub, { clientId: "portale-segreto", secret, redirectUri });
    expect(await portal.signIn("ada.rossi")).toHaveProperty("access_token");
    const late = await RelyingParty.as(hub, { clientId: "portale-segreto", secret: old, redirectUri });
    await expect(late.enter("ada.rossi")).rejects.toMatchObject({ status: 401 });
  });

  test("bound to documents of its own, it may send these and nothing else", async () => {
    const { secret } = await register(read({ clientId: "portale-fidato", documents: "portal" }));
    const portal = await RelyingParty.as(hub, { clientId: "portale-fidato", secret, redirectUri });
    const graph = portal.graph((await portal.enter("ada.rossi")).access_token);
    expect((await graph.ask(catalogue)).errors).toEqual([]);
    expect((await graph.ask("{ me { assurance } }")).errors[0]!.extensions["code"]).toBe("UNTRUSTED_DOCUMENT");
    await register(read({ clientId: "portale-fidato", documents: "desk" }));
    await until("its documents are others", () => graph.ask(catalogue), ({ errors }) => errors[0]?.extensions["code"] === "UNTRUSTED_DOCUMENT");
  });

  test("but not one that another administration has", async () => {
    await register(read({ clientId: "portale-altrui" }));
    await expect(registerClient(orm.em.fork() as EntityManager, "00000000-0000-7000-8000-000000000000", read({ clientId: "portale-altrui" }))).rejects.toMatchObject({ code: "CLIENT_TAKEN" });
  });
});

describe("a registration is refused", () => {
  test.each([
    ["an address that is not https", { redirectUris: ["http://portale.example/a"] }, "redirectUris"],
    ["an address with a fragment", { redirectUris: ["https://portale.example/a#b"] }, "redirectUris"],
    ["a scheme of its own for a portal", { redirectUris: ["it.example.app:/a"] }, "redirectUris"],
    ["a scheme without a dot for an app", { kind: "native", redirectUris: ["app:/a"] }, "redirectUris"],
    ["a script", { kind: "native", redirectUris: ["javascript:alert(1)"] }, "redirectUris"],
    ["addresses on two hosts", { redirectUris: ["https://uno.example/a", "https://due.example/a"] }, "redirectUris"],
    ["no address", { redirectUris: [] }, "redirectUris"],
    ["what only staff may, for citizens", { permissions: ["catalogue", "desk"] }, "permissions"],
    ["what only citizens may, for staff", { staff: true, permissions: ["self"] }, "permissions"],
    ["what nobody may", { permissions: ["everything"] }, "permissions"],
    ["scopes without openid", { scopes: ["profile"] }, "scopes"],
    ["an id with spaces", { clientId: "un portale" }, "clientId"],
    ["a word that nobody knows", { colour: "red" }, undefined],
  ])("for %s", (_what, more, at) => {
    const refused = registration.safeParse({ ...given, ...more });
    expect(refused.error?.issues[0]?.path[0]).toBe(at);
    expect(refused.success).toBe(false);
  });

  test.each([["https", {}], ["the loopback", { redirectUris: ["http://127.0.0.1/callback"] }], ["a name in reverse, for an app", { kind: "native", redirectUris: ["it.example.app:/callback"] }]])("not for %s", (_what, more) => {
    expect(registration.safeParse({ ...given, redirectUris: ["https://portale.example/a"], ...more }).success).toBe(true);
  });
});

testQuiet(() => hub, ["ada.rossi"]);
