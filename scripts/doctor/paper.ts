import { Administration } from "../../entities/administration.ts";
import { creditorOf } from "../../operations/payment/printable.ts";
import { draw } from "../../paper/draw.ts";
import { noticeNumber } from "../../rules/notice-number.ts";
import { openOrm } from "../../server/database/orm.ts";
import type { Settings } from "../../server/settings.ts";
import { good, missing, type Check, type Finding } from "./finding.ts";

/** Whether notices can be printed with what the administration says of itself: a specimen is drawn. */
export function paperChecks({ ADMINISTRATION: ipaCode }: Settings, databaseUrl: string): Check[] {
  return [{ name: "pagoPA: paper", look: async () => {
    const orm = await openOrm({ url: databaseUrl, poolSize: 1, statementTimeoutMs: 5_000 });
    try {
      const administration = await orm.em.fork().findOne(Administration, { ipaCode });
      return administration ? await specimenOf(administration) : missing("not looked at: the administration is not known", "mend the database first");
    } finally {
      await orm.close(true);
    }
  } }];
}

async function specimenOf(administration: Administration): Promise<Finding> {
  const creditor = creditorOf(administration);
  const { pagopa, paper: { postalHolder = administration.name, postalAuthorisation } = {} } = administration.settings;
  const faults = [
    tooLong("name", creditor.name, 100), tooLong("paper.department", creditor.department, 50), tooLong("paper.information", creditor.information, 100), tooLong("paper.postalHolder", postalHolder, 50),
    pagopa.postalIban !== undefined && postalAuthorisation === undefined && "there is a postal account, but not Poste Italiane's leave to print its slip (paper.postalAuthorisation)",
    !await drawn(creditor) && (creditor.logo === undefined ? "a specimen cannot be drawn" : "a specimen cannot be drawn: paper.logo is no PNG, or an interlaced one"),
  ].filter(fault => fault !== false);
  return faults.length === 0 ? good("a specimen was drawn") : missing(faults.join("; "), "correct it in the administration's settings (docs/connectors/pagopa.md, Paper)");
}

/** What pagoPA's sheet has no room for. */
const tooLong = (name: string, text: string | undefined, most: number): string | false => text !== undefined && text.length > most && `${name} is longer than ${most} characters`;

const drawn = (creditor: ReturnType<typeof creditorOf>): Promise<boolean> => Promise.resolve().then(() => draw({
  kind: "NOTICE", madeAt: new Date(0), subject: "Specimen", creditor, debtor: { name: "Specimen" }, full: { noticeNumber: noticeNumber("00", 0n), amountCents: 1, dueOn: "2026-01-01" }, instalments: [],
})).then(() => true, () => false);
