import { connect, type PeerCertificate } from "node:tls";
import type { Settings } from "../../server/settings.ts";
import { good, missing, validity, type Check } from "./finding.ts";

/** How long whoever stands at the address may take, in milliseconds. */
const patienceMs = 5_000;

/** The certificate of whoever stands at an address, once it is trusted for that name. Throws with the reason as `code`. */
const certificateAt = (host: string, port: number): Promise<PeerCertificate> => new Promise((resolve, reject) => {
  const socket = connect({ host, port, servername: host, timeout: patienceMs });
  socket.once("secureConnect", () => {
    resolve(socket.getPeerCertificate());
    socket.destroy();
  });
  socket.once("timeout", () => socket.destroy(Object.assign(new Error("no answer"), { code: "ETIMEDOUT" })));
  socket.once("error", reject);
});

/** Where the node finds the station: the address that pagoPA's BackOffice is told, and the certificate there, which must be a public authority's, with the host as its name (CN). */
export const addressCheck = ({ PUBLIC_URL, HUB_ENV }: Pick<Settings, "PUBLIC_URL" | "HUB_ENV">, now: Date): Check => ({ name: "pagoPA: the station's address", look: async () => {
  const { origin, protocol, hostname, port } = new URL(PUBLIC_URL);
  const address = `${origin}/pagopa/paForNode`;
  if (protocol !== "https:") return HUB_ENV === "sandbox" ? good(`${address}, for the sandbox's node alone`) : missing(`${address} is not https`, "put a proxy with a certificate of a public authority in front (PUBLIC_URL)");
  const certificate = await certificateAt(hostname, Number(port || 443)).catch(({ code }: NodeJS.ErrnoException) => code ?? "no answer");
  if (typeof certificate === "string") return missing(`${address} gives no certificate that can be trusted (${certificate})`, "have a certificate of a public authority for this host answer there (PUBLIC_URL)");
  const { subject: { CN: name }, valid_to: end } = certificate;
  if (name !== hostname) return missing(`the certificate of ${address} bears another name (CN)`, `have one with CN ${hostname} issued`);
  const found = validity(new Date(end), now, "renew the certificate of the host");
  return found.good ? good(`${address}, to be entered in pagoPA's BackOffice with primitives version 2; its certificate is ${found.says}`) : { ...found, says: `the certificate of ${address} ${found.says}` };
} });
