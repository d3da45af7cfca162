import type pg from "pg";

/** The connections of a pool, and how many statements wait for one. */
export interface Connections {
  readonly open: number;
  readonly idle: number;
  readonly waiting: number;
}

/** Looks at a pool. */
export const connectionsOf = ({ totalCount, idleCount, waitingCount }: Pick<pg.Pool, "totalCount" | "idleCount" | "waitingCount">): Connections =>
  ({ open: totalCount, idle: idleCount, waiting: waitingCount });
