/** The names of SAML 2.0 and of the SPID rules that this identity provider uses. */
export const namespaces = {
  saml: "urn:oasis:names:tc:SAML:2.0:assertion",
  samlp: "urn:oasis:names:tc:SAML:2.0:protocol",
  md: "urn:oasis:names:tc:SAML:2.0:metadata",
  ds: "http://www.w3.org/2000/09/xmldsig#",
  xs: "http://www.w3.org/2001/XMLSchema",
  xsi: "http://www.w3.org/2001/XMLSchema-instance",
} as const;

export const bindings = {
  post: "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST",
  redirect: "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect",
} as const;

export type Binding = keyof typeof bindings;

export const formats = {
  entity: "urn:oasis:names:tc:SAML:2.0:nameid-format:entity",
  transient: "urn:oasis:names:tc:SAML:2.0:nameid-format:transient",
  basic: "urn:oasis:names:tc:SAML:2.0:attrname-format:basic",
  bearer: "urn:oasis:names:tc:SAML:2.0:cm:bearer",
} as const;

/** A SAML status code by its last word, e.g. `Success`. */
export const status = (word: string): string => `urn:oasis:names:tc:SAML:2.0:status:${word}`;

/** The three levels of assurance of SPID: 1 password, 2 and a one-time code, 3 and a certificate. */
export type Level = 1 | 2 | 3;

/** The authentication context class of a level. */
export const classOf = (level: Level): string => `https://www.spid.gov.it/SpidL${level}`;

/** The level that an authentication context class names; undefined when SPID has no such class. */
export const levelOf = (classReference: string): Level | undefined =>
  ([1, 2, 3] as const).find(level => classOf(level) === classReference);

/** An instant as SAML writes it: UTC with milliseconds. */
export const instant = (date: Date): string => date.toISOString();

/** `date` moved by some seconds, which may be negative. */
export const secondsAfter = (date: Date, seconds: number): Date => new Date(date.getTime() + seconds * 1000);
