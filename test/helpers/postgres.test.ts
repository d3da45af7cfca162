import { expect, test } from "@jest/globals";
import pg from "pg";
import { createDatabase, templateDatabase } from "./postgres.ts";

async function query(url: string, text: string): Promise<unknown[]> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

test("a template is prepared once, however many ask, and each copy is its own", async () => {
  let prepared = 0;
  const prepare = async (url: string) => {
    prepared += 1;
    await query(url, "create table things as select 1 as n");
  };
  const names = await Promise.all([1, 2, 3].map(() => templateDatabase("helper_test", prepare)));
  expect(prepared).toBe(1);
  const [one, other] = await Promise.all([createDatabase(names[0]), createDatabase(names[1])]);
  await query(one.url, "insert into things values (2)");
  expect(await query(one.url, "select n from things order by n")).toEqual([{ n: 1 }, { n: 2 }]);
  expect(await query(other.url, "select n from things")).toEqual([{ n: 1 }]);
  await Promise.all([one.drop(), other.drop()]);
  await expect(query(one.url, "select 1")).rejects.toMatchObject({ code: "3D000" });
});

test("a template whose preparation failed is prepared again", async () => {
  await expect(templateDatabase("helper_failing", () => Promise.reject(new Error("no seeds")))).rejects.toThrow("no seeds");
  const name = await templateDatabase("helper_failing", async url => void (await query(url, "create table things as select 3 as n")));
  const database = await createDatabase(name);
  expect(await query(database.url, "select n from things")).toEqual([{ n: 3 }]);
  await database.drop();
});
