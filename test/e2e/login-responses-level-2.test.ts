import { expect, test } from "@jest/globals";
import { ResponseTable, withoutRightCode } from "./response-table.ts";

const table = new ResponseTable();

table.test("spid", 2);
table.test("cie", 2);
table.testDocument();

test("a fiscal code that nobody can bear fails no sign-in: the provider's own code tells who it is, at every visit the same", async () => {
  const citizens = new Set<string>();
  for (let visit = 0; visit < 2; visit++) {
    const { surfer, page } = await table.answer(withoutRightCode, "spid", 2);
    expect(page.status).toBe(303);
    const { me } = await surfer.client.data("{ me { id fiscalCode } }");
    expect(me!["fiscalCode"]).toBeNull();
    citizens.add(String(me!["id"]));
  }
  expect(citizens.size).toBe(1);
  expect(await table.hub.sql(`select "spid_code" from "citizen" where "fiscal_code" is null and "spid_code" = 'UNOX0123456789'`)).toHaveLength(1);
});

test("without a right code of either kind the account is for one session, and never somebody else's", async () => {
  const [one, other] = [await table.answer(withoutRightCode, "cie", 2), await table.answer(withoutRightCode, "cie", 2)];
  const id = async ({ surfer }: typeof one) => (await surfer.client.data("{ me { id } }"))["me"]!["id"];
  expect(await id(one)).not.toBe(await id(other));
});

test("every answer to a request stands in the register, and every refusal in the log by the name of its check", async () => {
  expect((await table.testRecords()).length).toBeGreaterThan(10);
});
