import { ApplicationActionsResolver, ApplicationResolver, applicationSuccessResolvers } from "./application.ts";
import { AppointmentResolver, appointmentSuccessResolvers } from "./appointment.ts";
import { CaseCertificateResolver, certificateSuccessResolvers, OwnCertificateResolver } from "./certificate.ts";
import { CatalogueResolver } from "./catalogue.ts";
import { CitizenResolver, SendEmailConfirmationSuccessResolver, UpdateContactsSuccessResolver } from "./citizen.ts";
import { DelegationResolver } from "./delegation.ts";
import { DeskResolver } from "./desk.ts";
import { documentResolvers } from "./document.ts";
import { eventResolvers } from "./event.ts";
import { LimitsResolver } from "./limits.ts";
import { PartnerResolver } from "./partner.ts";
import { PaymentResolver, SettlementResolver } from "./payment.ts";
import { PositionResolver, positionSuccessResolvers } from "./position.ts";
import { reconciliationResolvers } from "./reconciliation.ts";
import { CasePersonResolver } from "./registry.ts";
import { RegistryOfficeResolver } from "./registry-office.ts";
import { ActingForResolver, RepresentationResolver, representationSuccessResolvers } from "./representation.ts";
import { EndSessionSuccessResolver, SessionResolver } from "./session.ts";

/** Every way into the graph. */
export const resolvers = [
  CatalogueResolver, LimitsResolver, AppointmentResolver, ...appointmentSuccessResolvers, ApplicationResolver, ApplicationActionsResolver, CasePersonResolver, OwnCertificateResolver, CaseCertificateResolver, ...certificateSuccessResolvers, RegistryOfficeResolver, ...applicationSuccessResolvers, PaymentResolver, SettlementResolver, ...documentResolvers, PositionResolver, ...positionSuccessResolvers,
  CitizenResolver, UpdateContactsSuccessResolver, SendEmailConfirmationSuccessResolver, SessionResolver, EndSessionSuccessResolver, DelegationResolver, RepresentationResolver, ActingForResolver, ...representationSuccessResolvers, DeskResolver, ...reconciliationResolvers, PartnerResolver,
  ...eventResolvers,
] as const;
