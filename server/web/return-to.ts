/** Where a browser may be sent afterwards. */
export interface ReturnRule {
  /** The hub's own address. */
  readonly publicUrl: string;
  /** Origins of portals and apps that may be come back to, besides the hub's own. */
  readonly returnOrigins: readonly string[];
}

/** Where people land who came from nowhere: the page that says who is signed in. */
export const landing = "/session";

/**
 * The address to come back to, absolute, if it is on this site or on the allow-list; undefined otherwise. Addresses that
 * would start the next sign-in or sign-out by themselves are no place to come back to: from there one would go in circles.
 */
export function allowedReturn({ publicUrl, returnOrigins }: ReturnRule, returnTo: string): string | undefined {
  const target = URL.canParse(returnTo, publicUrl) ? new URL(returnTo, publicUrl) : undefined;
  const own = new URL(publicUrl).origin;
  if (!target || ![own, ...returnOrigins].includes(target.origin)) return undefined;
  return target.origin === own && /^\/(?:spid|cie|step-up)(?:\/|$)/.test(target.pathname) ? new URL(landing, publicUrl).href : target.href;
}

/** The same address, told why nobody was signed in. */
export function withLoginError(address: string, why: string): string {
  const target = new URL(address);
  target.searchParams.set("login_error", why);
  return target.href;
}
