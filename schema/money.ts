import { Field, Int, ObjectType } from "type-graphql";
import { Text } from "./decorators.ts";

/** An amount. */
@ObjectType({ description: "An amount of money, in the smallest unit of its currency." })
export class Money {
  @Field(() => Int, { description: "Euro cents." })
  cents!: number;

  @Text("ISO 4217 code: always `EUR`.")
  currency!: string;
}

/** The SQL that shows a column of cents as Money. */
export const moneyFrom = (property: string) => ({ sql: (column: (property: string) => string) => `json_build_object('cents', ${column(property)}, 'currency', 'EUR')` });

/** The same for a column that may be empty. */
export const maybeMoneyFrom = (property: string) => ({ sql: (column: (property: string) => string) => `case when ${column(property)} is not null then ${moneyFrom(property).sql(column)} end` });
