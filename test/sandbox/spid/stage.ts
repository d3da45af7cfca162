import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import formbody from "@fastify/formbody";
import Fastify, { type FastifyInstance } from "fastify";
import { silentLog } from "../../../kernel/log.ts";
import { Faults } from "../../../sandbox/faults.ts";
import type { Resident } from "../../../sandbox/people.ts";
import { cie, spid } from "../../../sandbox/spid/index.ts";
import { pemOfBody } from "../../../sandbox/spid/keys.ts";
import type { World } from "../../../sandbox/world.ts";
import { type Browser, formOf, type Page } from "./browser.ts";
import { first, parse, ServiceProvider, type RequestShape } from "./service-provider.ts";

export const ada: Resident = {
  fiscalCode: "RSSDAA84C52D205X",
  familyName: "Rossi",
  givenName: "Ada & \"Lù\"",
  sex: "F",
  birthDate: "1984-03-12",
  birthPlace: { name: "Cuneo", cadastralCode: "D205", istatCode: "004078", province: "CN" },
  registryId: "1",
  householdId: "1",
  tie: "1",
  civilStatus: "1",
  citizenship: { code: "100", name: "Italia" },
  address: { kind: "via", street: "Roma", number: "28", postalCode: "12100" },
  residentSince: "2012-04-02",
  login: { username: "ada.rossi", password: "sportello", email: "ada.rossi@example.org", phone: "+393000000001" },
};

const pathOf = { spid: "/spid", spid2: "/spid2", cie: "/cie" } as const;

export type Idp = keyof typeof pathOf;

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, "close");
  return port;
}

/** The sandbox's identity providers, a service provider and the time, all of the test's own. */
export class Stage {
  now = new Date("2026-06-01T10:00:00.250Z");
  /** What the service provider publishes as its metadata. */
  published = "";
  private readonly servers: FastifyInstance[] = [];

  private constructor(readonly world: World, readonly provider: ServiceProvider) {}

  static async open(): Promise<Stage> {
    const [sandboxPort, hubPort] = [await freePort(), await freePort()];
    const [sandboxUrl, hubUrl] = [sandboxPort, hubPort].map(port => `http://127.0.0.1:${port}`) as [string, string];
    const provider = await ServiceProvider.at(hubUrl, new Date("2026-06-01T00:00:00Z"));
    const dataDir = mkdtempSync(join(tmpdir(), "spid-"));
    const stage: Stage = new Stage(
      { people: [ada], faults: new Faults(), sandboxUrl, hubUrl, dataDir, clock: { now: () => new Date(stage.now) }, log: silentLog }, provider);
    stage.published = provider.metadata();
    const site = Fastify();
    for (const scheme of ["spid", "cie"]) site.get(`/${scheme}/metadata`, async () => stage.published);
    site.get("/slo", async () => "logout");
    const sandbox = Fastify({ forceCloseConnections: true });
    await sandbox.register(formbody);
    for (const simulator of [spid, cie]) await sandbox.register(async scope => simulator.register(scope, stage.world));
    await Promise.all([site.listen({ host: "127.0.0.1", port: hubPort }), sandbox.listen({ host: "127.0.0.1", port: sandboxPort })]);
    stage.servers.push(site, sandbox);
    return stage;
  }

  async close(): Promise<void> {
    await Promise.all(this.servers.map(server => server.close()));
    rmSync(this.world.dataDir, { recursive: true });
  }

  /** Moves the time on. */
  pass(seconds: number): void {
    this.now = new Date(this.now.getTime() + seconds * 1000);
  }

  url(idp: Idp, path = ""): string {
    return `${this.world.sandboxUrl}${pathOf[idp]}${path}`;
  }

  /** The certificate that the identity provider's metadata publish. */
  async certificate(idp: Idp): Promise<string> {
    const metadata = await (await fetch(this.url(idp, "/metadata"))).text();
    return pemOfBody(first(parse(metadata), "X509Certificate")!.textContent!);
  }

  /** Sends a request by POST, in the shape wanted, and gives back the page it leads to. */
  async ask(browser: Browser, idp: Idp, level: number, shape: RequestShape = {}): Promise<{ readonly id: string; readonly page: Page }> {
    const { id, xml } = this.provider.request(this.now, this.url(idp, "/sso/post"), level, shape);
    return { id, page: await browser.open(this.url(idp, "/sso/post"), this.provider.postForm(xml)) };
  }

  /** Goes from the credentials to the page that hands over, saying yes to everything. */
  async logIn(browser: Browser, credentials: Page, level: number): Promise<Page> {
    const next = await browser.submit(credentials, "credentials", { username: "ada.rossi", password: "sportello", action: "enter" });
    const consent = level === 1 ? next : await browser.submit(next, "second-factor", { code: codeOn(next), action: "confirm" });
    return browser.submit(consent, "consent", { action: "consent" });
  }
}

/** The one-time code that the page shows in place of a phone. */
export const codeOn = ({ html }: Page): string => /id="sandbox-code">(\d{6})</.exec(html)![1]!;

/** What a page hands over to the service provider. */
export function handedOver(page: Page): { readonly action: string; readonly xml: string; readonly relayState: string | undefined } {
  const { action, fields } = formOf(page, "hand-over");
  return { action, xml: Buffer.from(fields.SAMLResponse ?? "", "base64").toString("utf8"), relayState: fields.RelayState };
}
