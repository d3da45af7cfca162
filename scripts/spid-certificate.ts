import { parseArgs } from "node:util";
import { createCertificate, readCredentials, storeCredential } from "../connectors/spid/certificate.ts";

/**
 * Makes the service provider's key and certificate (AgID, Avviso 29) and says what to do next.
 *
 *   npm run spid:certificate -- --folder .data/spid --entity-id https://… --organization "Comune di Cuneo" --locality Cuneo --ipa c_d205
 */
const { values } = parseArgs({
  options: {
    folder: { type: "string" },
    "entity-id": { type: "string" },
    organization: { type: "string" },
    "display-name": { type: "string" },
    locality: { type: "string" },
    ipa: { type: "string" },
    days: { type: "string", default: "730" },
  },
});
const { folder, organization, locality, ipa } = values;
const entityId = values["entity-id"];
const days = Number(values.days);

if (!folder || !entityId || !organization || !locality || !ipa || !(days > 0)) {
  console.error("Needed: --folder, --entity-id, --organization, --locality, --ipa; optional: --display-name, --days");
  process.exit(2);
}

const now = new Date();
const name = now.toISOString().slice(0, 19).replace(/:/g, "");
const subject = { organization, displayName: values["display-name"] ?? organization, locality, entityId, ipaCode: ipa };
await storeCredential(folder, name, await createCertificate(subject, now, days));
const pairs = await readCredentials(folder);
console.log(`${folder}/${name}.crt.pem and .key.pem made, valid for ${days} days.`);
console.log(
  pairs.length === 1
    ? "It signs from the next start of the hub on. Register the metadata with the identity federation."
    : `${pairs.length} certificates are published from the next start on; the oldest goes on signing. When every identity provider has read the new metadata, delete the oldest pair and restart.`,
);
