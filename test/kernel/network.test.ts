import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { networkOf } from "../../kernel/network.ts";

test.each([
  ["192.0.2.7", "192.0.2.7"], ["::ffff:192.0.2.7", "192.0.2.7"], ["::1", "0:0:0:0::/64"], ["2001:db8::1", "2001:db8:0:0::/64"],
  ["2001:0DB8:0:1:2:3:4:5", "2001:db8:0:1::/64"], ["2001:db8:0:1::", "2001:db8:0:1::/64"], ["fe80::1%eth0", "fe80:0:0:0::/64"], ["1:2:3:4:5:6:7::", "1:2:3:4::/64"], ["unknown", "unknown"], [undefined, "gone"],
])("%s is counted as %s", (address, network) => expect(networkOf(address)).toBe(network));

test("addresses are of one network when their first 64 bits are the same, and not otherwise", () => {
  fc.assert(fc.property(fc.ipV6(), fc.ipV6(), (one, other) => {
    // The address as a browser writes it tells its groups.
    const first = (address: string): string => {
      const short = new URL(`http://[${address}]/`).hostname.slice(1, -1);
      const [before = "", after] = short.split("::");
      const [head, tail] = [before.split(":").filter(Boolean), (after ?? "").split(":").filter(Boolean)];
      return [...head, ...Array<string>(8 - head.length - tail.length).fill("0"), ...tail].slice(0, 4).join();
    };
    const mapped = [one, other].some(address => /^(?:0*:)*:?ffff:/i.test(address) || address.includes("."));
    fc.pre(!mapped);
    expect(networkOf(one) === networkOf(other)).toBe(first(one) === first(other));
    expect(networkOf(one)).toBe(`${first(one).split(",").join(":")}::/64`);
  }));
});
