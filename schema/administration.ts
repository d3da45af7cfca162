import { ObjectType } from "type-graphql";
import { Administration } from "../entities/administration.ts";
import { Id, Stored, Text } from "./decorators.ts";
import { NodeType } from "./node.ts";

/** Whose counter this is. */
@Stored({ entity: () => Administration, idPrefix: "adm" })
@ObjectType("Administration", { description: "The public administration whose counter this is.", implements: NodeType })
export class AdministrationType {
  @Id()
  id!: string;

  @Text("Its name.")
  name!: string;

  @Text("Its code in the index of public administrations (IPA).")
  ipaCode!: string;

  @Text("Its own fiscal code, eleven digits.")
  fiscalCode!: string;

  @Text("ISTAT code of the municipality.")
  istatCode!: string;
}
