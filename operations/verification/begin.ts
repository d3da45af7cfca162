import type { EntityManager } from "@mikro-orm/postgresql";
import type { Application } from "../../entities/application.ts";
import { type CheckKind, RegistryCheck } from "../../entities/registry-check.ts";
import { HubError } from "../../kernel/errors.ts";
import { newId } from "../../kernel/ids.ts";
import type { Hub } from "../hub.ts";
import { verifyApplication, verifyLater } from "./verify.ts";

/** How long somebody who hands something in waits for the registry; past it their answer says that it is being verified. */
const waitMs = 3_000;

/** When what was left open is asked again: by then whoever began has given up. */
const againMs = 5_000;

/** Opens checks for an application that is being handed in, and has them done later should nobody come to it now. Part of its transaction. */
export async function openChecks({ administration, jobs }: Pick<Hub, "administration" | "jobs">, em: EntityManager, application: Application, kinds: readonly CheckKind[]): Promise<void> {
  if (kinds.length === 0) return;
  const [reference, askedAt] = [`${application.protocolYear}/${application.protocolNumber}`, application.submittedAt!];
  for (const kind of kinds) em.create(RegistryCheck, { id: newId(), administration: administration.id, application, kind, reference, state: "PENDING", askedAt });
  application.awaitVerification(askedAt);
  await jobs.enqueue(em, verifyLater, application.id, new Date(askedAt.getTime() + againMs));
}

/**
 * Tries the checks of an application that was handed in a moment ago. Whatever stands in the way, the application stands
 * and its checks are done later.
 */
export async function tryChecks(hub: Hub, applicationId: string): Promise<void> {
  const signal = AbortSignal.any([hub.signal, AbortSignal.timeout(waitMs)]);
  await verifyApplication(hub, applicationId, signal).catch((error: unknown) => {
    hub.log.info({ requestId: hub.requestId, code: error instanceof HubError ? error.code : "UNFINISHED" }, "an application is verified later");
  });
}
