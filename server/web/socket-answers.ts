import { GraphQLError, type GraphQLFormattedError } from "graphql";
import { remembered } from "../../kernel/remember.ts";
import type { Answer } from "../graph/execute.ts";

/** An error as the library wants it, which is sent as it was formatted. */
export const said = (formatted: GraphQLFormattedError): GraphQLError => Object.defineProperty(new GraphQLError(formatted.message), "toJSON", { value: () => formatted });

/** An answer as the library wants it: data and errors, and nothing that only transports need to know. */
export const spoken = ({ data, errors }: Answer): object => ({ ...(data === undefined ? {} : { data }), ...(errors ? { errors: errors.map(said) } : {}) });

/** Where the answers of one subscription go. */
export interface Way {
  /** The subscription's name on its socket. */
  readonly id: string;
  /** Sends a message, and is done when the next may be sent. */
  readonly send: (message: string) => Promise<void>;
  /** Lets go of what the subscription holds; called at least once, however it ends. */
  readonly leave: () => void;
}

/**
 * Makes what sends the answers of subscriptions: to the library a stream that ends, and gives it nothing to send. What many
 * listeners share is written once, and not once for each as the library would.
 */
export function createSending(): (answers: AsyncIterableIterator<Answer>, way: Way) => AsyncIterableIterator<never> {
  const textOf = remembered(({ data, errors }: Answer) => JSON.stringify({ data, errors }));
  return (answers, { id, send, leave }) => {
    const head = `{"id":${JSON.stringify(id)},"type":"next","payload":`;
    const done = { done: true, value: undefined } as const;
    return {
      async next() {
        try {
          for (let step = await answers.next(); !step.done; step = await answers.next()) await send(`${head}${textOf(step.value)}}`);
        } finally {
          // A socket that takes no more leaves as well: nobody would ask for the rest.
          leave();
          await answers.return?.();
        }
        return done;
      },
      async return() {
        // Also while the next event is waited for.
        leave();
        await answers.return?.();
        return done;
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  };
}
