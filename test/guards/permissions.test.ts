import { describe, expect, test } from "@jest/globals";
import {
  getNamedType, type GraphQLNamedType, type GraphQLObjectType, type GraphQLSchema, isInputObjectType, isInterfaceType, isObjectType, isUnionType, validateSchema,
} from "graphql";
import { citizenPermissions, dataSetPermissions, type Permission, permissions, rolePermissions, visitorPermissions } from "../../entities/permission.ts";
import type { HubExtensions } from "../../schema/decorators.ts";
import { buildGraph } from "../../server/graph/schema.ts";
import { slicesOf } from "../../server/graph/slices.ts";

const graph = buildGraph();
const slice = slicesOf(graph);
const agreement = (...dataSets: (keyof typeof dataSetPermissions)[]) => dataSets.flatMap(dataSet => dataSetPermissions[dataSet]);

const callers = {
  visitor: visitorPermissions,
  citizen: citizenPermissions,
  "front office": rolePermissions.FRONT_OFFICE,
  "case officer": rolePermissions.CASE_OFFICER,
  accountant: rolePermissions.ACCOUNTANT,
  supervisor: rolePermissions.SUPERVISOR,
  "partner: residence": agreement("RESIDENCE"),
  "partner: residence and address": agreement("RESIDENCE", "RESIDENCE_ADDRESS"),
  "partner: residence and civil status": agreement("RESIDENCE", "CIVIL_STATUS"),
  "partner: civil status": agreement("CIVIL_STATUS"),
} satisfies Record<string, readonly Permission[]>;
type CallerName = keyof typeof callers;

const everybody = Object.keys(callers) as CallerName[];
const staff: CallerName[] = ["front office", "case officer", "accountant", "supervisor"];
const partners: CallerName[] = ["partner: residence", "partner: residence and address", "partner: residence and civil status", "partner: civil status"];
const people: CallerName[] = everybody.filter(name => !partners.includes(name));
const citizens: CallerName[] = ["citizen"];
const bookers: CallerName[] = ["visitor", "citizen"];
const certifiers: CallerName[] = ["front office", "case officer", "supervisor"];
const deciders: CallerName[] = ["case officer", "supervisor"];
const accountants: CallerName[] = ["accountant", "supervisor"];

/** Who has which way in, and which field under a permission of its own: written by hand, so that a mistake in one place shows. */
const ways: Readonly<Record<string, readonly CallerName[]>> = {
  "Query.node": people, "Query.administration": people, "Query.services": people, "Query.service": people, "Query.offices": people,
  "Query.availability": people, "Query.checklist": people, "Query.sources": people,
  "Query.limits": everybody,
  "Query.me": citizens, "Query.desk": staff, "Query.verifications": partners,
  "Mutation.holdSlot": bookers, "Mutation.bookAppointment": bookers, "Mutation.cancelAppointment": bookers,
  "Mutation.startApplication": citizens, "Mutation.saveZtlPermitDraft": citizens, "Mutation.saveGenericDraft": citizens, "Mutation.submitApplication": citizens,
  "Mutation.updateContacts": citizens, "Mutation.sendEmailConfirmation": citizens, "Query.mySessions": citizens, "Mutation.endSession": citizens, "Mutation.actFor": citizens, "Mutation.stopActing": citizens, "Mutation.startPayment": citizens,
  "Mutation.declareRepresentation": citizens, "Mutation.withdrawRepresentation": citizens, "Mutation.decideRepresentation": deciders, "Mutation.revokeRepresentation": deciders,
  "Mutation.decideApplication": deciders, "Mutation.takeCertificate": citizens, "Mutation.issueCertificate": certifiers,
  "Subscription.myUpdates": citizens, "Subscription.deskUpdates": staff, "Subscription.reconciliationUpdates": accountants,
  "Application.applicantName": staff, "ZtlPermitApplication.applicantName": staff, "GenericApplication.applicantName": staff,
  "Application.applicant": staff, "ZtlPermitApplication.applicant": staff, "GenericApplication.applicant": staff,
  "Application.person": staff, "ZtlPermitApplication.person": staff, "GenericApplication.person": staff,
  "Application.checks": staff, "ZtlPermitApplication.checks": staff, "GenericApplication.checks": staff,
  "SourceUnavailable.lastKnown": [...citizens, ...staff],
  "Application.certificatePreview": certifiers, "ZtlPermitApplication.certificatePreview": certifiers, "GenericApplication.certificatePreview": certifiers,
  "Desk.declarations": certifiers, "Desk.declaration": certifiers,
  "Receipt.collections": accountants, "Query.reconciliation": accountants, "Mutation.findFlows": accountants, "Mutation.retryFlow": accountants, "Mutation.resolveDiscrepancy": accountants,
  "Mutation.settlePayment": ["accountant", "supervisor"], "Mutation.cancelPayment": ["accountant", "supervisor"], "Mutation.replacePayment": ["accountant", "supervisor"], "Mutation.chooseInstalments": citizens, "Mutation.offerInstalments": ["accountant", "supervisor"], "Mutation.retryHandOver": ["accountant", "supervisor"],
  "Payment.handOver": ["accountant", "supervisor"], "Payment.handOverRefusal": ["accountant", "supervisor"], "Desk.refusedPayments": ["accountant", "supervisor"],
  "Desk.payments": ["accountant", "supervisor"], "Desk.representations": deciders,
  "Representation.representativeName": deciders, "Representation.representativeCode": deciders,
  "Verifications.residence": partners.filter(name => name !== "partner: civil status"), "Verifications.civilStatus": ["partner: residence and civil status", "partner: civil status"],
  "ResidenceVerification.address": ["partner: residence and address"],
  "ResidenceVerification.civilStatus": ["partner: residence and civil status"],
};

/** Types that show whose rows exist at all: who may know of them. */
const types: Readonly<Record<string, readonly CallerName[]>> = {
  Citizen: citizens, Session: citizens, Contacts: citizens, Message: citizens, MessageConnection: citizens, Person: [...citizens, ...staff], Household: [...citizens, ...staff], Access: citizens, AccessConnection: citizens, Delegation: citizens, ActingFor: citizens, Minors: citizens,
  Representation: [...citizens, ...deciders],
  Application: [...citizens, ...staff], ZtlPermitApplication: [...citizens, ...staff], GenericApplication: [...citizens, ...staff],
  Payment: [...citizens, ...staff], Receipt: [...citizens, ...staff], PaymentConnection: ["citizen", "accountant", "supervisor"],
  Appointment: people, AppointmentConnection: [...citizens, ...staff],
  Reconciliation: accountants, Flow: accountants, FlowPayment: accountants, Collection: accountants, BankStatement: accountants, BankCredit: accountants, Discrepancy: accountants,
  Desk: staff, Verifications: partners, ResidenceVerification: partners.filter(name => name !== "partner: civil status"),
  Service: people, Office: people, Node: people,
};

const fieldsOf = (schema: GraphQLSchema, type: string): string[] => {
  const found = schema.getType(type);
  return found && "getFields" in found ? Object.keys(found.getFields()) : [];
};
const has = (name: CallerName, coordinate: string): boolean => {
  const [type = "", field = ""] = coordinate.split(".");
  return fieldsOf(slice(new Set(callers[name])).schema, type).includes(field);
};

/** The types that a type leads to. Having an id leads nowhere, and an interface to its kinds only where a field answers it. */
function leadsTo(schema: GraphQLSchema, type: GraphQLNamedType): GraphQLNamedType[] {
  const fields = isObjectType(type) || isInterfaceType(type) ? Object.values(type.getFields()) : [];
  const own = fields.flatMap(field => [field.type, ...field.args.map(argument => argument.type)]);
  const inputs = isInputObjectType(type) ? Object.values(type.getFields()).map(field => field.type) : [];
  const kinds = isInterfaceType(type) && !["Node", "Problem", "Event"].includes(type.name) ? schema.getImplementations(type).objects : [];
  return [...own, ...inputs, ...(isUnionType(type) ? type.getTypes() : []), ...kinds, ...(isObjectType(type) ? type.getInterfaces() : [])].map(each => getNamedType(each));
}

describe("who may use what", () => {
  const roots = [graph.getQueryType(), graph.getMutationType(), graph.getSubscriptionType()] as GraphQLObjectType[];
  const permissionOf = (field: object): Permission | undefined => (field as { extensions: HubExtensions }).extensions.permission;

  test("every way in has its permission written on it, and stands in the table", () => {
    const found = roots.flatMap(type => Object.values(type.getFields()).map(field => [`${type.name}.${field.name}`, permissionOf(field)] as const));
    expect(found.filter(([, permission]) => permission === undefined || !permissions.includes(permission))).toEqual([]);
    expect(found.map(([coordinate]) => coordinate).sort()).toEqual(Object.keys(ways).filter(key => /^(?:Query|Mutation|Subscription)\./.test(key)).sort());
  });

  test("every other field under a permission stands in the table", () => {
    const others = Object.values(graph.getTypeMap()).filter(type => isObjectType(type) || isInterfaceType(type)).filter(type => !roots.some(({ name }) => name === type.name));
    const found = others.flatMap(type => Object.values(type.getFields()).filter(field => permissionOf(field) !== undefined).map(field => `${type.name}.${field.name}`));
    expect(found.sort()).toEqual(Object.keys(ways).filter(key => !/^(?:Query|Mutation|Subscription)\./.test(key)).sort());
  });

  test.each(Object.entries(ways))("%s", (coordinate, allowed) => {
    expect(everybody.filter(name => has(name, coordinate))).toEqual(everybody.filter(name => allowed.includes(name)));
  });

  test.each(Object.entries(types))("type %s", (type, allowed) => {
    expect(everybody.filter(name => slice(new Set(callers[name])).schema.getType(type))).toEqual(everybody.filter(name => allowed.includes(name)));
  });

  test.each(everybody)("the slice of %s is a valid schema of which every type can be reached", name => {
    const { schema } = slice(new Set(callers[name]));
    expect(validateSchema(schema)).toEqual([]);
    const reached = new Set<string>();
    const visit = (name: string): void => {
      if (reached.has(name)) return;
      reached.add(name);
      const type = schema.getType(name)!;
      for (const next of leadsTo(schema, type)) visit(next.name);
    };
    for (const root of [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]) if (root) visit(root.name);
    expect(Object.keys(schema.getTypeMap()).filter(type => !type.startsWith("__") && !reached.has(type) && !["Boolean", "String"].includes(type))).toEqual([]);
  });

  test("equal permissions share one slice, whatever their order", () => {
    expect(slice(new Set(["catalogue", "booking"]))).toBe(slice(new Set(["booking", "catalogue"])));
  });
});
