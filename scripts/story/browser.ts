/** A form as it stands in a page, ready to be filled in and sent. */
export interface Form {
  readonly id: string | undefined;
  readonly action: string;
  readonly method: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** What a browser shows after it followed every redirect. */
export interface Shown {
  readonly url: string;
  readonly status: number;
  readonly html: string;
  readonly forms: readonly Form[];
}

const entities: Readonly<Record<string, string>> = { "&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#39;": "'" };
const decoded = (text: string): string => text.replace(/&(?:amp|lt|gt|quot|#39);/g, entity => entities[entity]!);
const attribute = (tag: string, name: string): string | undefined => {
  const found = new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1];
  return found === undefined ? undefined : decoded(found);
};

/** As much of a browser as signing in needs: cookies by site, redirects, forms. No script runs. */
export class Browser {
  private readonly cookies = new Map<string, string>();

  /** Opens an address. */
  open(url: string): Promise<Shown> {
    return this.go(url, { method: "GET" });
  }

  /** Sends a form of the page shown, with further fields as if typed or pressed. */
  submit(page: Shown, id: string | undefined, typed: Readonly<Record<string, string>> = {}): Promise<Shown> {
    const form = page.forms.find(candidate => id === undefined || candidate.id === id);
    if (!form) throw new Error(`no form ${id ?? ""} on the page ${new URL(page.url).pathname} (HTTP ${page.status})`);
    const body = new URLSearchParams({ ...form.fields, ...typed });
    const action = new URL(form.action, page.url);
    return form.method === "post" ? this.go(action.href, { method: "POST", body }) : this.go(`${action.href}?${body.toString()}`, { method: "GET" });
  }

  /** The cookies that go to an address. Ports share them, as in every browser. */
  cookieHeader(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  }

  private async go(url: string, init: { method: string; body?: URLSearchParams }): Promise<Shown> {
    let address = url;
    let request: { method: string; body?: URLSearchParams } = init;
    for (let hops = 0; hops < 10; hops += 1) {
      const response = await fetch(address, { ...request, redirect: "manual", headers: { cookie: this.cookieHeader(), "accept-language": "it", accept: "text/html" } });
      for (const header of response.headers.getSetCookie()) this.keep(header);
      const location = response.headers.get("location");
      if (response.status < 300 || response.status >= 400 || !location) {
        const html = await response.text();
        return { url: address, status: response.status, html, forms: formsIn(html, address) };
      }
      address = new URL(location, address).href;
      request = { method: "GET" };
    }
    throw new Error("too many redirects");
  }

  private keep(header: string): void {
    const [pair = "", ...rest] = header.split(";");
    const at = pair.indexOf("=");
    const gone = rest.some(part => /^\s*max-age=0\s*$/i.test(part));
    if (gone) this.cookies.delete(pair.slice(0, at));
    else this.cookies.set(pair.slice(0, at), pair.slice(at + 1));
  }
}

function formsIn(html: string, address: string): Form[] {
  return [...html.matchAll(/<form\b[^>]*>([\s\S]*?)<\/form>/g)].map(([whole, inner = ""]) => {
    const opening = whole.slice(0, whole.indexOf(">") + 1);
    const inputs = [...inner.matchAll(/<input\b[^>]*>/g)].flatMap(([tag]): [string, string][] => {
      const name = attribute(tag, "name");
      return name === undefined ? [] : [[name, attribute(tag, "value") ?? ""]];
    });
    return {
      id: attribute(opening, "id"), action: attribute(opening, "action") ?? address, method: (attribute(opening, "method") ?? "get").toLowerCase(),
      fields: Object.fromEntries(inputs),
    };
  });
}

/** Signs a person in at the sandbox's identity provider, as they would: choose, password, code, consent. */
export async function signIn(browser: Browser, hubUrl: string, sandboxUrl: string, username: string, { level = 2, staff = false } = {}): Promise<Shown> {
  const start = new URL("/spid/login", hubUrl);
  start.search = new URLSearchParams({ idp: `${sandboxUrl}/spid`, level: String(level), returnTo: "/healthz", ...(staff ? { staff: "1" } : {}) }).toString();
  let page = await browser.submit(await browser.open(start.href), undefined);
  page = await browser.submit(page, "credentials", { username, password: "sportello", action: "enter" });
  if (level > 1) {
    const code = /id="sandbox-code"[^>]*>\s*([^<\s]+)/.exec(page.html)?.[1] ?? "";
    page = await browser.submit(page, "second-factor", { code, action: "confirm" });
  }
  page = await browser.submit(page, "consent", { action: "consent" });
  return browser.submit(page, "hand-over");
}
