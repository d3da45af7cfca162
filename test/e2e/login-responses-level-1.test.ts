import { expect, test } from "@jest/globals";
import { ResponseTable } from "./response-table.ts";

const table = new ResponseTable();

table.test("spid", 1);
table.testDocument();

test("every answer to a request stands in the register, and every refusal in the log by the name of its check", async () => {
  expect(await table.testRecords()).toEqual(expect.arrayContaining(["TOO_MANY_ATTEMPTS", "LEVEL_NOT_AVAILABLE", "TIMED_OUT", "CONSENT_DENIED", "IDENTITY_SUSPENDED", "CANCELLED"]));
});
