import type { IncomingMessage } from "node:http";
import proxyAddress from "@fastify/proxy-addr";

/** Whether what a proxy at an address says of who it speaks for is believed. */
export type ProxyTrust = (address: string, hop: number) => boolean;

/** Believes every proxy, none, or those at certain addresses and networks (`10.0.0.0/8`). Throws for what is no address. */
export function proxyTrust(proxies: boolean | readonly string[]): ProxyTrust {
  return typeof proxies === "boolean" ? () => proxies : proxyAddress.compile([...proxies]);
}

/** Where a request comes from: the nearest address that is no trusted proxy's. */
export const addressOf = (request: IncomingMessage, trust: ProxyTrust): string => proxyAddress(request, trust);
