import { InterfaceType } from "type-graphql";
import { Id } from "./decorators.ts";

/** Whatever has an id. */
@InterfaceType("Node", { description: "Something with a global id, to be asked again by `node(id:)`. Each time it is decided anew whether the caller may see it." })
export abstract class NodeType {
  @Id()
  id!: string;
}
