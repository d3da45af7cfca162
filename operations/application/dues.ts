import type { Application } from "../../entities/application.ts";
import type { Service } from "../../entities/service.ts";
import type { Hub } from "../hub.ts";
import type { Dues } from "../payment/request-payment.ts";

/**
 * What is due for an application that is handed in: the fee, and the stamps that the application bears. `fee` is the one
 * that the rules of its kind came to, in cents; otherwise the administration's settings name it. Undefined when nothing is.
 */
export function duesOf({ administration }: Hub, application: Application, service: Service, fee?: number): Dues | undefined {
  const { amounts, pagopa } = administration.settings;
  const due = pagopa.dues?.[service.slug];
  const amountOf = (key: string | undefined): number => (key && amounts[key]) || 0;
  const amountCents = fee ?? amountOf(due?.fee);
  const document = documentOf(application, service);
  const stamps = stampsFor(amountOf(due?.stampDuty), pagopa.stampCents ?? 0).map(cents => ({ amountCents: cents, document }));
  if (amountCents === 0 && stamps.length === 0) return undefined;
  return { description: fee === undefined ? service.title : "Permesso ZTL", taxonomy: due?.taxonomy ?? "ztl", amountCents, stamps };
}

/** The duty in stamps of the usual price; one stamp where it is no multiple of that. */
function stampsFor(dutyCents: number, stampCents: number): number[] {
  if (dutyCents === 0) return [];
  return stampCents > 0 && dutyCents % stampCents === 0 ? Array.from({ length: dutyCents / stampCents }, () => stampCents) : [dutyCents];
}

/** The application as it was handed in, which is the document that bears the stamp: its register number, and every answer. */
const documentOf = (application: Application, service: Service): Buffer => Buffer.from(JSON.stringify({
  service: service.slug, title: service.title, application: application.id, protocol: { year: application.protocolYear, number: application.protocolNumber },
  submittedAt: application.submittedAt, answers: application.details,
}, null, 2), "utf8");
