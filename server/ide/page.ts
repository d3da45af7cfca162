/** What the page is told. */
export interface IdePage {
  readonly title: string;
  /** The path of the graph. */
  readonly endpoint: string;
  readonly tabs: readonly { readonly query: string; readonly variables?: string }[];
  /** Changes with the tabs, so that a new set is not hidden by what the browser kept of an old one. */
  readonly tabsVersion: string;
  /** As whom the session asks, in the words of people. */
  readonly caller: string;
  readonly logins: readonly { readonly label: string; readonly hint: string; readonly href: string }[];
  /** The link that ends the session. */
  readonly logout?: string;
  /** Where a token of the sandbox's partner is to be had. */
  readonly partnerToken?: string;
}

/** Text inside an element: what would begin markup is spelled out. */
const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");

/** JSON inside a script element: `<` is the one character that could end it. */
const embedded = (value: unknown): string => JSON.stringify(value).replaceAll("<", "\\u003c");

/** The page of the IDE: its data in a block that no browser runs, and the bundle below `assets`. */
export const idePage = (page: IdePage, assets: string): string => `<!doctype html>
<html lang="it">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(page.title)}</title>
<link rel="stylesheet" href="${assets}/main.css">
<link rel="icon" href="data:,">
<script type="application/json" id="page">${embedded(page)}</script>
<script type="module" src="${assets}/main.js"></script>
</head>
<body><div id="ide"></div></body>
</html>
`;
