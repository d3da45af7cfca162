import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { seedDemonstration } from "../../entities/seeds/demonstration.ts";
import { silentLog } from "../../kernel/log.ts";
import { type EmbeddedPostgres, startEmbedded } from "../../server/database/embedded.ts";
import { migrate } from "../../server/database/migrate.ts";
import type { Client, Json } from "../helpers/client.ts";
import { startHub, type TestHub } from "../helpers/hub.ts";
import { bookable, type Bookable } from "../operations/appointment/appointment.ts";

/**
 * PostgreSQL is stopped as a crash would and started again, under the load of thirty workers. With kysely before 0.29.9
 * each of them hung for ever with its connection; package.json holds the version by an override.
 */
let folder: string;
let postgres: EmbeddedPostgres;
let hub: TestHub;
let citizens: Client[];
let what: Bookable;

beforeAll(async () => {
  // Not a temporary one: those do not wait for the disk, and a crash may take from them what was acknowledged.
  folder = await mkdtemp(join(tmpdir(), "sportello-hub-failure-"));
  postgres = await startEmbedded({ dataDir: folder, log: silentLog });
  await migrate(postgres.url, async em => {
    await seedDemonstration(em, { partnerJwksUri: "http://localhost:1/jwks.json" });
    // Five people are thirty workers here, and hold more than anybody may.
    await em.execute(`update "administration" set "settings" = jsonb_set("settings", '{booking,heldAtOnce}', '1000000')`);
  });
  hub = await startHub({ databaseUrl: postgres.url });
  citizens = await Promise.all(["ada.rossi", "bruno.ferrero", "elena.giordano", "ioana.popescu", "amadou.diop"].map(username => hub.citizen(username)));
  what = await bookable(hub.visitor, hub.clock.now());
}, 60_000);
afterAll(async () => {
  await hub.close();
  const { directory } = JSON.parse(await readFile(join(folder, "cluster.json"), "utf8")) as { readonly directory: string };
  await postgres.stop();
  // As root the cluster stands in a folder of its own, which PostgreSQL's account can reach.
  for (const place of new Set([folder, dirname(directory)])) await rm(place, { recursive: true, force: true });
});

const holdSlot = `mutation ($input: HoldSlotInput!) { result: holdSlot(input: $input) { __typename ... on HoldSlotSuccess { appointment { id } } } }`;
const catalogue = `{ services(first: 5) { nodes { id title offices { name } } } }`;

/** One request, which must be answered whatever happens: its data, or undefined when the hub said that it could not. */
async function ask(client: Client, query: string, variables?: Readonly<Record<string, unknown>>): Promise<Json | undefined> {
  const late = new Promise<never>((_, reject) => setTimeout(() => reject(new Error("a request hung")), 100_000).unref());
  const { data, errors } = await Promise.race([client.ask(query, variables), late]);
  return errors.length === 0 ? data : undefined;
}

test("after PostgreSQL restarted under thirty workers all of them go on, none hangs, and nothing that was acknowledged is lost", async () => {
  const acknowledged: string[] = [];
  let refused = 0;
  let running = true;
  let slot = 0;
  const recovered = new Set<number>();
  let restarted = false;

  const worker = async (number: number): Promise<void> => {
    const client = citizens[number % citizens.length]!;
    while (running) {
      slot += 1;
      const writes = number % 3 > 0;
      const input = { service: what.service, office: what.office, startsAt: what.times[slot % what.times.length]!.startsAt, idempotencyKey: crypto.randomUUID() };
      const data = await (writes ? ask(client, holdSlot, { input }) : ask(client, catalogue));
      if (!data) refused += 1;
      const id = data?.["result"]?.["appointment"]?.["id"];
      if (id) acknowledged.push(id.slice(4));
      if (data && restarted) recovered.add(number);
      // A refusal comes at once while the database is away: nobody asks again without a breath.
      if (!data) await new Promise(resolve => setTimeout(resolve, 50));
    }
  };
  const workers = Array.from({ length: 30 }, (_, number) => worker(number));
  for (const end = Date.now() + 60_000; acknowledged.length === 0 && Date.now() < end;) await new Promise(resolve => setTimeout(resolve, 20));
  const before = acknowledged.length;
  await postgres.restart("immediate");
  restarted = true;
  for (const end = Date.now() + 60_000; recovered.size < 30 && Date.now() < end;) await new Promise(resolve => setTimeout(resolve, 20));
  running = false;
  await Promise.all(workers);

  expect(before).toBeGreaterThan(0);
  expect(recovered.size).toBe(30);
  expect(refused).toBeGreaterThan(0);
  const kept = new Set((await hub.sql<{ id: string }>(`select "id" from "appointment"`)).map(({ id }) => id));
  expect(acknowledged.filter(id => !kept.has(id))).toEqual([]);
  expect(kept.size).toBeGreaterThanOrEqual(acknowledged.length);
  // A commit whose answer was lost has its record: whoever asks again with the same key gets the same appointment.
  const [records] = await hub.sql<{ n: number }>(`select count(*)::int as n from "idempotency_record" where "mutation" = 'holdSlot'`);
  expect(records!.n).toBe(kept.size);
  expect((await fetch(`${hub.url}/readyz`)).status).toBe(200);
}, 60_000);

test("live updates go on over a restart without loss, on the socket that was open", async () => {
  const listener = citizens[0]!.listen(`subscription ($after: Cursor) { myUpdates(after: $after) { ... on Event { cursor } ... on AppointmentChanged { kind appointment { id } } } }`, { after: await hub.position() });
  const held = async (place: number): Promise<string> => (await citizens[0]!.data(holdSlot, { input: { service: what.service, office: what.office, startsAt: what.times[place]!.startsAt, idempotencyKey: crypto.randomUUID() } }))["result"]!["appointment"]?.["id"] ?? held(place + 7);
  const book = async (appointment: string): Promise<unknown> => citizens[0]!.mutate("bookAppointment", { appointment });
  const [one, other] = [await held(40), await held(60)];
  await book(one);
  await listener.count(1);
  await postgres.restart("immediate");
  const until = Date.now() + 60_000;
  while (Date.now() < until && (await fetch(`${hub.url}/readyz`)).status !== 200) await new Promise(resolve => setTimeout(resolve, 50));
  await book(other);
  const events = await listener.count(2);
  expect(events.map(({ appointment }) => appointment!["id"])).toEqual([one, other]);
  await listener.stop();
}, 60_000);
