import { z } from "zod";
import { HubError } from "../kernel/errors.ts";
import { inForce, type Day } from "./dated.ts";

/**
 * A version of what certificates cost. Amounts are euro cents. The fee of the administration may be abolished by it, and
 * whether a certificate taken online is free has changed by notice of the registry: both are the office's to set, dated.
 */
export const DutyRulesSchema = z.object({
  validFrom: z.iso.date(),
  validTo: z.iso.date().nullable(),
  source: z.string().nullable(),
  stampCentsPerSheet: z.int().nonnegative(),
  /** Secretarial fee of a certificate that bears the stamp duty, and of one that is exempt from it. */
  feeCents: z.object({ withDuty: z.int().nonnegative(), exempt: z.int().nonnegative() }),
  /** Art. 62, c. 3 of the Digital Administration Code: suspended by a notice of the registry of 3 January 2023. */
  onlineIsFree: z.boolean(),
});

export type DutyRules = z.infer<typeof DutyRulesSchema>;

/** A ground of exemption from the stamp duty, with the registry's code of it (ANPR, table 39). */
export interface ExemptionGround {
  readonly code: string;
  readonly title: string;
  /** Whether it also frees from the secretarial fee. */
  readonly freesFee: boolean;
}

/** The grounds of ANPR's table 39. `99` asks for a text of at most 256 characters. */
export const exemptionGrounds: readonly ExemptionGround[] = [
  { code: "1", title: "ONLUS", freesFee: false },
  { code: "2", title: "Società sportive", freesFee: false },
  { code: "3", title: "Processo", freesFee: false },
  { code: "4", title: "Consulente tecnico d'ufficio o curatore", freesFee: true },
  { code: "5", title: "Interdizione o amministrazione di sostegno", freesFee: false },
  { code: "6", title: "Adozione, affidamento o tutela di minori", freesFee: true },
  { code: "7", title: "Separazione o divorzio", freesFee: true },
  { code: "8", title: "Cambio di denominazione della via", freesFee: false },
  { code: "9", title: "Pensione estera", freesFee: false },
  { code: "10", title: "Scambio tra pubbliche amministrazioni", freesFee: true },
  { code: "99", title: "Altro motivo", freesFee: false },
];

const otherGround = "99";
const longestOtherText = 256;

/** A certificate as its price sees it. */
export interface PricedCertificate {
  /** RESIDENTS: from the residents' registry. CIVIL_STATUS: from the registers of births, marriages and deaths. */
  readonly register: "RESIDENTS" | "CIVIL_STATUS";
  readonly sheets: number;
  readonly channel: "ONLINE" | "COUNTER";
  readonly exemption: { readonly code: string; readonly text: string | null } | null;
}

export interface CertificateDuty {
  readonly stampCents: number;
  readonly feeCents: number;
  readonly totalCents: number;
  /** Why, in stable codes. */
  readonly reason: "CIVIL_STATUS_IS_FREE" | "ONLINE_IS_FREE" | "EXEMPT" | "DUTY_DUE";
  readonly source: string | null;
}

/**
 * What a certificate costs on a day: 16.00 € of stamp duty per sheet from the residents' registry unless exempt, nothing
 * from the civil-status registers, and the secretarial fee where it is not abolished (cori.lt.it, bardonecchia.to.it,
 * filacciano.rm.it).
 *
 * Throws `UNKNOWN_EXEMPTION` for a ground that table 39 does not have, `EXEMPTION_TEXT` when ground 99 has no text or
 * one that is too long, `RangeError` for less than one sheet, `NO_RULE_IN_FORCE` where no version holds.
 */
export function certificateDuty(versions: readonly DutyRules[], certificate: PricedCertificate, on: Day): CertificateDuty {
  const rules = inForce(versions, on);
  const { register, channel, sheets } = certificate;
  if (!Number.isInteger(sheets) || sheets < 1) throw new RangeError("a certificate has at least one sheet");
  const ground = certificate.exemption === null ? null : exemptionGround(certificate.exemption);
  if (register === "CIVIL_STATUS") return priced(0, 0, "CIVIL_STATUS_IS_FREE", rules.source);
  if (channel === "ONLINE" && rules.onlineIsFree) return priced(0, 0, "ONLINE_IS_FREE", rules.source);
  if (ground !== null) return priced(0, ground.freesFee ? 0 : rules.feeCents.exempt, "EXEMPT", `ANPR, tabella 39, codice ${ground.code}`);
  return priced(sheets * rules.stampCentsPerSheet, rules.feeCents.withDuty, "DUTY_DUE", rules.source);
}

function exemptionGround({ code, text }: { readonly code: string; readonly text: string | null }): ExemptionGround {
  const ground = exemptionGrounds.find(known => known.code === code);
  if (ground === undefined) throw new HubError("UNKNOWN_EXEMPTION", "no such ground of exemption", { path: ["exemption", "code"] });
  const length = text?.trim().length ?? 0;
  if (code === otherGround && (length === 0 || length > longestOtherText)) {
    throw new HubError("EXEMPTION_TEXT", "this ground of exemption needs a text of at most 256 characters", { path: ["exemption", "text"] });
  }
  return ground;
}

const priced = (stampCents: number, feeCents: number, reason: CertificateDuty["reason"], source: string | null): CertificateDuty =>
  ({ stampCents, feeCents, totalCents: stampCents + feeCents, reason, source });
