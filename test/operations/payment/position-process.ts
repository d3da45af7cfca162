import { Administration } from "../../../entities/administration.ts";
import { Citizen } from "../../../entities/citizen.ts";
import { systemClock } from "../../../kernel/clock.ts";
import type { AdministrationInfo } from "../../../operations/hub.ts";
import { openPosition } from "../../../operations/payment/open-position.ts";
import { openOrm } from "../../../server/database/orm.ts";

/**
 * A process that opens debt positions until it is killed: told the database and how many at once, it says the notice number
 * of each after its commit, and hands nothing over, for nobody here follows events.
 */
const [url, together] = process.argv.slice(2);
if (!url || !together) throw new Error("tell me the database, and how many at once");
const orm = await openOrm({ url, poolSize: 10, statementTimeoutMs: 10_000 });
const administration = await orm.em.fork().findOneOrFail(Administration, { ipaCode: "c_d205" }) as AdministrationInfo;

const open = async (): Promise<string> => orm.em.fork().transactional(async em => {
  const citizen = em.create(Citizen, { administration: administration.id, fiscalCode: null, spidCode: crypto.randomUUID(), createdAt: systemClock.now() });
  const share = { creditorFiscalCode: administration.fiscalCode, creditorName: administration.name, amountCents: 1_234, iban: "IT60X0542811101000000123456", remittance: "Prova", taxonomyCode: "9/0101100IM/" };
  const payment = await openPosition({ administration, clock: systemClock }, em, {
    citizen, application: null, description: "Prova", debtorName: "ANONIMO", debtorFiscalCode: "ANONIMO", dueOn: "2099-12-31", transfers: [share], documents: [],
  });
  return payment.noticeNumber;
});

process.stdout.write("ready\n");
process.stdin.once("data", () => {
  for (let worker = 0; worker < Number(together); worker += 1) {
    void (async () => {
      for (;;) process.stdout.write(`${await open()}\n`);
    })();
  }
});
