import type { Identity, ItalianAddress, RegistryAnswer, RegistryCall } from "./registry.ts";

/** The certificates that the registry issues. */
export type CertificateKind =
  | "BIRTH" | "DEATH" | "MARRIAGE" | "CANCELLATION" | "CITIZENSHIP" | "CITIZENSHIP_HISTORY" | "LIFE" | "RESIDENCE" | "RESIDENCE_HISTORY"
  | "RESIDENCE_ABROAD" | "CIVIL_STATUS" | "HOUSEHOLD" | "HOUSEHOLD_AND_CIVIL_STATUS" | "RESIDENCE_IN_COMMUNITY" | "HOUSEHOLD_ABROAD"
  | "HOUSEHOLD_WITH_KINSHIP" | "FREE_STATUS" | "CIVIL_UNION" | "COHABITATION_CONTRACT" | "RESIDENCE_HISTORY_AT_DATE";

/** Somebody as a certificate request names them. */
export type NamedPerson = Pick<Identity, "fiscalCode" | "familyName" | "givenName"> & { readonly sex?: Identity["sex"]; readonly birthDate?: string };

export interface CertificateRequest {
  /** One or more that may stand on one sheet. */
  readonly kinds: readonly CertificateKind[];
  readonly holder: NamedPerson;
  /** Who asks: the holder, an administration, or somebody else, whose paper was seen. */
  readonly applicant: "HOLDER" | "ADMINISTRATION" | (NamedPerson & { readonly document?: { readonly description: string; readonly issuedOn: string } });
  /** The registrar in whose name it is issued. */
  readonly registrar: { readonly familyName: string; readonly givenName: string };
  readonly channel: "COUNTER" | "ONLINE";
  /** Whether it is for use abroad. */
  readonly abroad: boolean;
  /** Stamp duty in euro cents, with how it was paid; or the reason of an exemption by its number in the registry's table 39 (99: `text` says it). */
  readonly duty: { readonly cents: number; readonly paid: "VIRTUALLY" | "BY_STAMP" | "OTHERWISE" } | { readonly exemption: number; readonly text?: string };
  /** Municipal fee in euro cents; 0 for none. */
  readonly feeCents: number;
  /** Issue it although a proceeding about the holder is open. */
  readonly despiteProceedings?: boolean;
}

export interface Certificate {
  /** The document as the registry sealed it; with `PREVIEW` across it when it is one. */
  readonly pdf: Buffer;
  /** The registry's protocol number; null for a preview. */
  readonly number: string | null;
}

/** One row of a table of codes, by the registry's names of its columns. */
export type CodeRow = Readonly<Record<string, string>>;

export interface CodeTable {
  readonly rows: readonly CodeRow[];
  /** When the registry gave it. */
  readonly readAt: Date;
  /** Whether the registry was asked anew in vain: then this is what it said last. */
  readonly stale: boolean;
}

/** What citizens may declare or ask for online. */
export type DeclarationKind = "CORRECTION" | "RESIDENCE_CHANGE" | "ENROLMENT" | "ELECTORAL_ENROLMENT" | "OTHER";

export interface DeclarationSummary {
  readonly code: string;
  readonly kind: DeclarationKind;
  /** The registry's number of the state: table 58 for changes of residence. */
  readonly state: string;
  readonly openedAt: Date;
  readonly closedAt: Date | null;
  readonly fiscalCode: string | null;
}

export interface Declaration extends Omit<DeclarationSummary, "fiscalCode"> {
  readonly declarant: Identity;
  /** The declarant's identifier in the registry. */
  readonly registryId: string | null;
  readonly dueAt: Date | null;
  readonly changedAt: Date;
  readonly contacts: readonly { readonly kind: "EMAIL" | "CERTIFIED_EMAIL" | "MOBILE" | "PHONE" | "OTHER"; readonly value: string }[];
  /** The states so far, oldest first. */
  readonly history: readonly { readonly state: string; readonly at: Date; readonly note: string | null }[];
  readonly summary: Attachment;
  readonly attachments: readonly Attachment[];
  /** Of a change of residence: where to, into which kind of household, and who moves, by the registry's card numbers. */
  readonly residence?: { readonly address: ItalianAddress; readonly newHousehold: boolean; readonly members: readonly { readonly card: string; readonly accepted: boolean }[] };
}

export interface Attachment {
  readonly name: string | null;
  readonly pdf: boolean;
  readonly content: Buffer;
}

/**
 * What only the registry office of a municipality may ask, over its SOAP services. Methods throw as those of `Registry`
 * do; reasons may also be `NOT_CERTIFIABLE` and `OPEN_PROCEEDING`.
 */
export interface RegistryOffice {
  /** The certificate as it would be issued, marked as a preview. Nothing is issued. */
  previewCertificate(request: CertificateRequest, call: RegistryCall): Promise<RegistryAnswer<Certificate>>;
  /**
   * Issues a certificate. Store the operation number before calling. No answer means unknown: call again with the same
   * number and the registry gives the very certificate that it may have issued; with another it issues a second one.
   */
  issueCertificate(request: CertificateRequest, call: RegistryCall): Promise<RegistryAnswer<Certificate>>;
  /** A table of codes by its number, at most a day old; when the registry is down, the one that it gave last. */
  codeTable(table: number, call: Pick<RegistryCall, "operationId" | "signal">): Promise<CodeTable>;
  /** Citizens' online declarations that were opened between two days (at most 30 days apart), of one kind, in one state or in any. */
  declarations(filter: { readonly kind: Exclude<DeclarationKind, "OTHER">; readonly from: string; readonly to: string; readonly state?: string }, call: RegistryCall): Promise<RegistryAnswer<readonly DeclarationSummary[]>>;
  /** One of them, with all that was handed in. */
  declaration(code: string, call: RegistryCall): Promise<RegistryAnswer<Declaration>>;
  /** The last instant at which the workstation's certificate is good. */
  readonly credentialUntil: Date;
}
