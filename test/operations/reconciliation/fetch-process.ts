import { openFlowReporting } from "../../../connectors/pagopa/fdr.ts";
import { systemClock } from "../../../kernel/clock.ts";
import { silentLog } from "../../../kernel/log.ts";
import type { Hub } from "../../../operations/hub.ts";
import { fetchFlow } from "../../../operations/reconciliation/fetch-flow.ts";
import { openWorld } from "./world.ts";

/** Reads a flow in a process of its own, to be killed: told the database, the platform's address and the flow. */
const [database, url, flowId] = process.argv.slice(2);
if (!database || !url || !flowId) throw new Error("tell me the database, the platform and the flow");
const world = await openWorld(database);
const reporting = openFlowReporting({ url, subscriptionKey: "key" }, world.station.administration.fiscalCode, { clock: systemClock, log: silentLog });
await fetchFlow.perform({ ...world.hub(), connectors: { reporting } as Partial<Hub["connectors"]> as Hub["connectors"] }, flowId);
await world.close();
