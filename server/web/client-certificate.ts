import { X509Certificate } from "node:crypto";
import { BlockList, isIPv6 } from "node:net";
import { TLSSocket } from "node:tls";
import type { FastifyRequest } from "fastify";

/**
 * Whose certificate a client must show. Certificates are renewed every year, so that they are told by the common names of
 * their issuer and subject, never by themselves.
 */
export type ClientRule =
  /** Anybody: for the sandbox, where nobody has certificates. */
  | { readonly by: "NOBODY" }
  /** The hub speaks TLS itself, asks for a certificate and has checked it against its authorities. */
  | { readonly by: "TLS"; readonly issuer: string; readonly names: readonly string[] }
  /**
   * A proxy before the hub did that, and hands the certificate on in a header: as RFC 9440 has it, or as an escaped PEM.
   * It is believed to the proxies alone (addresses or networks, `10.0.0.0/8`), and they must overwrite what a client sends.
   */
  | { readonly by: "PROXY"; readonly issuer: string; readonly names: readonly string[]; readonly header: string; readonly proxies: readonly string[] };

/** Makes the check of a rule. Throws for a network that is none, and for a proxy rule without proxies: it would trust nobody. */
export function clientCheck(rule: ClientRule): (request: FastifyRequest) => boolean {
  switch (rule.by) {
    case "NOBODY": return () => true;
    case "TLS": return ({ raw: { socket } }) => {
      const certificate = socket instanceof TLSSocket && socket.authorized ? socket.getPeerX509Certificate() : undefined;
      return certificate !== undefined && names(certificate, rule);
    };
    case "PROXY": {
      if (rule.proxies.length === 0) throw new Error("no proxy is named that may hand on certificates");
      const proxies = listOf(rule.proxies);
      const header = rule.header.toLowerCase();
      return ({ raw: { socket }, headers }) => {
        const { remoteAddress: from } = socket;
        if (from === undefined || !proxies.check(from, isIPv6(from) ? "ipv6" : "ipv4")) return false;
        const certificate = certificateIn(headers[header]);
        return certificate !== undefined && names(certificate, rule) && inForce(certificate);
      };
    }
  }
}

function names(certificate: X509Certificate, rule: { readonly issuer: string; readonly names: readonly string[] }): boolean {
  const { issuer, subject } = certificate.toLegacyObject();
  return issuer.CN === rule.issuer && typeof subject.CN === "string" && rule.names.includes(subject.CN);
}

const inForce = ({ validFromDate, validToDate }: X509Certificate): boolean => {
  const now = Date.now();
  return validFromDate.getTime() <= now && now <= validToDate.getTime();
};

const written = /^(?::([\w+/]+={0,2}):|-----BEGIN CERTIFICATE-----([\w+/\s]+={0,2}\s*)-----END CERTIFICATE-----\s*)$/;

/** The one certificate in a header; nothing when there are several, as when a proxy adds its own to what a client sent. */
function certificateIn(value: string | string[] | undefined): X509Certificate | undefined {
  if (typeof value !== "string" || value === "") return undefined;
  try {
    const [, structured, pem] = written.exec(decodeURIComponent(value)) ?? [];
    const bytes = Buffer.from(structured ?? pem ?? "", "base64");
    const certificate = new X509Certificate(bytes);
    return certificate.raw.equals(bytes) ? certificate : undefined;
  } catch {
    return undefined;
  }
}

function listOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = "", prefix] = network.split("/");
    const family = isIPv6(address) ? "ipv6" : "ipv4";
    if (prefix === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(prefix), family);
  }
  return list;
}
