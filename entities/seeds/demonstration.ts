import { createHash } from "node:crypto";
import type { EntityManager } from "@mikro-orm/postgresql";
import { Administration, type AdministrationSettings } from "../administration.ts";
import { Office } from "../office.ts";
import { OidcClient } from "../oidc-client.ts";
import { Agreement, Partner } from "../partner.ts";
import { citizenPermissions } from "../permission.ts";
import { RequiredDocument } from "../required-document.ts";
import { Service } from "../service.ts";
import { StaffAssignment, StaffMember } from "../staff.ts";
import { demoSettings, readCatalogue, type Catalogue, type ServiceSheet } from "./catalogue/index.ts";

const settings: AdministrationSettings = {
  // The fiscal code, IBAN and station are of the sandbox; taxonomy codes are chosen by each administration from pagoPA's list.
  pagopa: {
    brokerId: "00480530047", stationId: "00480530047_01", segregationCode: "02", iban: "IT60X0542811101000000123456", taxonomy: { ztl: "9/0101100IM/", ground: "9/0101100IM/", stamp: "9/0101100IM/" }, dueDays: 30,
    stampCents: 1_600, dues: { "occupazione-suolo-pubblico": { fee: "fee.public-ground", stampDuty: "duty.public-ground", taxonomy: "ground" } },
  },
  booking: { horizonDays: 60, holdMinutes: 10 },
  terms: { proceedingDays: demoSettings.proceedingDays, restDays: demoSettings.restDays },
  registry: { cacheSeconds: 0 },
  registryOffice: { office: "sportello-unico", registrar: { familyName: "DUTTO", givenName: "FRANCA" }, duty: demoSettings.duty },
  ztl: { versions: demoSettings.ztl, renewalDays: demoSettings.ztlRenewalDays },
  amounts: demoSettings.amounts,
};

/** Staff of the demonstration, by the fiscal codes of two test persons of the sandbox. */
const staff = [
  { fiscalCode: "DTTFNC78T48D205U", name: "Franca Dutto", office: "sportello-unico", roles: ["FRONT_OFFICE"] },
  { fiscalCode: "GRLGDU75D23F351U", name: "Guido Garelli", office: "polizia-locale", roles: ["CASE_OFFICER", "ACCOUNTANT"] },
] as const;

/** Clients of the demonstration: a portal with a server of its own, and an app on a device. The secret is the sandbox's and of no use elsewhere. */
const clients = [
  { clientId: "portale-demo", name: "Portale dimostrativo", secret: "sandbox-portal-secret", native: false, redirectUris: ["http://localhost:3000/callback"], postLogoutRedirectUris: ["http://localhost:3000/"] },
  { clientId: "app-demo", name: "App dimostrativa", secret: null, native: true, redirectUris: ["http://127.0.0.1/callback"], postLogoutRedirectUris: ["http://127.0.0.1/"] },
] as const;

/** Where the demonstration's partner publishes its keys. */
export interface DemonstrationOptions {
  readonly partnerJwksUri: string;
}

/** Fills an empty database with one administration, Comune di Cuneo, its offices and catalogue, two members of staff, a partner, a portal and an app. Harmless when done already. */
export async function seedDemonstration(em: EntityManager, { partnerJwksUri }: DemonstrationOptions): Promise<void> {
  if (await em.count(Administration)) {
    await em.nativeUpdate(Partner, { clientId: "partner-sandbox" }, { jwksUri: partnerJwksUri });
    return;
  }
  const catalogue = readCatalogue();
  const administration = em.create(Administration, {
    ipaCode: "c_d205", fiscalCode: "00480530047", name: "Comune di Cuneo", istatCode: "004078", cadastralCode: "D205", province: "CN",
    contact: { email: "sportello@comune-cuneo.example", phone: "+390171444444" }, settings,
  });
  const offices = new Map(catalogue.offices.map(({ key, counters, hours, name, description, street, postalCode, city, phone, email }) =>
    [key, em.create(Office, { administration, slug: key, counters, hours, name, description, street, postalCode, city, phone, email, closures: [], extraOpenings: [] })]));
  catalogue.services.forEach((sheet, position) => seedService(em, administration, offices, catalogue, sheet, position));
  for (const { fiscalCode, name, office, roles } of staff) {
    const member = em.create(StaffMember, { administration, fiscalCode, name, active: true });
    for (const role of roles) em.create(StaffAssignment, { administration, member, office: offices.get(office)!, role });
  }
  const partner = em.create(Partner, { administration, ipaCode: "partner_x", name: "Ente partner dimostrativo", clientId: "partner-sandbox", jwksUri: partnerJwksUri, active: true });
  em.create(Agreement, { administration, partner, reference: "ACC-2026-001", purpose: "Verifica della residenza per l'assegnazione di contributi", dataSets: ["RESIDENCE"], dailyQuota: 1_000, validFrom: "2026-01-01", validTo: null });
  for (const { secret, redirectUris, postLogoutRedirectUris, ...client } of clients) {
    em.create(OidcClient, {
      ...client, administration, secretHash: secret && createHash("sha256").update(secret).digest("base64url"), redirectUris: [...redirectUris], postLogoutRedirectUris: [...postLogoutRedirectUris],
      scopes: ["openid", "profile"], permissions: [...citizenPermissions], staff: false, active: true,
    });
  }
  await em.flush();
}

function seedService(em: EntityManager, administration: Administration, offices: ReadonlyMap<string, Office>, { categories, topics }: Catalogue, sheet: ServiceSheet, position: number): void {
  const { application, appointment, timeLimit, whatYouNeed, needs, ...shown } = sheet;
  const service = em.create(Service, {
    administration, position, slug: shown.slug, category: shown.category, categoryTitle: titleOf(categories, shown.category), title: shown.title, status: shown.status, statusReason: shown.statusReason,
    summary: shown.summary, audience: shown.audience, howTo: shown.howTo, whatYouGet: shown.whatYouGet, conditions: shown.conditions,
    timeLimitDays: timeLimit.maxDays, timeLimitText: timeLimit.text, timeLimitSource: timeLimit.source, costs: shown.costs, access: shown.access,
    topics: shown.topics.map(key => ({ key, title: titleOf(topics, key) })), situations: shown.situations, sources: needs, laws: shown.laws, assurance: shown.assurance,
    applicationKind: application.kind === "NONE" ? null : application.kind, form: application.kind === "GENERIC" ? application.form : null,
    appointmentMinutes: appointment.bookable ? appointment.durationMinutes : null,
  });
  for (const key of shown.offices) service.offices.add(offices.get(key)!);
  whatYouNeed.forEach(({ code, title, description, needed, heldBy, form }, place) => em.create(RequiredDocument, { administration, service, code, title, description, needed, heldBy, form, position: place }));
}

const titleOf = (labels: Catalogue["topics"], key: string): string => labels.find(label => label.key === key)!.title;
