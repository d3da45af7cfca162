import type { EntityManager } from "@mikro-orm/postgresql";
import { Application, type ZtlPermitDetails } from "../../entities/application.ts";
import type { CheckKind } from "../../entities/registry-check.ts";
import { Service } from "../../entities/service.ts";
import { forUpdate } from "../once.ts";
import { checksOfCategory, checksOfForm } from "../verification/needed.ts";
import { begin, register, type Registering } from "./register.ts";
import { categoryOf } from "./ztl.ts";

/**
 * Hands in what waited for its payment, and lets the office begin: part of the transaction that keeps the receipt. What was
 * complete when its payment was asked for is not judged again: it is paid, and the rest is for the office to weigh. Nothing
 * happens to one that does not wait any more.
 */
export async function handInPaid(hub: Registering, em: EntityManager, applicationId: string): Promise<void> {
  const application = await em.findOneOrFail(Application, applicationId, forUpdate);
  if (application.state !== "AWAITING_PAYMENT") return;
  const service = await em.findOneOrFail(Service, application.service.id);
  await register(hub, em, { application, service, checks: await checksOf(hub, em, application) });
  begin(hub, em, application);
}

async function checksOf(hub: Registering, em: EntityManager, application: Application): Promise<readonly CheckKind[]> {
  if (application.kind === "GENERIC") return checksOfForm(em, application);
  const category = categoryOf(hub, application.details as ZtlPermitDetails);
  return category ? checksOfCategory(category) : [];
}
