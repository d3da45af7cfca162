import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { Client, Json } from "../../helpers/client.ts";
import { startHub, type TestHub } from "../../helpers/hub.ts";

let hub: TestHub;
let ada: Client;
beforeAll(async () => {
  hub = await startHub();
  ada = await hub.citizen("ada.rossi");
});
afterAll(() => hub.close());

const update = (input: Readonly<Record<string, unknown>>): Promise<Json> => ada.mutate("updateContacts", input, "... on UpdateContactsSuccess { citizen { contacts { email phone } } }");

test("what is given is changed, what is left out stays, null takes it away", async () => {
  expect(await update({ email: "ada@example.org", phone: "+39 0171 444444" })).toMatchObject({ citizen: { contacts: { email: "ada@example.org", phone: "+39 0171 444444" } } });
  expect(await update({ email: "ada.nuova@example.org" })).toMatchObject({ citizen: { contacts: { email: "ada.nuova@example.org", phone: "+39 0171 444444" } } });
  expect(await update({ phone: null })).toMatchObject({ citizen: { contacts: { email: "ada.nuova@example.org", phone: null } } });
});

test.each(["", "      ", "12345", "+", "++390171444444", "0171-444444", "0".repeat(21), "1 2 3 4 5", "numero"])("%j is no telephone number", async phone => {
  expect(await update({ phone })).toMatchObject({ __typename: "InvalidInput", code: "INVALID_INPUT", path: ["input", "phone"] });
});
