import { z } from "zod";
import { dataSetCodes } from "../connectors/anpr/codes.ts";
import { doors } from "../connectors/registry/doors.ts";
import { readSettings } from "../kernel/settings.ts";
import { proxyTrust } from "./web/address.ts";

const port = z.coerce.number().int().min(0).max(65_535);
const listed = (value: string): string[] => value.split(",").map(item => item.trim()).filter(Boolean);
const list = z.string().transform(listed);
const pairsOf = (pairs: readonly string[]): Record<string, string> => Object.fromEntries(pairs.map(pair => [pair.split("=")[0] ?? "", pair.split("=")[1] ?? ""]));
/** What an administration chooses a door to the registry for: each data set, searching by name, and what only a registry office asks. */
const registryUses = [...Object.keys(dataSetCodes), "SEARCH", "OFFICE"];
const keys = z.string().refine(value => value.split(",").every(key => Buffer.from(key, "base64").length === 32), "keys of 32 bytes in base64, separated by commas");
const areProxies = (proxies: boolean | readonly string[]): boolean => {
  try {
    return Boolean(proxyTrust(proxies));
  } catch {
    return false;
  }
};
const proxiesSaid = "addresses and networks such as 10.0.0.0/8, separated by commas";
const isOrigin = (text: string): boolean => URL.canParse(text) && new URL(text).origin === text;
const origins = list.refine(all => all.every(isOrigin), "origins as browsers send them, such as https://portale.comune.example, separated by commas");
const points = z.coerce.number().int().min(0);
const kindOf = { visitors: "visitor", citizens: "citizen", staff: "staff", partners: "partner" } as const;
const address = z.url().transform(value => value.replace(/\/$/, ""));

const sandboxPort = (env: Env): string => env["SANDBOX_PORT"] || "4100";
const sandboxUrl = (env: Env): string => `http://localhost:${sandboxPort(env)}`;
/** Where the sandbox's registry asks for the municipality's certificate; empty where it does so nowhere. Moved sandboxes have no second port unless it is named. */
const registryTlsPort = (env: Env): string => (env["SANDBOX_REGISTRY_TLS_PORT"] || (env["SANDBOX_PORT"] ? "" : "4101")).replace(/^0$/, "");
/** Beside the sandbox's own port unless said, so that two sandboxes do not meet there either. */
const sandboxSmtpPort = (env: Env): string => env["SANDBOX_SMTP_PORT"] || String(Number(sandboxPort(env)) + 25);
const sandboxData = (env: Env): string => env["SANDBOX_DATA"] || ".data/sandbox";

type Env = Readonly<Record<string, string | undefined>>;

/** Every setting of the hub; each is explained in `.env.example`. Defaults that depend on the sandbox exist only there. */
const schema = z.object({
  HUB_ENV: z.enum(["sandbox", "production"]).default("sandbox"),
  PORT: port.default(4000),
  HOST: z.string().default("localhost"),
  PUBLIC_URL: address,
  SANDBOX_PORT: port.default(4100),
  SANDBOX_REGISTRY_TLS_PORT: port.default(0),
  SANDBOX_SMTP_PORT: port,
  SANDBOX_DATA: z.string(),
  DATA_DIR: z.string().default(".data"),
  DATABASE_URL: z.string().regex(/^postgres(ql)?:\/\//, "an address postgresql://…").optional(),
  DATABASE_POOL: z.coerce.number().int().min(2).max(200).default(20),
  STATEMENT_TIMEOUT_MS: z.coerce.number().int().min(100).default(5_000),
  LOG_LEVEL: z.enum(["trace", "debug", "info", "warn", "error", "silent"]).default("warn"),
  HUB_SECRET: z.string().min(32, "at least 32 characters"),
  ADMINISTRATION: z.string().default("c_d205"),
  JOBS_PACE_SECONDS: z.coerce.number().min(0.5).max(600).default(5),
  SESSION_HOURS: z.coerce.number().positive().max(24).default(8),
  RETURN_TO: origins.default([]),
  CORS_ORIGINS: origins.default([]),
  TRUST_PROXY: z.string().transform(value => (value === "true" ? true : value === "false" ? false : listed(value))).refine(areProxies, `true, false, or ${proxiesSaid}`).default(false),
  AUDIT_ANCHOR: z.string(),
  AUDIT_ANCHOR_SECONDS: z.coerce.number().int().min(1).max(86_400).default(60),
  OPERATION_DEADLINE_MS: z.coerce.number().int().min(100).default(10_000),
  BUDGET_VISITOR: points.default(30_000),
  BUDGET_CITIZEN: points.default(30_000),
  BUDGET_STAFF: points.default(60_000),
  BUDGET_PARTNER: points.default(60_000),
  BUDGET_APP: points.default(600_000),
  NEW_DOCUMENTS_SHARE: z.coerce.number().gt(0).max(1).default(0.2),
  BUDGET_STORE: z.enum(["memory", "database"]).default("memory"),
  PAGES_PER_MINUTE: z.coerce.number().int().min(1).default(600),
  SOCKETS_PER_ADDRESS: z.coerce.number().int().min(1).default(1_000),
  SUBSCRIPTIONS_PER_CALLER: z.coerce.number().int().min(1).default(200),
  TRUSTED_DOCUMENTS: z.string().default("schema/documents"),
  TRUSTED_ONLY: list.pipe(z.array(z.enum(["visitors", "citizens", "staff", "partners"]))).transform(all => all.map(name => kindOf[name])).default([]),
  METRICS_TOKEN: z.string().min(16, "at least 16 characters").optional(),
  OTEL_EXPORTER_OTLP_ENDPOINT: z.url().optional(),
  SPID_IDP_METADATA: z.string(),
  SPID_KEYS: z.string(),
  SPID_CLOCK_SKEW_MS: z.coerce.number().int().min(0).default(1_500),
  CIE_IDP_METADATA: z.string(),
  EIDAS_NODE: z.string().optional(),
  LOGIN_REGISTER_KEYS: keys,
  ANPR_DOOR: z.enum(doors).default("SOAP"),
  ANPR_DOORS: list.transform(pairsOf).pipe(z.record(z.string().refine(use => registryUses.includes(use), `uses are ${registryUses.join(", ")}`), z.enum(doors))).default({}),
  ANPR_SOAP_URL: z.url(),
  ANPR_ENVIRONMENT: z.enum(["PROD", "PRE_SUB", "TEST", "FREE"]),
  ANPR_KEY: z.string(),
  ANPR_CERTIFICATE: z.string(),
  ANPR_AUTHORITY: z.string().optional(),
  ANPR_WORKSTATION: z.string(),
  ANPR_OPERATOR: z.string(),
  ANPR_CLIENT_ADDRESS: z.string(),
  ANPR_DEADLINE_MS: z.coerce.number().int().min(100).default(2_500),
  PDND_TOKEN_URL: z.url().optional(),
  PDND_ANPR_URL: z.url().optional(),
  PDND_CLIENT_ID: z.uuid().optional(),
  PDND_KEY: z.string().optional(),
  PDND_KEY_ID: z.string().optional(),
  PDND_AUTHORITY: z.string().optional(),
  PDND_PURPOSES: list.transform(pairsOf).optional(),
  PAGOPA_BROKER: z.string().regex(/^\d{11}$/),
  PAGOPA_MESSAGE_BYTES: z.coerce.number().int().min(10_000).default(102_400),
  PAGOPA_RECEIPT_BYTES: z.coerce.number().int().min(10_000).default(524_288),
  PAGOPA_CLIENT: z.enum(["NOBODY", "TLS", "PROXY"]).default("PROXY"),
  PAGOPA_CLIENT_ISSUER: z.string().default("RapidSSL TLS RSA CA G1"),
  PAGOPA_CLIENT_NAMES: list.default(["forwarder.platform.pagopa.it"]),
  PAGOPA_CLIENT_HEADER: z.string().default("x-client-cert"),
  PAGOPA_CLIENT_PROXIES: list.refine(areProxies, proxiesSaid).default([]),
  PAGOPA_CHECKOUT_URL: z.url(),
  PAGOPA_CHECKOUT_KEY: z.string(),
  PAGOPA_POSITIONS: z.enum(["NONE", "ACA", "GPD"]).default("ACA"),
  PAGOPA_ACA_URL: z.url().optional(),
  PAGOPA_ACA_KEY: z.string().optional(),
  PAGOPA_GPD_URL: z.url().optional(),
  PAGOPA_GPD_KEY: z.string().optional(),
  PAGOPA_GPD_VERSION: z.enum(["1", "3"]).default("1").transform(version => (version === "1" ? 1 : 3)),
  PAGOPA_FDR_URL: z.url(),
  PAGOPA_FDR_KEY: z.string(),
  PAGOPA_BIZ_EVENTS_URL: z.url(),
  PAGOPA_BIZ_EVENTS_KEY: z.string(),
  IO_URL: z.url().optional(),
  IO_KEY: z.string().optional(),
  IO_ORGANISATION: z.string().regex(/^\d{11}$/).optional(),
  SMTP_URL: z.url({ protocol: /^smtps?$/ }).optional(),
  SMTP_FROM: z.string().optional(),
}).readonly();

/** What the hub was told. */
export type Settings = z.infer<typeof schema>;

/** The keys of the register of sign-ins: the first seals, all open. */
export const registerKeys = ({ LOGIN_REGISTER_KEYS: given }: Settings): Buffer[] => given.split(",").map(key => Buffer.from(key, "base64"));

/**
 * Limits of the sandbox: whoever tries things out, measures or validates comes from one address and as one person, hundreds
 * of times a minute. They are no secrets, and an administration may choose the same.
 */
const sandboxLimits: Env = {
  ...Object.fromEntries(["VISITOR", "CITIZEN", "STAFF", "PARTNER", "APP"].map(kind => [`BUDGET_${kind}`, "1000000"])),
  NEW_DOCUMENTS_SHARE: "1",
  PAGES_PER_MINUTE: "60000",
};

/** Where the sandbox stands and what it hands out; a production environment has none of this and must say everything. */
const sandboxDefaults = (env: Env): Env => ({
  PUBLIC_URL: `http://localhost:${env["PORT"] || "4000"}`,
  HUB_SECRET: "sandbox-only-secret-of-the-demonstration",
  SANDBOX_DATA: sandboxData(env),
  SPID_IDP_METADATA: `${sandboxData(env)}/spid`,
  SPID_KEYS: `${env["DATA_DIR"] || ".data"}/keys/spid`,
  AUDIT_ANCHOR: `${env["DATA_DIR"] || ".data"}/audit/anchors.jsonl`,
  CIE_IDP_METADATA: `${sandboxData(env)}/cie`,
  LOGIN_REGISTER_KEYS: "c2FuZGJveC1yZWdpc3Rlci1rZXktb2YtdGhlLWRlbW8=",
  ...(registryTlsPort(env)
    ? { SANDBOX_REGISTRY_TLS_PORT: registryTlsPort(env), ANPR_SOAP_URL: `https://localhost:${registryTlsPort(env)}`, ANPR_AUTHORITY: `${sandboxData(env)}/anpr/ca.crt.pem` }
    : { ANPR_SOAP_URL: sandboxUrl(env) }),
  ANPR_ENVIRONMENT: "TEST",
  ANPR_KEY: `${sandboxData(env)}/anpr/municipality.key.pem`,
  ANPR_CERTIFICATE: `${sandboxData(env)}/anpr/municipality.crt.pem`,
  ANPR_WORKSTATION: "004078-CO-0000",
  ANPR_OPERATOR: "USERSFREETEST078",
  ANPR_CLIENT_ADDRESS: "127.0.0.1",
  PDND_TOKEN_URL: `${sandboxUrl(env)}/pdnd/token.oauth2`,
  PDND_ANPR_URL: `${sandboxUrl(env)}/govway/rest/in/MinInternoPortaANPR-PDND`,
  PDND_CLIENT_ID: "d2050000-c11e-4000-8000-000000004078",
  PDND_KEY: `${sandboxData(env)}/pdnd/client.key.pem`,
  PDND_PURPOSES: ["C001", "C003", "C007", "C008", "C009", "C015", "C016", "C017", "C018", "C019", "C020", "C021", "C024", "C025", "C030"]
    .map(code => `${code}=d205c${code.slice(1)}-0000-4000-8000-000000004078`).join(),
  PAGOPA_BROKER: "00480530047",
  PAGOPA_CLIENT: "NOBODY",
  PAGOPA_CHECKOUT_URL: `${sandboxUrl(env)}/checkout/ec/v2`,
  PAGOPA_CHECKOUT_KEY: "sandbox-checkout-key",
  PAGOPA_ACA_URL: `${sandboxUrl(env)}/aca/v1`,
  PAGOPA_ACA_KEY: "sandbox-aca-key",
  PAGOPA_GPD_URL: `${sandboxUrl(env)}/gpd/debt-positions-service/v${env["PAGOPA_GPD_VERSION"] || "1"}`,
  PAGOPA_GPD_KEY: "sandbox-gpd-key",
  PAGOPA_FDR_URL: `${sandboxUrl(env)}/fdr-org/service/v1`,
  PAGOPA_FDR_KEY: "sandbox-fdr-key",
  PAGOPA_BIZ_EVENTS_URL: `${sandboxUrl(env)}/bizevents/service/v1`,
  PAGOPA_BIZ_EVENTS_KEY: "sandbox-biz-events-key",
  IO_URL: `${sandboxUrl(env)}/io/api/v1`,
  IO_KEY: "sandbox-io-key",
  SMTP_URL: `smtp://localhost:${sandboxSmtpPort(env)}`,
  SMTP_FROM: "Comune di Cuneo <non-rispondere@comune.example>",
});

/**
 * Reads the settings. In the sandbox everything has a default; in production nothing that belongs to the sandbox has
 * one, and its addresses and keys are refused. Throws one error that names every setting at fault.
 */
export function settingsOf(env: Env): Settings {
  const production = env["HUB_ENV"] === "production";
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ""));
  const settings = readSettings(schema, production ? { SANDBOX_DATA: sandboxData(env), SANDBOX_SMTP_PORT: sandboxSmtpPort(env), ...given } : { ...sandboxLimits, SANDBOX_SMTP_PORT: sandboxSmtpPort(env), ...sandboxDefaults(env), ...given });
  if (production) refuseSandbox(settings, env);
  return settings;
}

/** The settings of this process, or its end: whoever is to mend them needs their names, not where they were read. */
export function settingsOrEnd(): Settings {
  try {
    return settingsOf(process.env);
  } catch (error) {
    process.stderr.write(`✖ ${(error as Error).message}\n`);
    return process.exit(1);
  }
}

function refuseSandbox(settings: Settings, env: Env): void {
  const parts = (key: string): readonly unknown[] => {
    const value = settings[key as keyof Settings];
    return typeof value === "string" ? value.split(",") : Array.isArray(value) ? value : [value];
  };
  const borrowed = Object.entries(sandboxDefaults(env)).filter(([key, value]) => key !== "SANDBOX_DATA" && parts(key).includes(value)).map(([key]) => key);
  const loopback = Object.entries(settings).filter(([, value]) => typeof value === "string" && /^https?:\/\/(localhost|127\.|\[::1\])/.test(value)).map(([key]) => key);
  const insecure = settings.PUBLIC_URL.startsWith("https://") ? [] : ["PUBLIC_URL"];
  const faults = [...new Set([...borrowed, ...loopback, ...insecure, ...(settings.DATABASE_URL ? [] : ["DATABASE_URL"])])];
  if (faults.length > 0) throw new Error(`settings of the sandbox, or none, in production:\n${faults.map(name => `  ${name}`).join("\n")}`);
}
