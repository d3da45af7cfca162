import { parseCookie, stringifySetCookie } from "cookie";

/** The cookies of a hub: with `__Host-` and `Secure` behind https, plain on a laptop, where browsers and clients need them so. */
export interface Cookies {
  /** Secret of the session in a request, if any. */
  session(header: string | undefined): string | undefined;
  /** Secret that binds sign-ins to the browser, if any. */
  browser(header: string | undefined): string | undefined;
  setSession(secret: string, endsAt: Date): string;
  clearSession(): string;
  setBrowser(secret: string): string;
}

/** Makes the cookies for the address under which the hub is reached. */
export function cookiesFor(publicUrl: string): Cookies {
  const secure = publicUrl.startsWith("https://");
  const name = (plain: string): string => (secure ? `__Host-${plain}` : plain);
  const common = { path: "/", httpOnly: true, secure } as const;
  // The identity provider's page posts the answer from another site: only a cookie with SameSite=None comes along, and that
  // must be Secure. Without https nothing is said, which browsers take for a while as None.
  const crossSite = secure ? ({ sameSite: "none" } as const) : {};
  // An empty cookie is one that was cleared.
  const read = (header: string | undefined, key: string): string | undefined => (header ? parseCookie(header)[name(key)] : undefined) || undefined;
  return {
    session: header => read(header, "session"),
    browser: header => read(header, "browser"),
    setSession: (secret, expires) => stringifySetCookie(name("session"), secret, { ...common, sameSite: "lax", expires }),
    clearSession: () => stringifySetCookie(name("session"), "", { ...common, sameSite: "lax", maxAge: 0 }),
    setBrowser: secret => stringifySetCookie(name("browser"), secret, { ...common, ...crossSite }),
  };
}
