import type { Clock } from "../../kernel/clock.ts";
import type { Log } from "../../kernel/log.ts";
import type { Bus } from "../event/bus.ts";
import type { AdministrationInfo } from "../hub.ts";
import type { RunStatement } from "../read/reader.ts";
import { gatherReceipts, type KeepReceipt } from "./gather-receipts.ts";
import type { Keeping } from "./keep-receipt.ts";
import { openNotices, type Notices } from "./notices.ts";

/** What a station is made of. */
export interface StationParts extends Keeping {
  /** Prepared reads. Of the primary: a notice that was paid a moment ago is not offered again. */
  readonly run: RunStatement;
  readonly administration: AdministrationInfo;
  readonly bus: Pick<Bus, "announce">;
  readonly clock: Clock;
  readonly log: Log;
}

/** What the pagoPA station of an administration works with. The node is no caller of the graph: it has no session and no slice. */
export interface Station extends Omit<StationParts, "run"> {
  readonly notices: Notices;
  readonly keepReceipt: KeepReceipt;
}

/** Puts a station together, once for a process. */
export const openStation = ({ run, ...parts }: StationParts): Station => ({ ...parts, notices: openNotices(run, parts.administration.id), keepReceipt: gatherReceipts(parts) });
