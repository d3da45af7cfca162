/*
 * What an administration decides for itself, or what no public source states, with the values of the demonstration.
 *
 * Every value marked "demo" is invented: an administration replaces it before going live. The parts `ztl`, `duty` and
 * `housing` are read by the rules of the same name, which check their shape.
 */

/** Streets around and inside the zone, as the registry writes them (ideawebtv.it, 15 July 2016); the full list is not public. */
const ztlStreets = [
  "VIA ROMA", "CORSO KENNEDY", "LUNGOSTURA GIOVANNI XXIII", "VIA NOTA", "VIA LEUTRUM", "VIA BONELLI", "VIA SEMINARIO",
];

/** Categories named in public (targatocn.it, 6 December 2021; ideawebtv.it, 15 July 2016); the list was not complete. */
const ztlCategories = [
  { code: "RESIDENT", title: "Residenti nella ZTL", ground: "RESIDENCE", allows: "TRANSIT_AND_PARKING", onePerHousehold: true },
  { code: "HISTORIC_CENTRE_RESIDENT", title: "Residenti nel centro storico", ground: "RESIDENCE", allows: "TRANSIT_AND_PARKING", onePerHousehold: true },
  { code: "DWELLER", title: "Dimoranti", ground: "DECLARATION", allows: "TRANSIT", onePerHousehold: false },
  { code: "OWNER", title: "Proprietari di immobili", ground: "DECLARATION", allows: "TRANSIT", onePerHousehold: false },
  { code: "GARAGE_USER", title: "Utilizzatori di autorimesse", ground: "DECLARATION", allows: "TRANSIT", onePerHousehold: false },
  { code: "FIRM", title: "Imprese", ground: "DECLARATION", allows: "TRANSIT", onePerHousehold: false },
  { code: "DISABLED", title: "Persone con disabilità", ground: "DECLARATION", allows: "TRANSIT", onePerHousehold: false },
  { code: "STREET_TRADER", title: "Commercianti ambulanti", ground: "DECLARATION", allows: "TRANSIT", onePerHousehold: false },
] as const;

const ztlVersion = {
  closedByNight: { from: "20:30", to: "07:00" },
  streets: ztlStreets, alwaysClosed: ["VIA ROMA"], categories: ztlCategories,
  maxPlates: 2, lateAuthorisationHours: 120,
} as const;

const decreeOf1975 = {
  areaPerPerson: { persons: 4, first: 14, further: 10 },
  bedroom: { forOne: 9, forTwo: 14 }, livingRoom: 14,
  oneRoom: { forOne: 28, forTwo: 38 }, minHeight: 2.7,
  validityMonths: { familyReunification: 36, other: 6 },
} as const;

export const demoSettings = {
  /** Cadastral code: decides the holiday of the patron saint. */
  municipality: "D205",

  /** Demo. Days of a proceeding when the sheet of the service fixes none. */
  proceedingDays: 30,

  /** Demo. ISO weekdays of rest in the computation of terms. */
  restDays: [6, 7],

  /** Demo. How long before its end a household's ZTL permit may be renewed. */
  ztlRenewalDays: 60,

  /** Versions of the limited traffic zone; the block after 2024 is demo. */
  ztl: [
    { ...ztlVersion, validFrom: "2022-01-01", validTo: "2024-12-31", permitsEnd: "2024-12-31", source: "targatocn.it, 7 settembre 2021" },
    { ...ztlVersion, validFrom: "2025-01-01", validTo: null, permitsEnd: "2027-12-31", source: null },
  ],

  /** Versions of the duty on certificates; online ones were free until the registry's notice of 3 January 2023. */
  duty: [
    { validFrom: "2022-01-01", validTo: "2023-01-02", source: "CAD, art. 62, c. 3", stampCentsPerSheet: 1_600, feeCents: { withDuty: 52, exempt: 26 }, onlineIsFree: true },
    { validFrom: "2023-01-03", validTo: null, source: "Avviso ANPR del 3 gennaio 2023", stampCentsPerSheet: 1_600, feeCents: { withDuty: 52, exempt: 26 }, onlineIsFree: false },
  ],

  /** Version of the measures of dwellings that the office applies. */
  housing: [{ ...decreeOf1975, validFrom: "1975-07-05", validTo: null, source: "D.M. 5 luglio 1975" }],

  /** Amounts in euro cents by the key that a sheet names. Demo, except the secretarial fees (cori.lt.it, bardonecchia.to.it, filacciano.rm.it). */
  amounts: {
    "fee.secretarial-with-duty": 52,
    "fee.secretarial-exempt": 26,
    "fee.identity-card": 2_200,
    "duty.authentication": 1_600,
    "fee.voter-card": 0,
    "fee.cohabitation": 0,
    "fee.residence-declaration": 0,
    "fee.registry-abroad": 0,
    "duty.eu-residence": 3_200,
    "fee.civil-status-record": 0,
    "duty.marriage-banns": 1_600,
    "fee.wedding-hall": 10_000,
    "fee.wedding-hall-non-residents": 25_000,
    "duty.civil-union": 1_600,
    "fee.separation": 1_600,
    "fee.care-instructions": 0,
    "fee.ztl-resident-permit": 2_500,
    "fee.ztl-other-permit": 4_000,
    "fee.ztl-late-authorisation": 0,
    "fee.disabled-parking": 0,
    "duty.disabled-parking-temporary": 3_200,
    "duty.public-ground": 3_200,
    "fee.public-ground": 3_000,
    "fee.accident-report": 1_500,
    "fee.building-archive": 3_000,
    "duty.planning-certificate": 3_200,
    "fee.planning-certificate": 4_000,
    "fee.tax-declaration": 0,
    "fee.tax-advice": 0,
    "fee.tax-refund": 0,
    "fee.tax-instalments": 0,
    "fee.document-copies": 0,
    "fee.report": 0,
    "fee.digital-help": 0,
    "fee.deposit-pickup": 0,
    "fee.youth-desk": 0,
  },
} as const;
