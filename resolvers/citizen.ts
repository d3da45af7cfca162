import { Arg, Ctx, FieldResolver, Info, Mutation, Query, Resolver } from "type-graphql";
import { orProblem } from "../operations/answer.ts";
import { showSelf, ownAssurance, whoReadMyData } from "../operations/citizen/show-self.ts";
import { sendEmailConfirmation } from "../operations/citizen/send-email-confirmation.ts";
import { updateContacts } from "../operations/citizen/update-contacts.ts";
import { showDelegation } from "../operations/delegation/show-delegation.ts";
import type { Hub } from "../operations/hub.ts";
import { askedFields } from "../operations/read/asked.ts";
import type { FieldInfo } from "../operations/read/selection.ts";
import { showOwnHousehold, showOwnPerson } from "../operations/registry/show-person.ts";
import { CitizenType, SendEmailConfirmationInput, SendEmailConfirmationResult, SendEmailConfirmationSuccess, UpdateContactsInput, UpdateContactsResult, UpdateContactsSuccess } from "../schema/citizen.ts";
import { Allow } from "../schema/decorators.ts";

/** The person who is signed in. */
@Resolver(() => CitizenType)
export class CitizenResolver {
  @Allow("self")
  @Query(() => CitizenType, { description: "The person who is signed in." })
  me(@Ctx() hub: Hub, @Info() info: FieldInfo): Promise<unknown> {
    return showSelf(hub, info);
  }

  @FieldResolver()
  assurance(@Ctx() hub: Hub): string | null {
    return ownAssurance(hub);
  }

  @FieldResolver()
  delegation(@Ctx() hub: Hub): object | null {
    return showDelegation(hub);
  }

  @FieldResolver()
  actingFor(): object {
    return {};
  }

  @FieldResolver()
  person(@Ctx() hub: Hub, @Info() info: FieldInfo): Promise<object> {
    return orProblem(hub, showOwnPerson(hub, askedFields(info, "Person")));
  }

  @FieldResolver()
  household(@Ctx() hub: Hub, @Info() info: FieldInfo): Promise<object> {
    return orProblem(hub, showOwnHousehold(hub, askedFields(info, "Household")));
  }

  @FieldResolver()
  whoReadMyData(@Ctx() hub: Hub, @Info() info: FieldInfo): Promise<unknown> {
    return whoReadMyData(hub, info);
  }

  @Allow("self")
  @Mutation(() => UpdateContactsResult, { description: "Changes how the administration reaches the person." })
  updateContacts(@Arg("input", () => UpdateContactsInput, { description: "The new contacts." }) input: UpdateContactsInput, @Ctx() hub: Hub): Promise<object> {
    return orProblem(hub, updateContacts(hub, input));
  }

  @Allow("self")
  @Mutation(() => SendEmailConfirmationResult, { description: "Sends another link to confirm the e-mail address of the contacts." })
  sendEmailConfirmation(@Arg("input", () => SendEmailConfirmationInput, { description: "The key of the intent." }) input: SendEmailConfirmationInput, @Ctx() hub: Hub): Promise<object> {
    return orProblem(hub, sendEmailConfirmation(hub, input));
  }
}

/** The person after the change. */
@Resolver(() => UpdateContactsSuccess)
export class UpdateContactsSuccessResolver {
  @FieldResolver()
  citizen(@Ctx() hub: Hub, @Info() info: FieldInfo): Promise<unknown> {
    return showSelf(hub, info);
  }
}

/** The person to whom the link goes. */
@Resolver(() => SendEmailConfirmationSuccess)
export class SendEmailConfirmationSuccessResolver {
  @FieldResolver()
  citizen(@Ctx() hub: Hub, @Info() info: FieldInfo): Promise<unknown> {
    return showSelf(hub, info);
  }
}
