import { defineEntity, p } from "@mikro-orm/core";
import { id } from "./common.ts";
import type { MessageKind } from "./message.ts";

/** What an administration decides for itself. The demonstration's values, and where each comes from, are in the seeds. */
export interface AdministrationSettings {
  /** pagoPA: the station's identity, the segregation code of its notices, where money goes, and the taxonomy code of each kind of fee. */
  readonly pagopa: {
    readonly brokerId: string; readonly stationId: string; readonly segregationCode: string;
    readonly iban: string; readonly postalIban?: string; readonly taxonomy: Readonly<Record<string, string>>;
    /** Days that a debtor has to pay a notice. */
    readonly dueDays: number;
    /** Whether a notice is refused once its due day has passed; unless said, it may still be paid. */
    readonly refusesOverdue?: boolean;
    /** Slugs of the services whose application is handed in by its payment; of all others the office begins when the fee is paid, and the term runs from before. */
    readonly paidFirst?: readonly string[];
    /** Minutes after which a payment that was begun, and of which nothing is known, may be begun again; 60 unless said. The node holds a notice for 30. */
    readonly unknownMinutes?: number;
    /** What is added to a fee that is paid late, by the key of its taxonomy code (shape: `rules/surcharge.ts`); nothing unless said. */
    readonly surcharges?: Readonly<Record<string, readonly unknown[]>>;
    /**
     * Services, by slug, of which whoever owes may part what is due by themselves: into how many instalments at most, each of
     * how many cents at least, and within how many days the last is due. Of all others only staff offer instalments.
     */
    readonly ownInstalments?: Readonly<Record<string, { readonly most: number; readonly leastCents: number; readonly withinDays: number }>>;
    /** What one digital revenue stamp costs: a duty that is a multiple of it is paid in as many stamps. */
    readonly stampCents?: number;
    /**
     * Certificates, in PEM, of the authorities by which sellers of digital stamps are trusted: the Agenzia delle Entrate's for
     * digital stamps, to be had from the agency. Unless said, a stamp's signature must hold, and whoever made it is not looked into.
     */
    readonly stampAuthorities?: string;
    /**
     * What is due for an application when it is handed in, by the slug of the service: keys in `amounts` of the fee and of the
     * stamp duty on the application, and the key of the fee's taxonomy code. Services that are not named ask for nothing online.
     */
    readonly dues?: Readonly<Record<string, { readonly fee?: string; readonly stampDuty?: string; readonly taxonomy: string }>>;
  };
  /** What its notices and receipts say on paper beside what is known of it anyway; what is left out is not said. */
  readonly paper?: PaperSettings;
  /** How many days ahead may be booked, for how many minutes a chosen time is held, and how many one person or one address may hold at once: 20 where nothing is said. */
  readonly booking: { readonly horizonDays: number; readonly holdMinutes: number; readonly heldAtOnce?: number };
  /** Days of a proceeding when the service states none, and the ISO weekdays of rest when terms are reckoned. */
  readonly terms: { readonly proceedingDays: number; readonly restDays: readonly number[] };
  /**
   * For how many seconds an answer of the registry may be shown again to the same caller for the same purpose, and for
   * how many it may be shown as the last known while the registry is down. Zero, and for the second nothing: never.
   */
  readonly registry: { readonly cacheSeconds: number; readonly lastKnownSeconds?: number };
  /**
   * The office that keeps the residents' registry, by its slug; the registrar in whose name it certifies; and the versions of
   * what certificates cost (shape: `rules/stamp-duty.ts`). Left out, the hub issues no certificates and shows no declarations.
   */
  readonly registryOffice?: { readonly office: string; readonly registrar: { readonly familyName: string; readonly givenName: string }; readonly duty: readonly unknown[] };
  /** Versions of the rules of the restricted zone (shape: `rules/ztl.ts`), and days before its end when a permit may be renewed. */
  readonly ztl: { readonly versions: readonly unknown[]; readonly renewalDays: number };
  /**
   * How many days before its due day a notice not paid is reminded of, and which messages are sent whatever the person
   * chose, because a rule of the administration asks for it. Unless said, five, and none.
   */
  readonly messages?: { readonly reminderDays: number; readonly always: readonly MessageKind[] };
  /** Amounts in cents, by the key that a service sheet names. */
  readonly amounts: Readonly<Record<string, number>>;
}

/** What an administration has printed on its notices. */
export interface PaperSettings {
  /** The part of it that is concerned, of 50 characters at most, and where to ask, of 100: items parted by ` · `; its contact unless said. */
  readonly department?: string;
  readonly information?: string;
  /** Its code in the interbank service CBILL (SIA). */
  readonly interbankCode?: string;
  /** Whether notices can be paid on its own site: the paper then names it among the places. */
  readonly takesPaymentsOnline?: boolean;
  /** Its logo: a PNG in base64, drawn 30 by 30 mm at most. */
  readonly logo?: string;
  /** Whom the postal account belongs to, unless it bears the administration's name, and Poste Italiane's leave to print its slip. */
  readonly postalHolder?: string;
  readonly postalAuthorisation?: string;
}

const AdministrationSchema = defineEntity({
  name: "Administration",
  properties: {
    id: id(),
    /** Code in the index of public administrations, e.g. `c_d205`. */
    ipaCode: p.text().unique(),
    /** Eleven digits. */
    fiscalCode: p.text().unique(),
    name: p.text(),
    istatCode: p.text(),
    cadastralCode: p.text(),
    province: p.text(),
    /** Whom identity providers and citizens may write to or call; no natural person's. The telephone with its prefix, without spaces. */
    contact: p.json<{ email: string; phone: string }>(),
    settings: p.json<AdministrationSettings>(),
  },
});

/** The root of the data: every owned row belongs to one, every query is filtered by one. */
export class Administration extends AdministrationSchema.class {}
AdministrationSchema.setClass(Administration);
