import { createHash } from "node:crypto";
import { SourceRefused } from "../../connectors/upstream.ts";
import { Application } from "../../entities/application.ts";
import { problem } from "../../entities/problem.ts";
import { assertAssurance } from "../application/assurance.ts";
import { officesWhere } from "../caller.ts";
import { keyOf } from "../global-id.ts";
import type { Hub } from "../hub.ts";
import { once, type Outcome } from "../once.ts";
import type { CaseAtHand } from "../registry/look-up-person.ts";
import type { Purpose } from "../registry/purpose.ts";
import { showing } from "../registry/read.ts";
import { found } from "../registry/show-person.ts";
import { namedAs, readyCertificate, type ReadyCertificate, type WantedCertificate } from "./wanted.ts";

/** A certificate that is ready to be asked for, and why it is. */
interface Certifying extends ReadyCertificate {
  readonly purpose: Purpose;
}

/** What is kept of a certificate that was issued: which, and for what. The document stays at the registry. */
interface Issued {
  readonly wanted: WantedCertificate;
  readonly reference: string;
  readonly application: string | null;
}

/** The preview of a certificate about the caller. Throws NOT_IN_REGISTRY, NOT_CERTIFIABLE, NOT_ELIGIBLE, INVALID_INPUT, ASSURANCE_TOO_LOW, and as the registry does. */
export const previewOwnCertificate = async (hub: Hub, wanted: WantedCertificate): Promise<object> => show(hub, own(hub, wanted, "OWN"), { issue: false });

/** The preview of a certificate about the applicant of a case; null while the case is a draft. Throws as `previewOwnCertificate`. */
export const previewCaseCertificate = async (hub: Hub, atHand: CaseAtHand, wanted: WantedCertificate): Promise<object | null> => {
  const certifying = await ofCase(hub, atHand, wanted);
  return certifying && show(hub, certifying, { issue: false });
};

/**
 * Issues a certificate about the caller, where nothing is to be paid for it. A repeat under the same key asks under the
 * same number, by which the registry knows it: however often it is lost, one is issued. Throws as `previewOwnCertificate`.
 */
export const takeCertificate = (hub: Hub, input: WantedCertificate & { readonly idempotencyKey: string }) =>
  once<Issued & Outcome>(hub, "takeCertificate", input, async commit => {
    const reference = `CERT-${createHash("sha256").update(`${hub.caller.key} ${input.idempotencyKey}`).digest("hex").slice(0, 14)}`;
    const { idempotencyKey: _, ...wanted } = input;
    const certifying = own(hub, wanted, reference);
    if (certifying.duty.totalCents > 0) throw problem("NOT_ELIGIBLE", { path: ["input", "use"], reason: "DUTY_DUE" });
    await show(hub, certifying, { issue: true });
    return commit(() => Promise.resolve({ __typename: "TakeCertificateSuccess", wanted, reference, application: null }));
  });

/** Issues a certificate about the applicant of a case of the caller's offices, once in the case. Throws NOT_FOUND, INVALID_INPUT where duty is due and nobody says how it was paid, and as `previewOwnCertificate`. */
export const issueCertificate = (hub: Hub, input: WantedCertificate & { readonly application: string; readonly idempotencyKey: string }) =>
  once<Issued & Outcome>(hub, "issueCertificate", input, async commit => {
    const { idempotencyKey: _, application, ...wanted } = input;
    const certifying = await ofOwnOffice(hub, application, wanted);
    if (certifying.duty.stampCents > 0 && !wanted.dutyPaid) throw problem("INVALID_INPUT", { path: ["input", "dutyPaid"], reason: "EMPTY" });
    await show(hub, certifying, { issue: true });
    return commit(() => Promise.resolve({ __typename: "IssueCertificateSuccess", wanted, reference: certifying.purpose.reference, application }));
  });

/** The document of a certificate that was issued, now or by an earlier try: the registry gives the very one that it made. Throws as `previewOwnCertificate`. */
export async function showIssued(hub: Hub, { wanted, reference, application }: Issued): Promise<object> {
  return show(hub, application === null ? own(hub, wanted, reference) : await ofOwnOffice(hub, application, wanted), { issue: true });
}

function own(hub: Hub, wanted: WantedCertificate, reference: string): Certifying {
  const { caller } = hub;
  // The registry is of people: who acts for a company has none of it certified there.
  if (caller.kind !== "citizen" || !caller.fiscalCode || (caller.acting && caller.acting.kind !== "PARENT")) throw problem("NOT_IN_REGISTRY");
  assertAssurance(hub, "L2");
  if (wanted.use === "BETWEEN_ADMINISTRATIONS") throw problem("INVALID_INPUT", { path: ["input", "use"], reason: "CHOICE" });
  const applicant = caller.acting ? namedAs(caller.acting.by) : "HOLDER";
  return { ...readyCertificate(hub, wanted, { holder: namedAs(caller), applicant, channel: "ONLINE" }), purpose: { kind: "OWN_REQUEST", reference, text: "Rilascio di un certificato" } };
}

async function ofCase(hub: Hub, { fiscalCode, office, protocol }: CaseAtHand, wanted: WantedCertificate): Promise<Certifying | null> {
  if (protocol === null) return null;
  if (fiscalCode === null) throw problem("NOT_IN_REGISTRY");
  const purpose: Purpose = { kind: "APPLICATION", reference: protocol, text: "Rilascio di un certificato", office };
  const holder = found(await hub.registry.person(hub, fiscalCode, ["IDENTITY"], purpose));
  return { ...readyCertificate(hub, wanted, { holder: namedAs(holder), applicant: "HOLDER", channel: "COUNTER" }), purpose };
}

async function ofOwnOffice(hub: Hub, globalId: string, wanted: WantedCertificate): Promise<Certifying> {
  const offices = hub.caller.kind === "staff" ? officesWhere(hub.caller, "desk:certificates") : [];
  const application = await hub.em.findOne(Application, { id: keyOf("app", globalId, "input", "application"), administration: hub.administration.id, office: { $in: offices }, state: { $ne: "DRAFT" } }, { populate: ["office", "citizen"] });
  const certifying = application && (await ofCase(hub, {
    fiscalCode: application.citizen.fiscalCode ?? null, office: application.office, protocol: application.protocolNumber ? `${application.protocolYear}/${application.protocolNumber}` : null,
  }, wanted));
  if (!certifying) throw problem("NOT_FOUND", { path: ["input", "application"] });
  return certifying;
}

async function show(hub: Hub, { request, duty, purpose }: Certifying, { issue }: { readonly issue: boolean }): Promise<object> {
  try {
    return await showing(hub.registry.certificate(hub, request, purpose, { issue }), read => {
      const { pdf, number } = found(read);
      return { __typename: "Certificate", pdf: pdf.toString("base64"), number, kinds: request.kinds, duty, provenance: read.provenance };
    });
  } catch (error) {
    throw (error instanceof SourceRefused && refusalOf(error)) || error;
  }
}

/** What stands in the way of a certificate, by what the registry says; undefined for what is no matter of this person's certificate. */
function refusalOf({ reason, diagnosis }: SourceRefused) {
  // Kinds that do not stand on one sheet, alone or together.
  if (/^EN15[2-9]$/.test(diagnosis ?? "")) return problem("NOT_CERTIFIABLE", { path: ["input", "kinds"], reason: "COMBINATION" });
  if (reason === "OPEN_PROCEEDING") return problem("NOT_CERTIFIABLE", { reason: "OPEN_PROCEEDING" });
  return reason === "NOT_CERTIFIABLE" ? problem("NOT_CERTIFIABLE") : undefined;
}
