import pg from "pg";
import type { Log } from "../../kernel/log.ts";

/** Where to listen, and as whom. */
export interface EarOptions {
  readonly url: string;
  readonly channel: string;
  /** Names the connection to whoever looks at the database. */
  readonly name: string;
  readonly log: Log;
}

/** A connection that listens. */
export interface Ear {
  close(): Promise<void>;
}

const pauseMs = 250;

/**
 * Keeps one connection listening on a channel of the database, and anew when it is lost. `woken` is called with the payload
 * of each notification, and with undefined whenever listening begins: something may have been missed before. Throws when it
 * cannot begin the first time.
 */
export async function listenOn({ url, channel, name, log }: EarOptions, woken: (payload: string | undefined) => void): Promise<Ear> {
  let closed = false;
  let present = await connected();

  async function connected(): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: url, application_name: name, keepAlive: true, connectionTimeoutMillis: 5_000 });
    client.on("error", () => undefined);
    client.on("notification", ({ payload }) => woken(payload));
    try {
      await client.connect();
      await client.query(`listen ${pg.escapeIdentifier(channel)}`);
    } catch (error) {
      client.end().catch(() => undefined);
      throw error;
    }
    client.once("end", () => void again());
    woken(undefined);
    return client;
  }

  /** One attempt after the other, until it listens again. */
  async function again(): Promise<void> {
    while (!closed) {
      try {
        present = await connected();
        // Closed while it was connecting: this one is ours to end too.
        if (closed) await present.end();
        return;
      } catch (error) {
        log.warn({ channel, failure: (error as Error).name }, "lost the ear at the database; trying again");
        await new Promise(resolve => setTimeout(resolve, pauseMs));
      }
    }
  }

  return {
    async close() {
      closed = true;
      await present.end().catch(() => undefined);
    },
  };
}
