import { isIPv6 } from "node:net";

/**
 * What stands for whoever comes from an address when they are counted: an IPv4 address is itself, also as IPv6 writes it;
 * of IPv6 it is the network of 64 bits (`2001:db8:0:1::/64`), for whoever has one address of it has them all. A connection
 * that has ended meanwhile has no address any more, whatever types say.
 */
export function networkOf(address: string | undefined): string {
  if (address === undefined) return "gone";
  const [plain = ""] = address.split("%");
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(plain);
  if (mapped) return mapped[1]!;
  if (!isIPv6(plain)) return address;
  const [before = "", after] = plain.split("::").map(part => part.split(":").filter(Boolean));
  const zeros = after === undefined ? [] : Array<string>(Math.max(0, 8 - before.length - after.length)).fill("0");
  const groups = [...before, ...zeros, ...(after ?? [])].slice(0, 4).map(group => Number.parseInt(group, 16).toString(16));
  return `${groups.join(":")}::/64`;
}
