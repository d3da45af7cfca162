import { describe, expect, it } from "@jest/globals";
import { settingsOf } from "../../server/settings.ts";

/** A production environment that has everything of its own. */
const production = {
  HUB_ENV: "production", PUBLIC_URL: "https://servizi.comune.example", HUB_SECRET: "k".repeat(40), DATABASE_URL: "postgresql://hub@db.comune.example/hub",
  SPID_IDP_METADATA: "/etc/hub/spid", SPID_KEYS: "/etc/hub/spid-keys", CIE_IDP_METADATA: "/etc/hub/cie", LOGIN_REGISTER_KEYS: Buffer.alloc(32, 7).toString("base64"),
  ANPR_SOAP_URL: "https://ws.anpr.interno.it", ANPR_ENVIRONMENT: "PROD", ANPR_KEY: "/etc/hub/anpr.key", ANPR_CERTIFICATE: "/etc/hub/anpr.crt",
  ANPR_WORKSTATION: "004078-CO-9999", ANPR_OPERATOR: "OPERATOR", ANPR_CLIENT_ADDRESS: "192.0.2.10",
  AUDIT_ANCHOR: "/mnt/elsewhere/anchor", PAGOPA_BROKER: "01234567890", PAGOPA_CHECKOUT_URL: "https://api.platform.pagopa.it/checkout/ec/v2", PAGOPA_CHECKOUT_KEY: "key", PAGOPA_FDR_URL: "https://api.platform.pagopa.it/fdr-org/service/v1", PAGOPA_FDR_KEY: "key", PAGOPA_BIZ_EVENTS_URL: "https://api.platform.pagopa.it/bizevents/service/v1", PAGOPA_BIZ_EVENTS_KEY: "key", PAGOPA_CLIENT_PROXIES: "192.0.2.1",
};

describe("settings", () => {
  it("have a default for everything in the sandbox, on the ports that were chosen", () => {
    const settings = settingsOf({ PORT: "5000", SANDBOX_PORT: "5100" });
    expect(settings.PUBLIC_URL).toBe("http://localhost:5000");
    expect(settings.ANPR_SOAP_URL).toBe("http://localhost:5100");
  });

  it("lead to the sandbox's registry with certificates on both sides, unless the sandbox was moved and no second port is named", () => {
    expect(settingsOf({})).toMatchObject({ ANPR_SOAP_URL: "https://localhost:4101", ANPR_AUTHORITY: ".data/sandbox/anpr/ca.crt.pem", SANDBOX_REGISTRY_TLS_PORT: 4101 });
    expect(settingsOf({ SANDBOX_PORT: "5100", SANDBOX_REGISTRY_TLS_PORT: "5101" })).toMatchObject({ ANPR_SOAP_URL: "https://localhost:5101" });
    for (const env of [{ SANDBOX_PORT: "5100" }, { SANDBOX_PORT: "5100", SANDBOX_REGISTRY_TLS_PORT: "0" }]) {
      expect(settingsOf(env)).toMatchObject({ ANPR_SOAP_URL: "http://localhost:5100", SANDBOX_REGISTRY_TLS_PORT: 0 });
    }
  });

  it("take a production environment that has everything of its own", () => {
    expect(settingsOf(production)).toMatchObject({ HUB_ENV: "production", PAGOPA_CLIENT: "PROXY" });
  });

  it.each(Object.keys(production).filter(name => !["HUB_ENV", "PAGOPA_CLIENT_PROXIES"].includes(name)))("name %s when it is missing in production, and no value of any other", name => {
    const without = Object.fromEntries(Object.entries(production).filter(([key]) => key !== name));
    const starting = () => settingsOf(without);
    expect(starting).toThrow(new RegExp(`\\b${name}\\b`));
    expect(starting).not.toThrow("k".repeat(40));
  });

  it.each([
    ["PUBLIC_URL", "http://servizi.comune.example"], ["ANPR_SOAP_URL", "http://localhost:4100"], ["PAGOPA_CHECKOUT_KEY", "sandbox-checkout-key"],
    ["HUB_SECRET", "sandbox-only-secret-of-the-demonstration"], ["ANPR_ENVIRONMENT", "TEST"], ["PAGOPA_CLIENT", "NOBODY"], ["PAGOPA_CHECKOUT_URL", "http://127.0.0.1:4100/checkout/ec/v2"],
  ])("refuse in production what belongs to the sandbox: %s", (name, value) => {
    expect(() => settingsOf({ ...production, [name]: value })).toThrow(new RegExp(`\\b${name}\\b`));
  });

  it("name every setting at fault at once, and none of their values", () => {
    const starting = () => settingsOf({ PORT: "seventy", LOG_LEVEL: "loud", DATABASE_URL: "mysql://secret@db/x" });
    for (const name of ["PORT", "LOG_LEVEL", "DATABASE_URL"]) expect(starting).toThrow(name);
    expect(starting).not.toThrow("secret");
  });

  it.each([
    [{ PORT: "seventy" }, "PORT: must be a number"], [{ HUB_ENV: "production" }, "PUBLIC_URL: missing"], [{ SESSION_HOURS: "99" }, "SESSION_HOURS: Too big: expected number to be <=24"],
    [{ TRUST_PROXY: "banana" }, "TRUST_PROXY: true, false, or addresses"], [{ PAGOPA_CLIENT_PROXIES: "proxy" }, "PAGOPA_CLIENT_PROXIES: addresses and networks"],
    [{ RETURN_TO: "https://portale.comune.example/" }, "RETURN_TO: origins as browsers send them"], [{ CORS_ORIGINS: "portale.comune.example" }, "CORS_ORIGINS: origins as browsers send them"],
  ])("say of %j what it should be, and where each is explained", (env, said) => {
    const starting = () => settingsOf(env);
    expect(starting).toThrow(said);
    expect(starting).toThrow(".env.example");
  });
});
