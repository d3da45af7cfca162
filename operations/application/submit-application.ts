import type { EntityManager } from "@mikro-orm/postgresql";
import type { Application } from "../../entities/application.ts";
import type { CheckKind } from "../../entities/registry-check.ts";
import { Service } from "../../entities/service.ts";
import { problem } from "../../entities/problem.ts";
import type { Hub } from "../hub.ts";
import { once, type Outcome } from "../once.ts";
import { requestPayment } from "../payment/request-payment.ts";
import { tryChecks } from "../verification/begin.ts";
import { checksOfCategory, checksOfForm } from "../verification/needed.ts";
import { applicantOf } from "./acting.ts";
import { assertAssurance } from "./assurance.ts";
import { duesOf } from "./dues.ts";
import { findOwnApplication } from "./find-own.ts";
import { assertAnswers } from "./form.ts";
import { begin, register } from "./register.ts";
import { assertEligible, completeDetails } from "./ztl.ts";

/**
 * Hands a draft in: number in the register, due date, and where a fee is due, its notice; work begins when it is paid, or
 * at once when nothing is due. Where the administration has the payment come first, the draft is handed in by it
 * (`hand-in-paid.ts`). What it rests on and the national registry knows is looked up then, or as soon as the
 * registry answers: the application stands either way, and its term runs from now. Throws NOT_FOUND, WRONG_STATE,
 * NOT_ELIGIBLE, INVALID_INPUT, ASSURANCE_TOO_LOW.
 */
export const submitApplication = (hub: Hub, input: Submitting) =>
  once<HandedIn>(hub, "submitApplication", input, async commit => {
    if (input.province != null && !/^[A-Z]{2}$/.test(input.province)) throw problem("INVALID_INPUT", { path: ["input", "province"], reason: "PROVINCE" });
    const done = await commit(em => handIn(hub, em, input));
    await tryChecks(hub, done.applicationId);
    return done;
  });

interface Submitting {
  readonly application: string;
  /** Two letters: where whoever pays lives, for the stamps; the administration's own where nothing is said. */
  readonly province?: string | null;
  readonly idempotencyKey: string;
}

type HandedIn = Outcome & { readonly applicationId: string };

async function handIn(hub: Hub, em: EntityManager, { application: globalId, province }: Submitting): Promise<HandedIn> {
  const application = await findOwnApplication(hub, em, globalId);
  application.assertDraft();
  const service = await em.findOneOrFail(Service, application.service.id);
  assertAssurance(hub, service.assurance);
  const { fee, checks } = await needsOf(hub, em, application, service);
  if (hub.administration.settings.pagopa.paidFirst?.includes(service.slug)) {
    const dues = duesOf(hub, application, service, fee);
    if (dues) {
      application.awaitPayment(hub.clock.now(), applicantOf(hub.caller));
      await requestPayment(hub, em, application, dues, province ?? undefined);
      return { __typename: "SubmitApplicationSuccess", applicationId: application.id };
    }
  }
  await register(hub, em, { application, service, checks, by: applicantOf(hub.caller) });
  const dues = duesOf(hub, application, service, fee);
  if (dues) await requestPayment(hub, em, application, dues, province ?? undefined);
  else begin(hub, em, application);
  return { __typename: "SubmitApplicationSuccess", applicationId: application.id };
}

interface Needs {
  /** What is due by the rules of its kind, in cents. */
  readonly fee?: number;
  /** What is to be looked up in the registry. */
  readonly checks: readonly CheckKind[];
}

/** Checks that the draft can be handed in, and says what that takes. */
async function needsOf(hub: Hub, em: EntityManager, application: Application, service: Service): Promise<Needs> {
  if (application.kind === "GENERIC") {
    assertAnswers(service.form ?? {}, application.details);
    return { checks: await checksOfForm(em, application) };
  }
  const category = assertEligible(hub, completeDetails(application));
  return { checks: checksOfCategory(category), fee: hub.administration.settings.amounts[category.ground === "RESIDENCE" ? "fee.ztl-resident-permit" : "fee.ztl-other-permit"] ?? 0 };
}
