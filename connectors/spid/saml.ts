/** The names of SAML 2.0 that both directions use. */
export const ns = {
  samlp: "urn:oasis:names:tc:SAML:2.0:protocol",
  saml: "urn:oasis:names:tc:SAML:2.0:assertion",
  md: "urn:oasis:names:tc:SAML:2.0:metadata",
  ds: "http://www.w3.org/2000/09/xmldsig#",
} as const;

export const binding = {
  POST: "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST",
  REDIRECT: "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect",
} as const;

export type Binding = keyof typeof binding;

export const format = {
  entity: "urn:oasis:names:tc:SAML:2.0:nameid-format:entity",
  transient: "urn:oasis:names:tc:SAML:2.0:nameid-format:transient",
} as const;

export const status = {
  success: "urn:oasis:names:tc:SAML:2.0:status:Success",
  requester: "urn:oasis:names:tc:SAML:2.0:status:Requester",
  responder: "urn:oasis:names:tc:SAML:2.0:status:Responder",
  versionMismatch: "urn:oasis:names:tc:SAML:2.0:status:VersionMismatch",
  partialLogout: "urn:oasis:names:tc:SAML:2.0:status:PartialLogout",
} as const;

/** A level of assurance: 1 password, 2 two factors, 3 with a certificate or a card. */
export type Level = 1 | 2 | 3;

export const classOfLevel = (level: Level): string => `https://www.spid.gov.it/SpidL${level}`;

/** The level that an authentication context class stands for; undefined for a class that is not one of SPID's. */
export function levelOfClass(reference: string): Level | undefined {
  return ([1, 2, 3] as const).find(level => classOfLevel(level) === reference);
}

/**
 * The instant of an `xs:dateTime` written strictly in UTC (`2026-11-23T08:00:00Z`, fraction allowed); undefined for anything
 * else, a date that no calendar has included. Finer than a millisecond is cut off.
 */
export function readInstant(text: string): Date | undefined {
  const parts = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?Z$/.exec(text);
  if (!parts) return undefined;
  const iso = `${parts[1]}.${(parts[2] ?? "").padEnd(3, "0").slice(0, 3)}Z`;
  const instant = new Date(iso);
  return !Number.isNaN(instant.getTime()) && instant.toISOString() === iso ? instant : undefined;
}
