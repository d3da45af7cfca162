import type { EntityManager } from "@mikro-orm/postgresql";
import { z } from "zod";
import type { AcceptedLogin } from "../../connectors/spid/index.ts";
import type { LoginRequest } from "../../entities/login-request.ts";
import { LoginTransaction } from "../../entities/login-transaction.ts";
import { newId } from "../../kernel/ids.ts";
import type { Vault } from "../../kernel/vault.ts";

/** How many months a service provider keeps each request with its answer (D.P.C.M. 24 October 2014, art. 13, c. 2). */
const keptMonths = 24;

/** What only the vault's keys open: the messages as they were sent, and the name that the provider gave the person. */
const content = z.object({
  request: z.string(),
  /** As the browser brought it, in base64: also what could not be read is kept as it came. */
  response: z.string(),
  responseIssuedAt: z.string().nullable(),
  subject: z.string().nullable(),
  subjectNameQualifier: z.string().nullable(),
});

/** An answer to be entered. `login` is there when every check was passed. */
export interface Answered {
  readonly samlResponse: string;
  readonly outcome: string;
  readonly login?: AcceptedLogin;
}

/** Enters a sign-in into the register, with the unit of work at hand. */
export function recordTransaction(em: EntityManager, vault: Vault, request: LoginRequest, { samlResponse, outcome, login }: Answered, now: Date): void {
  const id = newId();
  const written: z.infer<typeof content> = {
    request: request.message, response: samlResponse, responseIssuedAt: login?.responseIssueInstant.toISOString() ?? null,
    subject: login?.nameId.value ?? null, subjectNameQualifier: login?.nameId.nameQualifier ?? null,
  };
  const { keyId, bytes } = vault.seal(JSON.stringify(written), contextOf(id, request.requestId));
  em.create(LoginTransaction, {
    id, administration: request.administration.id, scheme: request.scheme, provider: request.provider, requestId: request.requestId, requestedAt: request.issuedAt,
    answeredAt: now, outcome, responseId: login?.responseId ?? null, assertionId: login?.assertionId ?? null, keepUntil: monthsAfter(now, keptMonths), keyId, sealed: bytes,
  });
}

/** Opens an entry. Throws when it was tampered with, or its key is not here any more. */
export function readTransaction(vault: Vault, { id, requestId, keyId, sealed }: LoginTransaction): z.infer<typeof content> {
  return content.parse(JSON.parse(vault.open({ keyId, bytes: sealed as Buffer }, contextOf(id, requestId))));
}

/** An entry opens in its own place only. */
const contextOf = (id: string, requestId: string): string => `login_transaction ${id} ${requestId}`;

/** The same instant so many months later; where that month is too short, the first of the next: never earlier than the law says. */
function monthsAfter(instant: Date, months: number): Date {
  const later = new Date(instant);
  later.setUTCMonth(later.getUTCMonth() + months);
  return later;
}
