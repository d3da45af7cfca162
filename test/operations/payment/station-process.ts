import Fastify from "fastify";
import { registerStation } from "../../../server/web/station.ts";
import { openStation, wire } from "./station-world.ts";

/** A station in a process of its own, told the database: it says the address where it listens, and kills itself after so many answers. */
const [url, answers] = process.argv.slice(2);
if (!url) throw new Error("tell me the database");
const app = Fastify();
let left = Number(answers);
app.addHook("onResponse", async () => void (--left === 0 && process.kill(process.pid, "SIGKILL")));
registerStation(app, { station: await openStation(url), wire, client: { by: "NOBODY" } });
process.stdout.write(`${await app.listen({ port: 0, host: "127.0.0.1" })}\n`);
