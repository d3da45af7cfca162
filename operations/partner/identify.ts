import { dataSetPermissions } from "../../entities/permission.ts";
import type { DataSet } from "../../entities/partner.ts";
import { dayInRome } from "../../kernel/clock.ts";
import type { PartnerCaller } from "../caller.ts";
import type { RunStatement } from "../read/reader.ts";

const statement = `
  select json_build_object('partnerId', p."id", 'name', p."name", 'agreementId', a."id", 'reference', a."reference", 'purpose', a."purpose", 'dataSets', a."data_sets", 'dailyQuota', a."daily_quota")::text
  from "agreement" a join "partner" p on p."id" = a."partner_id"
  where a."id" = $1::uuid and p."client_id" = $2 and p."active" and a."administration_id" = $3::uuid and a."valid_from" <= $4::date and (a."valid_to" is null or a."valid_to" >= $4::date)`;

/** The partner of a token, under its agreement as it stands today; null when either has ended. */
export async function identifyPartner(
  run: RunStatement, token: { readonly clientId: string; readonly agreementId: string; readonly expiresAt: Date }, administrationId: string, now: Date, signal: AbortSignal,
): Promise<PartnerCaller | null> {
  const answer = await run("identify_partner", statement, [token.agreementId, token.clientId, administrationId, dayInRome(now)], signal);
  if (answer === null) return null;
  const row = JSON.parse(answer) as { partnerId: string; name: string; agreementId: string; reference: string; purpose: string; dataSets: DataSet[]; dailyQuota: number };
  return {
    kind: "partner", key: `partner:${row.partnerId}`, expiresAt: token.expiresAt, partnerId: row.partnerId, partnerName: row.name,
    agreementId: row.agreementId, agreementReference: row.reference, purpose: row.purpose, dailyQuota: row.dailyQuota,
    permissions: new Set(row.dataSets.flatMap(dataSet => dataSetPermissions[dataSet])),
  };
}
