import { Arg, Ctx, FieldResolver, Info, Mutation, Resolver, Root } from "type-graphql";
import { orProblem } from "../operations/answer.ts";
import { bookAppointment } from "../operations/appointment/book-appointment.ts";
import { cancelAppointment } from "../operations/appointment/cancel-appointment.ts";
import { holdSlot } from "../operations/appointment/hold-slot.ts";
import { showWrittenAppointment } from "../operations/appointment/show-appointment.ts";
import type { Hub } from "../operations/hub.ts";
import type { FieldInfo } from "../operations/read/selection.ts";
import {
  AppointmentType, BookAppointmentInput, BookAppointmentResult, BookAppointmentSuccess, CancelAppointmentInput, CancelAppointmentResult, CancelAppointmentSuccess,
  HoldSlotInput, HoldSlotResult, HoldSlotSuccess,
} from "../schema/appointment.ts";
import { Allow } from "../schema/decorators.ts";

/** Booking. */
@Resolver()
export class AppointmentResolver {
  @Allow("booking")
  @Mutation(() => HoldSlotResult, { description: "Keeps a free time for some minutes, so that nobody else takes it while the person confirms." })
  holdSlot(@Arg("input", () => HoldSlotInput, { description: "Which time." }) input: HoldSlotInput, @Ctx() hub: Hub): Promise<object> {
    return orProblem(hub, holdSlot(hub, input));
  }

  @Allow("booking")
  @Mutation(() => BookAppointmentResult, { description: "Confirms a held time." })
  bookAppointment(@Arg("input", () => BookAppointmentInput, { description: "Which held time, and about what." }) input: BookAppointmentInput, @Ctx() hub: Hub): Promise<object> {
    return orProblem(hub, bookAppointment(hub, input));
  }

  @Allow("booking")
  @Mutation(() => CancelAppointmentResult, { description: "Gives an appointment back." })
  cancelAppointment(@Arg("input", () => CancelAppointmentInput, { description: "Which appointment." }) input: CancelAppointmentInput, @Ctx() hub: Hub): Promise<object> {
    return orProblem(hub, cancelAppointment(hub, input));
  }
}

const shown = (success: () => object) => {
  @Resolver(success as never)
  class SuccessResolver {
    @FieldResolver(() => AppointmentType, { description: "The appointment as it stands now." })
    appointment(@Root() { appointmentId }: { appointmentId: string }, @Ctx() hub: Hub, @Info() info: FieldInfo): Promise<unknown> {
      return showWrittenAppointment(hub, appointmentId, info);
    }
  }
  return SuccessResolver;
};

/** The appointment of each success, read after the write. */
export const appointmentSuccessResolvers = [shown(() => HoldSlotSuccess), shown(() => BookAppointmentSuccess), shown(() => CancelAppointmentSuccess)];
