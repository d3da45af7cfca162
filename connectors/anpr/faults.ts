import type { X509Certificate } from "node:crypto";
import { z } from "zod";
import { text } from "../registry/words.ts";
import { SourceRefused, TryLater } from "../upstream.ts";

const faultSchema = z.object({ root: z.object({ Envelope: z.object({ Body: z.object({ Fault: z.object({ faultcode: text.nullish(), faultstring: text.nullish() }) }) }) }) });

/** What is known at our side when the registry refuses a message without saying why. */
export interface Evidence {
  readonly now: Date;
  /** The clock of the registry's front, from the answer's `Date` header. */
  readonly theirDate: Date | undefined;
  readonly certificate: X509Certificate;
  readonly production: boolean;
}

/**
 * What a SOAP fault, as the SOAP library throws it, means; undefined when the error is none.
 *
 * The registry's gateway refuses with one sentence for many causes, so the diagnosis is drawn from what we can see
 * ourselves: `CLOCK` when the two clocks are more than a minute apart, `CERTIFICATE` when ours is out of date or of the
 * other environment, else `OPERATOR_OR_ADDRESS`. `SIGNATURE` is the gateway's answer to a missing or broken outer
 * signature; `REQUEST_OR_PLATFORM` to a body that it cannot read, or to trouble of its own.
 */
export function failureOfFault(error: unknown, evidence: Evidence): SourceRefused | TryLater | undefined {
  const read = faultSchema.safeParse(error);
  if (!read.success) return undefined;
  const { faultcode, faultstring } = read.data.root.Envelope.Body.Fault;
  if (!/(^|:)Client$/.test(faultcode ?? "")) return new TryLater("FAULT_SERVER");
  if (/rejected by policy/i.test(faultstring ?? "")) return new SourceRefused("ANPR", "NOT_AUTHORISED", causeOfRejection(evidence));
  if (/internal error/i.test(faultstring ?? "")) return new SourceRefused("ANPR", "NOT_AUTHORISED", "SIGNATURE");
  if (/invalid request/i.test(faultstring ?? "")) return new SourceRefused("ANPR", "BAD_REQUEST", "REQUEST_OR_PLATFORM");
  return new SourceRefused("ANPR", "REFUSED", "FAULT_CLIENT");
}

function causeOfRejection({ now, theirDate, certificate, production }: Evidence): "CLOCK" | "CERTIFICATE" | "OPERATOR_OR_ADDRESS" {
  if (theirDate && Math.abs(theirDate.getTime() - now.getTime()) > 60_000) return "CLOCK";
  // Workstations of the test environments end in 0000 by the registry's own numbering.
  const ofTest = /^CN=.*-0000$/m.test(certificate.subject);
  if (now < certificate.validFromDate || now > certificate.validToDate || ofTest === production) return "CERTIFICATE";
  return "OPERATOR_OR_ADDRESS";
}
