import { isIPv6 } from "node:net";

/** By what an address is counted: a household or office has a whole IPv6 network (its first 64 bits) to come from, and counts as one. */
export function networkOf(address: string): string {
  if (!isIPv6(address) || /^::ffff:\d/i.test(address)) return address;
  const [head = "", tail] = address.split("%")[0]!.split("::");
  const before = head ? head.split(":") : [];
  const after = tail ? tail.split(":") : [];
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
  return [...before, ...Array<string>(zeros).fill("0"), ...after].slice(0, 4).map(part => part.replace(/^0+(?=.)/, "").toLowerCase()).join(":");
}
