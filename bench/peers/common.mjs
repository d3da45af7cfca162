// What every peer needs and would write the same way: its settings, who is signed in, and how it says that it is ready.
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import pg from "pg";

// Days stay text: as JavaScript dates they would move with the time zone.
pg.types.setTypeParser(1082, value => value);

/** What a peer is told by its environment. */
export const settings = { port: Number(process.env.PORT), databaseUrl: process.env.DATABASE_URL, poolSize: Number(process.env.POOL) };

export const openPool = () => new pg.Pool({ connectionString: settings.databaseUrl, max: settings.poolSize });

/** The one administration of the database. */
export async function administrationOf(pool) {
  const { rows } = await pool.query(`select "id" from "administration"`);
  return rows[0].id;
}

/** The hash under which a session's secret is kept, from the cookie. */
export const secretHash = cookie => {
  const secret = /(?:^|; )session=([^;]+)/.exec(cookie ?? "")?.[1];
  return secret === undefined ? undefined : createHash("sha256").update(secret).digest("base64url");
};

/** Who is signed in, and at which offices they work. */
export const sessionText = `
  select s."citizen_id" as "citizenId", array(select distinct a."office_id" from "staff_assignment" a where a."member_id" = s."staff_member_id") as "officeIds"
  from "session" s where s."secret_hash" = $1 and s."ended_at" is null and s."ends_at" > now() and s."seen_at" > now() - interval '30 minutes'`;

export async function callerOf(pool, cookie) {
  const hash = secretHash(cookie);
  if (hash === undefined) return null;
  const { rows } = await pool.query({ name: "session", text: sessionText, values: [hash] });
  return rows[0] ?? null;
}

export const writeCursor = values => Buffer.from(JSON.stringify(values)).toString("base64url");
export const readCursor = cursor => JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));

/** One row more than the page was read, to know whether more follows. */
export const pageOf = (rows, first) => ({ nodes: rows.slice(0, first), pageInfo: { hasNextPage: rows.length > first } });

/** Tells the process that started us that requests may come. */
export const ready = () => process.send({ ready: true });
