import type { EntityManager } from "@mikro-orm/postgresql";
import { LoginTransaction, RegisterExport } from "../../entities/login-transaction.ts";
import type { Vault } from "../../kernel/vault.ts";
import { readTransaction } from "./register.ts";

/** Which entry, for whom and why. */
export interface ExportOrder {
  readonly administrationId: string;
  /** The entry's own id, or the ID of its request, response or assertion. */
  readonly id: string;
  readonly exportedBy: string;
  readonly reason: string;
}

/** An entry of the register, under the names that the federation's rules give to its parts. */
export interface ExportedTransaction {
  readonly id: string;
  readonly scheme: string;
  readonly identityProvider: string;
  readonly outcome: string;
  readonly answeredAt: string;
  readonly AuthnReq_ID: string;
  readonly AuthnReq_IssueInstant: string;
  readonly Resp_ID: string | null;
  readonly Resp_IssueInstant: string | null;
  readonly Resp_Issuer: string | null;
  readonly Assertion_ID: string | null;
  readonly Assertion_subject: string | null;
  readonly Assertion_subject_NameQualifier: string | null;
  /** The messages as they were sent: XML, and for the answer the base64 of the form that carried it. */
  readonly AuthnRequest: string;
  readonly SAMLResponse: string;
}

/** Takes an entry out of the register, and writes down who did and why before it leaves. Null when there is none. */
export async function exportTransaction(em: EntityManager, vault: Vault, { administrationId: administration, id, exportedBy, reason }: ExportOrder, now: Date): Promise<ExportedTransaction | null> {
  const own = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id) ? [{ id }] : [];
  const entry = await em.findOne(LoginTransaction, { administration, $or: [...own, { requestId: id }, { responseId: id }, { assertionId: id }] });
  if (!entry) return null;
  const content = readTransaction(vault, entry);
  em.create(RegisterExport, { administration, transactionId: entry.id, exportedBy, reason, at: now });
  await em.flush();
  const { scheme, provider, outcome, requestId, requestedAt, answeredAt, responseId = null, assertionId = null } = entry;
  return {
    id: entry.id, scheme, identityProvider: provider, outcome, answeredAt: answeredAt.toISOString(),
    AuthnReq_ID: requestId, AuthnReq_IssueInstant: requestedAt.toISOString(),
    Resp_ID: responseId, Resp_IssueInstant: content.responseIssuedAt, Resp_Issuer: responseId && provider,
    Assertion_ID: assertionId, Assertion_subject: content.subject, Assertion_subject_NameQualifier: content.subjectNameQualifier,
    AuthnRequest: content.request, SAMLResponse: content.response,
  };
}
