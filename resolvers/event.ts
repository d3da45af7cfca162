import { Arg, Ctx, FieldResolver, ID, Info, Resolver, Root, Subscription } from "type-graphql";
import { showApplication } from "../operations/application/show-application.ts";
import { showAppointment } from "../operations/appointment/show-appointment.ts";
import { listenAsCitizen, listenAtDesk, listenToReconciliation } from "../operations/event/listen.ts";
import type { Hub } from "../operations/hub.ts";
import { showPayment } from "../operations/payment/show-payment.ts";
import type { FieldInfo } from "../operations/read/selection.ts";
import { showDay } from "../operations/reconciliation/days.ts";
import { showDiscrepancy, showFlow } from "../operations/reconciliation/show.ts";
import { Allow } from "../schema/decorators.ts";
import { ApplicationChanged, AppointmentChanged, CitizenEvent, DeskEvent, PaymentChanged } from "../schema/event.ts";
import { DayChanged, DiscrepancyChanged, FlowChanged, ReconciliationEvent } from "../schema/reconciliation-event.ts";
import { CursorScalar } from "../schema/scalars.ts";

const cursor = { nullable: true, description: "Cursor of the last event handled: what came after it is delivered first, nothing is lost. Without it, from now on." } as const;

/** What type-graphql hands to the opening of a stream. */
interface Opening {
  readonly context: Hub;
  readonly args: { readonly after?: string | null; readonly offices?: readonly string[] | null };
}

/** Live updates. */
@Resolver()
class EventResolver {
  @Allow("self")
  @Subscription(() => CitizenEvent, {
    description: "What happens to the caller's own applications, appointments and payments.",
    subscribe: ({ context, args }: Opening) => listenAsCitizen(context, args.after),
  })
  myUpdates(@Root() event: object, @Arg("after", () => CursorScalar, cursor) _after: string | null): object {
    return event;
  }

  @Allow("desk")
  @Subscription(() => DeskEvent, {
    description: "What happens in the caller's offices.",
    subscribe: ({ context, args }: Opening) => listenAtDesk(context, args.offices, args.after),
  })
  deskUpdates(
    @Root() event: object,
    @Arg("offices", () => [ID], { nullable: true, description: "Only these offices; without it, all of the caller's." }) _offices: string[] | null,
    @Arg("after", () => CursorScalar, cursor) _after: string | null,
  ): object {
    return event;
  }

  @Allow("desk:reconciliation")
  @Subscription(() => ReconciliationEvent, {
    description: "What happens in reconciliation: flows that were read or could not be, discrepancies that appear or are resolved, days that tie or do not.",
    subscribe: ({ context, args }: Opening) => listenToReconciliation(context, args.after),
  })
  reconciliationUpdates(@Root() event: object, @Arg("after", () => CursorScalar, cursor) _after: string | null): object {
    return event;
  }
}

/** What an event is about, read again under the listener's permission. */
@Resolver(() => AppointmentChanged)
class AppointmentChangedResolver {
  @FieldResolver()
  appointment(@Root() { appointmentId }: { appointmentId: string }, @Ctx() hub: Hub, @Info() info: FieldInfo): Promise<unknown> {
    return showAppointment(hub, appointmentId, info);
  }
}

/** What an event is about, read again under the listener's permission. */
@Resolver(() => ApplicationChanged)
class ApplicationChangedResolver {
  @FieldResolver()
  application(@Root() { applicationId }: { applicationId: string }, @Ctx() hub: Hub, @Info() info: FieldInfo): Promise<unknown> {
    return showApplication(hub, applicationId, info);
  }
}

/** What an event is about, read again under the listener's permission. */
@Resolver(() => PaymentChanged)
class PaymentChangedResolver {
  @FieldResolver()
  payment(@Root() { paymentId }: { paymentId: string }, @Ctx() hub: Hub, @Info() info: FieldInfo): Promise<unknown> {
    return showPayment(hub, paymentId, info);
  }
}

/** What an event is about, read again under the listener's permission. */
@Resolver(() => FlowChanged)
class FlowChangedResolver {
  @FieldResolver()
  flow(@Root() { flowId }: { flowId: string }, @Ctx() hub: Hub, @Info() info: FieldInfo): Promise<unknown> {
    return showFlow(hub, flowId, info);
  }
}

/** What an event is about, read again under the listener's permission. */
@Resolver(() => DiscrepancyChanged)
class DiscrepancyChangedResolver {
  @FieldResolver()
  discrepancy(@Root() { discrepancyId }: { discrepancyId: string }, @Ctx() hub: Hub, @Info() info: FieldInfo): Promise<unknown> {
    return showDiscrepancy(hub, discrepancyId, info);
  }
}

/** What an event is about, worked out again. */
@Resolver(() => DayChanged)
class DayChangedResolver {
  @FieldResolver()
  day(@Root() { dayId }: { dayId: string }, @Ctx() hub: Hub): Promise<object | null> {
    return showDay(hub, dayId);
  }
}

export const eventResolvers = [EventResolver, AppointmentChangedResolver, ApplicationChangedResolver, PaymentChangedResolver, FlowChangedResolver, DiscrepancyChangedResolver, DayChangedResolver] as const;
