import { anpr } from "./anpr/index.ts";
import { io } from "./io/index.ts";
import { mail } from "./mail/index.ts";
import { pagopa } from "./pagopa/index.ts";
import { partner } from "./partner/index.ts";
import { pdnd } from "./pdnd/index.ts";
import { cie, spid } from "./spid/index.ts";
import type { Simulator } from "./world.ts";

/** Every outside system that the sandbox plays. A new one is a folder and a line here. */
export const simulators: readonly Simulator[] = [anpr, pdnd, spid, cie, pagopa, io, mail, partner];
