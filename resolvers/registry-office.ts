import { Arg, Ctx, FieldResolver, Int, Resolver } from "type-graphql";
import { orProblem } from "../operations/answer.ts";
import type { Hub } from "../operations/hub.ts";
import { listDeclarations } from "../operations/registry-office/list-declarations.ts";
import { showCodeTable } from "../operations/registry-office/show-code-table.ts";
import { showDeclaration } from "../operations/registry-office/show-declaration.ts";
import { Desk } from "../schema/desk.ts";
import { DeclarationsInput } from "../schema/registry-office.ts";

/** What the registry office asks of the national registry. */
@Resolver(() => Desk)
export class RegistryOfficeResolver {
  @FieldResolver()
  codeTable(@Arg("number", () => Int, { description: "Its number at the registry." }) number: number, @Ctx() hub: Hub): Promise<object> {
    return orProblem(hub, showCodeTable(hub, number));
  }

  @FieldResolver()
  declarations(@Arg("input", () => DeclarationsInput, { description: "Which ones." }) input: DeclarationsInput, @Ctx() hub: Hub): Promise<object> {
    return orProblem(hub, listDeclarations(hub, input));
  }

  @FieldResolver()
  declaration(@Arg("reference", () => String, { description: "Its number at the registry." }) reference: string, @Ctx() hub: Hub): Promise<object> {
    return orProblem(hub, showDeclaration(hub, reference));
  }
}
