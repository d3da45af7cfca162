import { z } from "zod";
import { certificatesOf } from "../../connectors/pagopa/stamp-signature.ts";
import { Administration, type AdministrationSettings } from "../../entities/administration.ts";
import { Payment } from "../../entities/payment.ts";
import { SurchargeSchema } from "../../rules/surcharge.ts";
import { openOrm } from "../../server/database/orm.ts";
import type { Settings } from "../../server/settings.ts";
import { good, missing, type Check, type Finding } from "./finding.ts";

const where = "correct it in the administration's settings (docs/connectors/pagopa.md)";

/** What the administration has to say before it can ask for money, and whether all that it asked for is known to pagoPA. */
export function positionChecks({ ADMINISTRATION: ipaCode }: Settings, databaseUrl: string): Check[] {
  const inDatabase = async (look: (orm: Awaited<ReturnType<typeof openOrm>>, administration: Administration) => Promise<Finding> | Finding): Promise<Finding> => {
    const orm = await openOrm({ url: databaseUrl, poolSize: 1, statementTimeoutMs: 5_000 });
    try {
      const administration = await orm.em.fork().findOne(Administration, { ipaCode });
      return administration ? await look(orm, administration) : missing("not looked at: the administration is not known", "mend the database first");
    } finally {
      await orm.close(true);
    }
  };
  return [
    { name: "pagoPA: what is asked for", look: () => inDatabase((_, { settings }) => {
      const faults = faultsOf(settings);
      return faults.length === 0 ? good("codes, accounts, dues and surcharges are in order") : missing(faults.join("; "), where);
    }) },
    { name: "pagoPA: positions refused", look: () => inDatabase(async (orm, administration) => {
      const refused = await orm.em.fork().count(Payment, { administration, handOver: "REFUSED" });
      return refused === 0 ? good("none") : missing(`${refused} are known to the hub alone`, "the accountant finds each with its reason among the desk's refusedPayments, and has it given again when it is mended");
    }) },
  ];
}

/** Whether a text names at least one certificate, and nothing but certificates between the marks of such. */
function isCertificates(pem: string): boolean {
  try {
    return certificatesOf(pem).length > 0;
  } catch {
    return false;
  }
}

/** What stands in the way of a notice. */
function faultsOf({ pagopa, amounts }: AdministrationSettings): string[] {
  const { segregationCode, iban, postalIban, taxonomy, dues = {}, surcharges = {}, stampCents, stampAuthorities } = pagopa;
  const named = Object.values(dues);
  const account = /^IT\d{2}[A-Z]\d{10}[A-Z0-9]{12}$/;
  return [
    !/^(?:[0-3]\d|4[0-5])$/.test(segregationCode) && "segregationCode is none that pagoPA gives (00 to 45)",
    !account.test(iban) && "iban is no Italian account",
    postalIban !== undefined && !account.test(postalIban) && "postalIban is no Italian account",
    ...Object.entries(taxonomy).map(([key, code]) => !/^\d\/\d{7}[A-Z]{2}\/$/.test(code) && `taxonomy.${key} is no code such as 9/0101100IM/`),
    ...named.map(({ taxonomy: key }) => !(key in taxonomy) && `dues ask for taxonomy.${key}, which is not there`),
    ...named.flatMap(({ fee, stampDuty }) => [fee, stampDuty]).map(key => key !== undefined && !(key in amounts) && `dues ask for amounts["${key}"], which is not there`),
    stampAuthorities !== undefined && !isCertificates(stampAuthorities) && "stampAuthorities is no certificate in PEM",
    named.some(({ stampDuty }) => stampDuty !== undefined) && (stampCents === undefined || !("stamp" in taxonomy)) && "stamps are due, but stampCents or taxonomy.stamp is not there",
    ...Object.entries(surcharges).map(([key, rules]) => (!(key in taxonomy) || !z.array(SurchargeSchema).safeParse(rules).success) && `surcharges.${key} is no rule, or of no fee`),
  ].filter(fault => fault !== false);
}
