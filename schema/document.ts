import { ObjectType } from "type-graphql";
import { Text } from "./decorators.ts";

/** Something to print or keep. */
@ObjectType({ description: "A document to fetch over HTTP, with the same session or token that asked for it." })
export class PrintedDocument {
  @Text("Where it is served, to nobody but the caller.")
  url!: string;

  @Text("What kind of file it is: `application/pdf`.")
  mediaType!: string;
}
