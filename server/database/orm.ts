import { MikroORM, type PostgreSqlDriver } from "@mikro-orm/postgresql";
import { Migrator } from "@mikro-orm/migrations";
import type pg from "pg";
import { entities } from "../../entities/index.ts";
import { migrations } from "../../entities/migrations/index.ts";
import { keepGivenUp, PreparingClient, PreparingDriver } from "./prepared.ts";

/** How to reach the database. */
export interface DatabaseOptions {
  readonly url: string;
  /** Connections for units of work. */
  readonly poolSize: number;
  /** The longest a statement may run, in milliseconds: past it the server cancels it. */
  readonly statementTimeoutMs: number;
  /** Hears of the pool for units of work, once it is made. */
  readonly onPool?: (pool: pg.Pool) => void;
}

const driver: typeof PostgreSqlDriver = PreparingDriver;

/** Opens the object-relational mapper: for writes, and for reads that take rows to decide by. Nothing is contacted yet. */
export const openOrm = ({ url, poolSize, statementTimeoutMs, onPool }: DatabaseOptions): Promise<MikroORM> =>
  MikroORM.init({
    driver,
    clientUrl: url,
    entities,
    extensions: [Migrator],
    migrations: { migrationsList: migrations, snapshot: false, silent: true, tableName: "migration" },
    pool: { min: 0, max: poolSize },
    onCreateConnection: connection => keepGivenUp(connection as Parameters<typeof keepGivenUp>[0]),
    forceUtcTimezone: true,
    driverOptions: { Client: PreparingClient, pipeline: true, statement_timeout: statementTimeoutMs, idle_in_transaction_session_timeout: statementTimeoutMs, connectionTimeoutMillis: 5_000, application_name: "sportello-hub", ...(onPool ? { onPoolCreated: onPool } : {}) },
    discovery: { warnWhenNoEntities: false },
    // No entity has filters of the ORM's.
    autoJoinRefsForFilters: false,
    debug: false,
    // What the ORM would tell the terminal is told by whoever calls it.
    logger: () => undefined,
  });
