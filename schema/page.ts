import { Extensions, Field, Int, ObjectType } from "type-graphql";
import { Costs, type HubExtensions } from "./decorators.ts";

/** Where a page stands in its list. */
@ObjectType({ description: "Where a page stands in its list (Relay)." })
export class PageInfo {
  @Field(() => Boolean, { description: "Whether more follows." })
  hasNextPage!: boolean;

  @Field(() => Boolean, { description: "Whether something comes before." })
  hasPreviousPage!: boolean;

  @Field(() => String, { nullable: true, description: "Cursor of the first item of the page: give it as `before` for the one before. Null on an empty page." })
  startCursor!: string | null;

  @Field(() => String, { nullable: true, description: "Cursor of the last item of the page: give it as `after` for the next. Null on an empty page." })
  endCursor!: string | null;
}

/** The connection (Relay) of a stored type: pages of it, with cursors, counted only when asked. */
export function connectionOf(name: string, node: () => object): new () => object {
  @ObjectType(`${name}Edge`, { description: `One ${name} in a page.` })
  class Edge {
    @Field(() => node() as never, { description: "What stands here." })
    node!: object;

    @Field(() => String, { description: "Its place in the list." })
    cursor!: string;
  }

  @Extensions({ nodes: name } satisfies HubExtensions)
  @ObjectType(`${name}Connection`, { description: `A page of a list of ${name}.` })
  class Connection {
    @Field(() => [Edge], { description: "The items with their cursors." })
    edges!: Edge[];

    @Field(() => [node() as never], { description: "The items alone." })
    nodes!: object[];

    @Field(() => PageInfo, { description: "Whether and where the list goes on." })
    pageInfo!: PageInfo;

    @Costs({ weight: 5 })
    @Field(() => Int, { description: "How many there are in all, under the same filter. Ask for it only when you show it: it is counted each time." })
    totalCount!: number;
  }
  return Connection;
}
