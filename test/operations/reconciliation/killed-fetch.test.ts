import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { openWorld, type World } from "./world.ts";

const name = "2026-07-02PSPTEST1-0000000001";
const [pages, perPage] = [12, 25];
const total = pages * perPage;

let world: World;
let platform: Server;
let url: string;
/** The pages that were asked for, and what is to happen when one is. */
const asked: number[] = [];
let atPage: (page: number) => void = () => undefined;
const children: ChildProcess[] = [];

const payment = (index: number) => ({ index, iuv: String(index).padStart(17, "0"), iur: `iur-${index}`, idTransfer: 1, pay: index / 100, payStatus: "EXECUTED", payDate: "2026-07-01T08:00:00Z" });
const sumCents = (total * (total + 1)) / 2;

beforeAll(async () => {
  world = await openWorld();
  platform = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url!, "http://platform");
    const answer = (body: object) => response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
    if (!pathname.endsWith("/payments")) {
      answer({ fdr: name, revision: 1, regulation: "TRN", regulationDate: "2026-07-02", sender: { pspName: "Banca di prova" }, totPayments: total, sumPayments: sumCents / 100, computedTotPayments: total });
      return;
    }
    const page = Number(searchParams.get("page"));
    asked.push(page);
    atPage(page);
    const data = Array.from({ length: perPage }, (_, place) => payment((page - 1) * perPage + place + 1));
    setTimeout(() => answer({ metadata: { pageNumber: page, totPage: pages }, data }), 10);
  }).listen(0, "127.0.0.1");
  await once(platform, "listening");
  url = `http://127.0.0.1:${(platform.address() as AddressInfo).port}`;
});

afterAll(async () => {
  for (const child of children) child.kill("SIGKILL");
  platform.closeAllConnections();
  platform.close();
  await world.close();
});

function start(flowId: string): ChildProcess {
  const child = spawn(process.execPath, ["--experimental-transform-types", "--no-warnings", join(import.meta.dirname, "fetch-process.ts"), world.station.url, url, flowId], { stdio: "inherit" });
  children.push(child);
  return child;
}

test("a process killed while it reads a flow leaves whole pages, and the next goes on after them: every payment is there once", async () => {
  const [flow] = await world.sql<{ id: string }>(`insert into "flow" ("id", "administration_id", "psp_id", "name", "revision", "published_at", "state", "pages", "failures", "created_at", "version")
    values (gen_random_uuid(), ?, 'PSPTEST1', ?, 1, '2026-07-02', 'WAITING', 0, 0, '2026-07-02', 1) returning "id"`, [world.station.administration.id, name]);
  for (const killAt of [3, 7, 8]) {
    const victim = start(flow!.id);
    const killed = once(victim, "exit");
    atPage = page => {
      if (page === killAt) victim.kill("SIGKILL");
    };
    await killed;
    const [left] = await world.sql<{ state: string; pages: number; count: string }>(`select f."state", f."pages", (select count(*) from "flow_payment" l where l."flow_id" = f."id") as "count" from "flow" f`);
    expect(left).toEqual({ state: "WAITING", pages: killAt - 1, count: String((killAt - 1) * perPage) });
  }
  atPage = () => undefined;
  const [code] = (await once(start(flow!.id), "exit")) as [number];
  expect(code).toBe(0);
  expect(asked).toEqual([1, 2, 3, 3, 4, 5, 6, 7, 7, 8, 8, 9, 10, 11, 12]);
  expect(await world.sql(`select f."state", f."payments_cents", count(*) as "count", count(distinct l."index") as "places", min(l."index") as "first", max(l."index") as "last" from "flow" f join "flow_payment" l on l."flow_id" = f."id" group by f."id"`))
    .toEqual([{ state: "COMPLETE", payments_cents: String(sumCents), count: String(total), places: String(total), first: 1, last: total }]);
}, 120_000);
