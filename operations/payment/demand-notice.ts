import type { StationAnswer } from "../../connectors/pagopa/station.ts";
import type { Station } from "./station.ts";

/** Declines to make a notice for a service of the node's catalogue: the administration offers none there, so that whichever is named is not ours. */
export const demandNotice = ({ administration }: Station): StationAnswer =>
  ({ operation: "DEMAND_NOTICE", outcome: "KO", fault: "SEMANTIC", faultId: administration.fiscalCode, description: "Servizio non offerto dall'ente" });
