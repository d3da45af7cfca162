/** A page as a program that reads forms sees it. */
export interface Page {
  readonly url: string;
  readonly status: number;
  readonly html: string;
}

const unescape = (text: string): string =>
  text.replace(/&(?:#(\d+)|(\w+));/g, (_all, code: string | undefined, name: string) =>
    code === undefined ? ({ amp: "&", lt: "<", gt: ">", quot: '"' })[name] ?? "" : String.fromCodePoint(Number(code)));

const attribute = (tag: string, name: string): string | undefined => {
  const found = new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1];
  return found === undefined ? undefined : unescape(found);
};

/** The form with an id, and what it sends before anybody types. */
export function formOf({ html, url }: Page, id: string): { readonly action: string; readonly fields: Record<string, string> } {
  const form = [...html.matchAll(/<form\b[^>]*>.*?<\/form>/gs)].map(([text]) => text).find(text => attribute(text, "id") === id);
  if (!form) throw new Error(`no form ${id} on ${url}:\n${html.slice(-800)}`);
  const inputs = [...form.matchAll(/<input\b[^>]*>/g)].map(([tag]) => [attribute(tag, "name") ?? "", attribute(tag, "value") ?? ""]);
  return { action: new URL(attribute(form, "action") ?? url, url).href, fields: Object.fromEntries(inputs) as Record<string, string> };
}

/** Goes from page to page as a browser without scripts does: cookies, redirects, forms. */
export class Browser {
  private readonly cookies = new Map<string, string>();

  async open(url: string, form?: Record<string, string>): Promise<Page> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const answer = await fetch(url, {
      redirect: "manual",
      headers: { cookie },
      ...(form && { method: "POST", body: new URLSearchParams(form) }),
    });
    for (const line of answer.headers.getSetCookie()) this.cookies.set(line.split("=", 1)[0]!, /=([^;]*)/.exec(line)![1]!);
    const location = answer.headers.get("location");
    if (location !== null) return this.open(new URL(location, url).href);
    return { url, status: answer.status, html: await answer.text() };
  }

  /** Submits a form of the page, with what was typed and the button that was pressed. */
  submit(page: Page, id: string, typed: Record<string, string>): Promise<Page> {
    const { action, fields } = formOf(page, id);
    return this.open(action, { ...fields, ...typed });
  }
}
