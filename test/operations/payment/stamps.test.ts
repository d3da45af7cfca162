import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import type { Client, Json } from "../../helpers/client.ts";
import { authority as anotherAuthority } from "../../helpers/certificates.ts";
import { startHub, type TestHub } from "../../helpers/hub.ts";
import { atNode, look, oweForGround } from "./position.ts";
import { until } from "../../helpers/until.ts";

let hub: TestHub;
let ada: Client;
beforeAll(async () => {
  hub = await startHub({ sandbox: true });
  ada = await hub.citizen("ada.rossi");
});
afterAll(() => hub.close());

const authority = async (): Promise<string> => (await fetch(`${hub.sandbox.url}/pagopa/node/stamp-authority`)).text();
const stampsOf = async (id: string): Promise<Json[]> => (await look(ada, id, "stamps { verdict }"))["stamps"] as unknown as Json[];
/** Pays for an application with two stamps; gives them once they were looked at. */
async function bought(stamp: string): Promise<{ owed: Json; stamps: Json[] }> {
  const owed = await oweForGround(ada);
  expect(await atNode(hub, "pay", owed["noticeNumber"]!, { stamp })).toMatchObject({ outcome: "OK" });
  const stamps = await until("the stamps looked at", async () => ((found: Json[]) => found.every(({ verdict }) => verdict) && found)(await stampsOf(owed["id"]!)));
  return { owed, stamps };
}
const eventsOf = (owed: Json) => hub.sql<{ kind: string; citizen_id: string | null; office_id: string | null }>(`select "kind", "citizen_id", "office_id" from "event" where "subject_id" = $1 order by "id"`, [owed["id"]!.slice(4)]);

describe.each([
  ["as it should be", "none", "UNVERIFIED", true], ["another document's", "other-document", "OTHER_DOCUMENT", false], ["changed after it was signed", "forged", "BROKEN", true], ["not signed", "unsigned", "UNSIGNED", true],
] as const)("a stamp that is %s", (_, flaw, verdict, intact) => {
  test(`is ${verdict}, its receipt is kept, and the office is told where something is wrong`, async () => {
    const { owed, stamps } = await bought(flaw);
    expect(stamps.map(stamp => [stamp["verdict"], stamp["intact"]])).toEqual([[verdict, intact], [verdict, intact]]);
    expect(await look(ada, owed["id"]!)).toMatchObject({ state: "PAID", receipts: [{}] });
    const wrong = (await eventsOf(owed)).filter(({ kind }) => kind === "PAYMENT_STAMP_WRONG");
    expect(wrong).toEqual(flaw === "none" ? [] : [{ kind: "PAYMENT_STAMP_WRONG", citizen_id: null, office_id: expect.any(String) }]);
  });
});

describe("an authority that the administration names", () => {
  const name = async (pem: string): Promise<void> => void (await hub.sql(`update "administration" set "settings" = jsonb_set("settings", '{pagopa,stampAuthorities}', to_jsonb($1::text))`, [pem]));
  const nameNobody = () => hub.sql(`update "administration" set "settings" = "settings" #- '{pagopa,stampAuthorities}'`);
  afterEach(nameNobody);

  test("settles what was bought before, at the next start; another's sellers are not trusted, and the office is told once", async () => {
    const { owed } = await bought("none");
    await name(await authority());
    const trusting = await startHub({ beside: hub });
    try {
      await until("trusted", async () => (await stampsOf(owed["id"]!)).every(({ verdict }) => verdict === "GENUINE"));
    } finally {
      await trusting.close();
    }
    await nameNobody();
    const other = await bought("none");
    const { certificate } = await anotherAuthority("Un'altra CA");
    await name(certificate.toString());
    for (const _ of [1, 2]) {
      const wary = await startHub({ beside: hub });
      try {
        await until("not trusted", async () => (await stampsOf(other.owed["id"]!)).every(({ verdict }) => verdict === "UNTRUSTED"));
      } finally {
        await wary.close();
      }
    }
    expect((await eventsOf(other.owed)).filter(({ kind }) => kind === "PAYMENT_STAMP_WRONG")).toHaveLength(1);
    // What was found genuine is not looked at again.
    expect((await stampsOf(owed["id"]!)).map(({ verdict }) => verdict)).toEqual(["GENUINE", "GENUINE"]);
  });
});

test("one stamp for two documents is found out, and one at another price", async () => {
  const [owed, other] = [await oweForGround(ada), await oweForGround(ada)];
  for (const { noticeNumber } of [owed, other]) await atNode(hub, "pay", noticeNumber!);
  await until("looked at", async () => [...await stampsOf(owed["id"]!), ...await stampsOf(other["id"]!)].every(({ verdict }) => verdict));
  // Somebody bends what is kept: the same number twice, and what was to be paid.
  await hub.sql(`alter table "digital_stamp" disable trigger "digital_stamp_written_once"`);
  await hub.sql(`update "digital_stamp" set "verdict" = null, "serial_number" = (select "serial_number" from "digital_stamp" where "payment_id" = $1 and "transfer_index" = 2) where "payment_id" = $2 and "transfer_index" = 2`, [owed["id"]!.slice(4), other["id"]!.slice(4)]);
  await hub.sql(`update "digital_stamp" set "verdict" = null, "amount_cents" = 200 where "payment_id" = $1 and "transfer_index" = 3`, [other["id"]!.slice(4)]);
  await hub.sql(`update "digital_stamp" set "verdict" = null where "payment_id" = $1 and "transfer_index" = 2`, [owed["id"]!.slice(4)]);
  await hub.sql(`alter table "digital_stamp" enable trigger "digital_stamp_written_once"`);
  await (await startHub({ beside: hub })).close();
  await until("found out", async () => (await stampsOf(other["id"]!)).map(({ verdict }) => verdict).join() === "UNVERIFIED,OTHER_AMOUNT" && (await stampsOf(owed["id"]!))[0]!["verdict"] === "REPEATED");
});

test("the stamp stays as it came: what is held of it is all that may change", async () => {
  const { owed } = await bought("none");
  const key = owed["id"]!.slice(4);
  for (const change of [`"attachment" = 'x'`, `"serial_number" = 'x'`, `"stamped_hash" = 'x'`, `"receipt_id" = null`, `"bought_at" = now()`, `"province" = 'TO'`]) {
    await expect(hub.sql(`update "digital_stamp" set ${change} where "payment_id" = $1`, [key])).rejects.toThrow();
  }
  await hub.sql(`update "digital_stamp" set "verdict" = 'GENUINE' where "payment_id" = $1`, [key]);
});
