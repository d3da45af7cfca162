import { Client } from "../helpers/client.ts";
import type { TestHub } from "../helpers/hub.ts";
import { formOf } from "../sandbox/spid/browser.ts";

/** A page as it came, with the redirects that led to it. */
export interface Visited {
  readonly url: string;
  readonly status: number;
  readonly html: string;
  readonly headers: Headers;
  /** Statuses of the redirects before it. */
  readonly redirects: readonly number[];
}

interface Visit {
  readonly headers?: Readonly<Record<string, string>>;
  /** Whether redirects are followed. */
  readonly follow?: boolean;
}

/** Somebody with a browser without scripts: cookies, redirects and forms, as a person would go through them. */
export class Surfer {
  readonly cookies = new Map<string, string>();
  /** Whether the browser keeps cookies. */
  keeps = true;
  /** Where the hub's address leads now: to the process behind it that is reached here. */
  at: string | null = null;
  /** Cookies that go to some paths alone, by path and name. */
  private readonly onPaths = new Map<string, { readonly path: string; readonly name: string; readonly value: string }>();

  constructor(readonly hub: TestHub) {}

  /** Opens an address, or posts a form to it. */
  async open(address: string, form?: Readonly<Record<string, string>>, { headers = {}, follow = true }: Visit = {}, redirects: readonly number[] = []): Promise<Visited> {
    const url = new URL(address, this.hub.url).href;
    const { pathname } = new URL(url);
    const pathed = [...this.onPaths.values()].filter(({ path }) => pathname === path || pathname.startsWith(`${path}/`)).map(({ name, value }) => [name, value] as const);
    const cookie = [...pathed, ...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const answer = await fetch(this.at === null ? url : url.replace(this.hub.url, this.at), { redirect: "manual", headers: { ...headers, ...(cookie ? { cookie } : {}) }, ...(form ? { method: "POST", body: new URLSearchParams(form) } : {}) });
    for (const line of answer.headers.getSetCookie()) this.keep(line);
    const location = answer.headers.get("location");
    if (location === null || !follow) return { url, status: answer.status, html: await answer.text(), headers: answer.headers, redirects };
    await answer.arrayBuffer();
    if (redirects.length > 10) throw new Error(`going in circles at ${url}`);
    return this.open(new URL(location, url).href, undefined, { headers }, [...redirects, answer.status]);
  }

  private keep(line: string): void {
    if (!this.keeps) return;
    const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    const path = /; *path=(\/[^;]+)/i.exec(line)?.[1];
    if (path !== undefined) this.onPaths.set(`${path} ${name}`, { path, name, value });
    if (path !== undefined && value === "") this.onPaths.delete(`${path} ${name}`);
    if (path !== undefined) return;
    if (value === "") this.cookies.delete(name);
    else this.cookies.set(name, value);
  }

  /** Submits a form of a page, with what was typed and the button that was pressed. */
  submit(page: Visited, id: string, typed: Readonly<Record<string, string>> = {}, visit?: Visit): Promise<Visited> {
    const { action, fields } = formOf(page, id);
    return this.open(action, { ...fields, ...typed }, visit);
  }

  /** Begins a sign-in and goes as far as the identity provider's first page. */
  async begin(query: Readonly<Record<string, string>>, { scheme = "spid", idp = "spid" }: { scheme?: "spid" | "cie"; idp?: string } = {}): Promise<Visited> {
    const start = await this.open(`/${scheme}/login?${new URLSearchParams({ idp: `${this.hub.sandbox.url}/${idp}`, ...query }).toString()}`);
    return start.url.startsWith(this.hub.url) ? this.submit(start, "hand-over") : start;
  }

  /** Goes through the provider's pages as somebody, up to the page that hands the answer over. */
  async authenticate(page: Visited, username: string): Promise<Visited> {
    let now = page;
    if (now.html.includes('id="credentials"')) now = await this.submit(now, "credentials", { username, password: "sportello", action: "enter" });
    const code = /id="sandbox-code">(\d{6})</.exec(now.html)?.[1];
    if (code) now = await this.submit(now, "second-factor", { code, action: "confirm" });
    return now.html.includes('id="consent"') ? this.submit(now, "consent", { action: "consent" }) : now;
  }

  /** Signs in from beginning to end. */
  async signIn(username: string, query: Readonly<Record<string, string>> = {}, options: { scheme?: "spid" | "cie"; idp?: string } = {}): Promise<Visited> {
    return this.submit(await this.authenticate(await this.begin(query, options), username), "hand-over");
  }

  /** Whoever is signed in here, asking the graph. */
  get client(): Client {
    return new Client(this.hub.url, { cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ") });
  }
}
