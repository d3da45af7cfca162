import { z } from "zod";
import type { CertificateKind, CertificateRequest, NamedPerson } from "../../connectors/anpr/index.ts";
import { problem } from "../../entities/problem.ts";
import { dayInRome } from "../../kernel/clock.ts";
import { HubError } from "../../kernel/errors.ts";
import { certificateDuty, DutyRulesSchema, type CertificateDuty } from "../../rules/stamp-duty.ts";
import type { Hub } from "../hub.ts";

/** What a certificate is for, by the number of the ground of exemption in the registry's table 39; none for the ordinary use. */
const exemptions = {
  ORDINARY: null, CHARITY: "1", SPORTS_CLUB: "2", TRIAL: "3", COURT_EXPERT: "4", SUPPORT_ADMINISTRATION: "5", ADOPTION: "6", SEPARATION: "7", STREET_RENAMED: "8",
  FOREIGN_PENSION: "9", BETWEEN_ADMINISTRATIONS: "10", OTHER_EXEMPT: "99",
} as const;

const civilStatusRegisters: ReadonlySet<CertificateKind> = new Set(["BIRTH", "DEATH", "MARRIAGE", "CIVIL_UNION"]);

/** Which certificate is wanted, and what for. */
export interface WantedCertificate {
  readonly kinds: readonly CertificateKind[];
  readonly use: keyof typeof exemptions;
  readonly useText?: string | null;
  readonly abroad?: boolean | null;
  readonly dutyPaid?: "VIRTUALLY" | "BY_STAMP" | "OTHERWISE" | null;
}

/** A certificate as it is asked of the registry, and what it costs. */
export interface ReadyCertificate {
  readonly request: CertificateRequest;
  readonly duty: CertificateDuty;
}

/**
 * Makes the request of a certificate on a day, with duty and fee by the rules of the administration. Throws INVALID_INPUT
 * for no kinds, a kind twice or a ground without its text; NOT_ELIGIBLE where the administration issues none.
 */
export function readyCertificate(hub: Hub, wanted: WantedCertificate, { holder, applicant, channel }: Pick<CertificateRequest, "holder" | "applicant" | "channel">): ReadyCertificate {
  const { registryOffice } = hub.administration.settings;
  if (!registryOffice || !hub.connectors.office) throw problem("NOT_ELIGIBLE", { reason: "SERVICE_NOT_ONLINE" });
  const { kinds, use } = wanted;
  if (kinds.length === 0 || kinds.length > 5 || new Set(kinds).size < kinds.length) throw problem("INVALID_INPUT", { path: ["input", "kinds"], reason: "KINDS", details: { most: 5 } });
  const duty = dutyOf(hub, wanted, channel, z.array(DutyRulesSchema).parse(registryOffice.duty));
  const exemption = exemptions[use];
  const free = duty.stampCents === 0;
  // The registry takes no certificate without duty and without a ground; what is free by nature has it in words.
  const ground = !free ? null : exemption ? { exemption: Number(exemption), ...(wanted.useText ? { text: wanted.useText.trim() } : {}) } : { exemption: 99, text: duty.source ?? "Esente per natura" };
  return {
    duty,
    request: { kinds, holder, applicant, channel, abroad: wanted.abroad ?? false, registrar: registryOffice.registrar, feeCents: duty.feeCents, duty: ground ?? { cents: duty.stampCents, paid: wanted.dutyPaid ?? "VIRTUALLY" } },
  };
}

function dutyOf(hub: Hub, { kinds, use, useText }: WantedCertificate, channel: "ONLINE" | "COUNTER", versions: Parameters<typeof certificateDuty>[0]): CertificateDuty {
  const code = exemptions[use];
  const register = kinds.every(kind => civilStatusRegisters.has(kind)) ? "CIVIL_STATUS" : "RESIDENTS";
  try {
    return certificateDuty(versions, { register, sheets: 1, channel, exemption: code ? { code, text: useText ?? null } : null }, dayInRome(hub.clock.now()));
  } catch (error) {
    if (error instanceof HubError && error.code === "EXEMPTION_TEXT") throw problem("INVALID_INPUT", { path: ["input", "useText"], reason: "EMPTY" });
    throw error;
  }
}

/** Somebody as a certificate names them. */
export const namedAs = ({ fiscalCode, familyName, givenName }: NamedPerson): NamedPerson => ({ fiscalCode, familyName: familyName || null, givenName: givenName || null });
