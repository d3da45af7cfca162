import { chown, lstat, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Account, commonFolder, mayEnter } from "./postgres-binaries.ts";

const prefix = "sportello-hub-";
const originFile = "origin";

const isThere = (path: string): Promise<boolean> => lstat(path).then(() => true, () => false);

/** Whether nobody points at a place any more: the folder it was made for is gone, or has another one since. */
async function isAbandoned(place: string): Promise<boolean> {
  const [made, origin] = await Promise.all([lstat(join(place, originFile)), readFile(join(place, originFile), "utf8")]);
  if (made.uid !== process.getuid?.()) return false;
  const kept = await readFile(join(origin, "cluster.json"), "utf8").catch(() => undefined);
  // Without that file the folder is gone, or its cluster is being made right now.
  return kept === undefined ? !(await isThere(origin)) : !kept.includes(JSON.stringify(join(place, "cluster")));
}

/** Removes the places of folders that are gone: whoever removes `.data` cannot know of them. */
async function sweepPlaces(): Promise<void> {
  for (const name of await readdir(commonFolder)) {
    const place = join(commonFolder, name);
    if (name.startsWith(prefix) && (await isAbandoned(place).catch(() => false))) await rm(place, { recursive: true, force: true });
  }
}

/**
 * The folder in which PostgreSQL keeps the files of a cluster: `dataDir`, or one of its own in /var/tmp when its account
 * cannot come as far as that. Such a place remembers for whom it was made, and goes at some later start once that is gone.
 */
export async function placeFor(dataDir: string, account: Account | undefined): Promise<string> {
  if (account === undefined || (await mayEnter(dataDir, account))) return dataDir;
  await sweepPlaces();
  const place = await mkdtemp(join(commonFolder, prefix));
  await writeFile(join(place, originFile), dataDir, { mode: 0o600 });
  await chown(place, account.uid, account.gid);
  return place;
}
