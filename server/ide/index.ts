import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile, readdir } from "node:fs/promises";
import { extname, join } from "node:path";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { type Clock, dayInRome } from "../../kernel/clock.ts";
import { type IdePage, idePage } from "./page.ts";
import { storyTabs } from "./tabs.ts";

/** A way to sign in that the IDE offers: a link to where the login begins. */
export interface IdeLogin {
  readonly label: string;
  /** Who that is, in a few words. */
  readonly hint: string;
  readonly href: string;
}

export interface IdeOptions {
  /** Shown in the bar above GraphiQL. */
  readonly title: string;
  /** The path of the graph, where a browser finds the page. */
  readonly endpoint: string;
  /** As whom a request is answered, in the words of people, and whether that is somebody with a session to end. */
  readonly caller: (request: FastifyRequest) => Promise<{ readonly name: string; readonly signedIn: boolean }>;
  /** Offered in the menu; empty outside the sandbox. */
  readonly logins: readonly IdeLogin[];
  /** The link that ends a session. */
  readonly logout: string;
  /** Gets an access token of the sandbox's partner, for the page to ask with. Left out elsewhere. */
  readonly partnerToken?: () => Promise<string>;
  readonly clock: Clock;
  /** Where the built files are; beside this module when left out. */
  readonly assets?: string;
}

const types: Readonly<Record<string, string>> = { ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".ttf": "font/ttf", ".txt": "text/plain; charset=utf-8" };

/**
 * Scripts and workers only from our files: no inline script, no evaluation. The editor and React place their styles as
 * they go, hence inline styles; GraphiQL's fonts stand as data in its sheet.
 */
const policy = [
  "default-src 'none'", "script-src 'self'", "worker-src 'self'", "style-src 'self' 'unsafe-inline'", "font-src 'self' data:",
  "img-src 'self' data:", "connect-src 'self'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'",
].join("; ");

const wantsPage = (request: FastifyRequest, endpoint: string): boolean =>
  request.method === "GET" && request.headers.upgrade === undefined && request.url.split("?")[0] === endpoint && request.headers.accept?.includes("text/html") === true;

async function tabsOf(clock: Clock): Promise<Pick<IdePage, "tabs" | "tabsVersion">> {
  const tabs = await storyTabs(dayInRome(clock.now()));
  return {
    tabs: tabs.map(({ query, variables }) => ({ query, ...(variables && { variables: JSON.stringify(variables, null, 2) }) })),
    tabsVersion: createHash("sha256").update(tabs.map(({ query }) => query).join()).digest("hex").slice(0, 12),
  };
}

/**
 * Shows the IDE to browsers that open the graph's own address, and serves its files below `/ide/`. To be called on the
 * server itself and before the route of the graph, which keeps all other requests. Without the built files (a
 * production image may leave them out) it adds nothing and answers false.
 */
export async function registerIde(app: FastifyInstance, options: IdeOptions): Promise<boolean> {
  const folder = options.assets ?? join(import.meta.dirname, "assets");
  const files = new Set((await readdir(folder).catch(() => [])).filter(name => !name.startsWith(".")));
  if (!files.has("main.js")) return false;
  const version = (await readFile(join(folder, ".built-from"), "utf8")).slice(0, 12);
  const { title, endpoint, logins, logout, partnerToken } = options;

  app.addHook("onRequest", async (request, reply) => {
    if (!wantsPage(request, endpoint)) return;
    const { name, signedIn } = await options.caller(request);
    const page = { title, endpoint, ...(await tabsOf(options.clock)), caller: name, logins, ...(signedIn && { logout }), ...(partnerToken && { partnerToken: "/ide/partner-token" }) };
    await reply
      .headers({ "content-security-policy": policy, "cache-control": "no-store", "referrer-policy": "no-referrer", "x-content-type-options": "nosniff" })
      .type("text/html; charset=utf-8")
      .send(idePage(page, `/ide/${version}`));
  });

  app.get<{ Params: { file: string } }>(`/ide/${version}/:file`, async ({ params: { file }, headers }, reply) => {
    if (!files.has(file)) return reply.code(404).send();
    const zipped = files.has(`${file}.gz`) && headers["accept-encoding"]?.includes("gzip") === true;
    return reply
      .headers({ "cache-control": "public, max-age=31536000, immutable", "x-content-type-options": "nosniff", vary: "accept-encoding", ...(zipped && { "content-encoding": "gzip" }) })
      .type(types[extname(file)] ?? "application/octet-stream")
      .send(createReadStream(join(folder, zipped ? `${file}.gz` : file)));
  });

  if (partnerToken) app.post("/ide/partner-token", async (_request, reply) => reply.header("cache-control", "no-store").send({ token: await partnerToken() }));
  return true;
}
