import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { valueAt } from "../../connectors/pagopa/xml.ts";
import { books, makePositions, openStation, receipt, rowsOf, say, word, type Instance } from "./station-world.ts";

/** How many stations are killed: a few each time, and as many as it takes to believe it when asked for. */
const rounds = Number(process.env["KILLED_STATIONS"] ?? 3);
const deliveries = 200;

let survivor: Instance;
const children: ChildProcess[] = [];

beforeAll(async () => {
  survivor = await openStation();
});

afterAll(async () => {
  for (const child of children) child.kill("SIGKILL");
  await survivor.close();
});

interface Victim {
  readonly address: string;
  readonly process: ChildProcess;
}

/** A station that is killed once it has answered so many. */
async function start(answers: number): Promise<Victim> {
  const child = spawn(process.execPath, ["--experimental-transform-types", "--no-warnings", join(import.meta.dirname, "station-process.ts"), survivor.url, String(answers)], { stdio: ["ignore", "pipe", "inherit"] });
  children.push(child);
  const [said] = (await once(child.stdout, "data")) as [Buffer];
  return { address: said.toString().trim(), process: child };
}

/** What the node makes of an answer: the outcome if it is a valid one, otherwise nothing. */
async function deliver({ address }: Victim, xml: string): Promise<string | undefined> {
  try {
    const response = await fetch(`${address}/pagopa/paForNode`, { method: "POST", body: xml, headers: { "content-type": "text/xml", soapaction: "paSendRTV2" } });
    return response.status === 200 ? valueAt(await response.text(), "paSendRTV2Response", "outcome") : undefined;
  } catch {
    return undefined;
  }
}

/** What the other station answers in the end: where it gives no answer, the node comes again. */
async function deliverAgain(xml: string, tries = 5): Promise<string> {
  try {
    return word(await say(survivor, xml));
  } catch (error) {
    if (tries === 1) throw error;
    return deliverAgain(xml, tries - 1);
  }
}

test("a station killed in the middle of its receipts loses none and doubles none", async () => {
  const killedAfter = (round: number): number => (round % 5) * 15 + 1;
  let next = start(killedAfter(1));
  for (let round = 1; round <= rounds; round += 1) {
    const before = await books(survivor);
    const receipts = (await makePositions(survivor, Array.from({ length: deliveries }, () => ({})))).map(({ notice, amountCents, id }) => ({ id: `r${round}-${notice}`, position: id, notice, cents: amountCents }));
    const victim = await next;
    if (round < rounds) next = start(killedAfter(round + 1));

    const killed = once(victim.process, "exit");
    const answers = await Promise.all(receipts.map(each => deliver(victim, receipt(each))));
    expect(await killed).toEqual([null, "SIGKILL"]);
    const silent = receipts.filter((_, index) => answers[index] === undefined);
    expect(answers.filter(answer => answer === "KO")).toEqual([]);
    expect(silent.length).toBeGreaterThan(0);

    // What was said to be taken is there, whatever came after.
    const kept = new Set((await rowsOf(survivor, "receipt")).map(({ receipt_id }) => receipt_id));
    expect(receipts.filter(({ id }, index) => answers[index] === "OK" && !kept.has(id))).toEqual([]);

    // The node sends again whatever it has no answer to, and this once everything.
    const again = await Promise.all(receipts.map(each => deliverAgain(receipt(each))));
    expect(again.map((answer, index) => answer === (kept.has(receipts[index]!.id) ? "RECEIPT_DUPLICATE" : "OK"))).toEqual(receipts.map(() => true));

    const after = await books(survivor);
    const sum = receipts.reduce((total, { cents }) => total + cents, 0);
    const grown = (kind: string) => (after.events[kind] ?? 0) - (before.events[kind] ?? 0);
    expect([after.receipts - before.receipts, after.lines - before.lines, grown("PAYMENT_PAID"), grown("APPLICATION_STARTED"), grown("PAYMENT_PAID_TWICE")]).toEqual([deliveries, deliveries, deliveries, deliveries, 0]);
    expect([after.ledger - before.ledger, after.settled - before.settled, after.paid - before.paid]).toEqual([sum, sum, sum]);
  }
}, rounds * 100_000);
