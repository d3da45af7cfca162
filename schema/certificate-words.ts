import { registerEnumType } from "type-graphql";

const named = <Word extends string>(descriptions: Readonly<Record<Word, string>>) => Object.fromEntries(Object.keys(descriptions).map(word => [word, word])) as { readonly [Key in Word]: Key };
const register = <Word extends string>(words: object, name: string, description: string, descriptions: Readonly<Record<Word, string>>): void =>
  registerEnumType(words, { name, description, valuesConfig: Object.fromEntries(Object.entries<string>(descriptions).map(([word, text]) => [word, { description: text }])) });

const kinds = {
  BIRTH: "Birth.", DEATH: "Death.", MARRIAGE: "Marriage.", CANCELLATION: "Cancellation from the registry.", CITIZENSHIP: "Citizenship.", CITIZENSHIP_HISTORY: "Citizenship, with its history.",
  LIFE: "Being alive.", RESIDENCE: "Residence.", RESIDENCE_HISTORY: "Residence, with its history.", RESIDENCE_ABROAD: "Residence abroad (AIRE).", CIVIL_STATUS: "Civil status.",
  HOUSEHOLD: "Household.", HOUSEHOLD_AND_CIVIL_STATUS: "Household and civil status.", RESIDENCE_IN_COMMUNITY: "Residence in a community.", HOUSEHOLD_ABROAD: "Household abroad (AIRE).",
  HOUSEHOLD_WITH_KINSHIP: "Household with kinship.", FREE_STATUS: "Being free to marry.", CIVIL_UNION: "Civil union.", COHABITATION_CONTRACT: "Cohabitation contract.",
  RESIDENCE_HISTORY_AT_DATE: "Residence as it was on a day.",
} as const;
/** What the registry certifies. */
export const CertificateKind = named(kinds);
export type CertificateKind = keyof typeof CertificateKind;
register(CertificateKind, "CertificateKind", "What the national residents' registry certifies.", kinds);

const uses = {
  ORDINARY: "Any use that is not exempt.", CHARITY: "For a charity (ONLUS).", SPORTS_CLUB: "For a sports club.", TRIAL: "For a trial.", COURT_EXPERT: "For an expert or a curator of the court.",
  SUPPORT_ADMINISTRATION: "For interdiction or support administration.", ADOPTION: "For adoption, fostering or guardianship of minors.", SEPARATION: "For separation or divorce.",
  STREET_RENAMED: "Because a street was renamed.", FOREIGN_PENSION: "For a foreign pension.", BETWEEN_ADMINISTRATIONS: "For an exchange between administrations; not for citizens.",
  OTHER_EXEMPT: "For another exempt use, which `useText` names.",
} as const;
/** What a certificate is for. */
export const CertificateUse = named(uses);
export type CertificateUse = keyof typeof CertificateUse;
register(CertificateUse, "CertificateUse", "What a certificate is for, as the grounds of exemption from the stamp duty have it.", uses);

const payments = { VIRTUALLY: "Virtually, to the administration.", BY_STAMP: "By a stamp.", OTHERWISE: "In another way." } as const;
/** How the duty was paid. */
export const DutyPayment = named(payments);
export type DutyPayment = keyof typeof DutyPayment;
register(DutyPayment, "DutyPayment", "How stamp duty was paid.", payments);

const reasons = {
  CIVIL_STATUS_IS_FREE: "Certificates of the civil-status registers are free.", ONLINE_IS_FREE: "Certificates taken online are free.", EXEMPT: "The use is exempt.", DUTY_DUE: "The duty is due.",
} as const;
/** Why a certificate costs what it costs. */
export const DutyReason = named(reasons);
export type DutyReason = keyof typeof DutyReason;
register(DutyReason, "DutyReason", "Why a certificate costs what it costs.", reasons);
