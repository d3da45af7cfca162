import { afterAll, beforeAll, expect, test } from "@jest/globals";
import pg from "pg";
import type { AdministrationSettings } from "../../entities/administration.ts";
import { look, type Finding } from "../../scripts/doctor/finding.ts";
import { paperChecks } from "../../scripts/doctor/paper.ts";
import { settingsOf } from "../../server/settings.ts";
import { createDatabase, demonstrationTemplate, type TestDatabase } from "../helpers/postgres.ts";

let database: TestDatabase;
let sql: pg.Client;

beforeAll(async () => {
  database = await createDatabase(await demonstrationTemplate());
  sql = new pg.Client({ connectionString: database.url });
  await sql.connect();
});
afterAll(async () => {
  await sql.end();
  await database.drop();
});

/** What is found when the administration's settings say this of paper. */
async function found(paper: AdministrationSettings["paper"], pagopa: Partial<AdministrationSettings["pagopa"]> = {}): Promise<Finding> {
  await sql.query(`update "administration" set "settings" = "settings" || jsonb_build_object('paper', $1::jsonb, 'pagopa', ("settings"->'pagopa') || $2::jsonb)`, [paper ?? {}, pagopa]);
  const [check] = paperChecks(settingsOf({}), database.url);
  return look(check!);
}

// A whole PNG of one pixel.
const logo = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGNgYPgPAAEDAQAIicLsAAAAAElFTkSuQmCC";

test("nothing is missing where a specimen can be drawn", async () => {
  for (const paper of [{}, { department: "Settore Mobilità", interbankCode: "A0B1C", logo }]) expect(await found(paper)).toEqual({ good: true, says: "a specimen was drawn" });
});

test("what cannot be printed is named, with all of it at once", async () => {
  const { good, says, remedy } = await found({ department: "x".repeat(51), information: "y".repeat(101), logo: Buffer.from("no picture").toString("base64") });
  expect([good, says]).toEqual([false, "paper.department is longer than 50 characters; paper.information is longer than 100 characters; a specimen cannot be drawn: paper.logo is no PNG, or an interlaced one"]);
  expect(remedy).toContain("docs/connectors/pagopa.md");
});

test("a postal account needs the leave to print its slip", async () => {
  const account = { postalIban: "IT60X0760110200001630209310" };
  expect((await found({}, account)).says).toContain("postalAuthorisation");
  expect(await found({ postalAuthorisation: "AUT. DB/SISB/E 12345 DEL 01/02/2026" }, account)).toMatchObject({ good: true });
});
