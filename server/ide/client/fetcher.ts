import { type Fetcher, createGraphiQLFetcher } from "@graphiql/toolkit";
import { createClient } from "graphql-ws";

/**
 * How GraphiQL asks the hub: queries over HTTP, subscriptions over graphql-transport-ws on the same path. The cookie of
 * the session goes along by itself; a partner's token goes in the header, and in the payload of the connection.
 */
export function createFetcher(endpoint: string, token: string | undefined): Fetcher {
  const headers = token === undefined ? undefined : { authorization: `Bearer ${token}` };
  const socket = new URL(endpoint, location.href);
  socket.protocol = socket.protocol.replace("http", "ws");
  return createGraphiQLFetcher({
    url: endpoint,
    ...(headers && { headers }),
    wsClient: createClient({ url: socket.href, lazy: true, ...(headers && { connectionParams: headers }) }),
  });
}
