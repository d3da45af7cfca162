import WebSocket from "ws";
import { Heard } from "./heard.ts";

/** A message of graphql-transport-ws. */
export interface Message {
  readonly type: string;
  readonly id?: string;
  readonly payload?: unknown;
}

/** A socket on which anything may be sent. */
export class BareSocket {
  readonly ws: WebSocket;
  private readonly heard = new Heard<Message>();
  closed: { readonly code: number; readonly reason: string } | undefined;

  constructor(url: string, headers: Readonly<Record<string, string>>) {
    this.ws = new WebSocket(url, "graphql-transport-ws", { headers });
    this.ws.on("message", data => this.heard.add(JSON.parse((data as Buffer).toString()) as Message));
    this.ws.on("close", (code, reason) => {
      this.closed = { code, reason: reason.toString() };
      this.heard.wake();
    });
    this.ws.on("error", () => undefined);
  }

  get messages(): readonly Message[] {
    return this.heard.items;
  }

  send(message: Message | string): void {
    this.ws.send(typeof message === "string" ? message : JSON.stringify(message));
  }

  subscribe(id: string, query: string, variables?: Readonly<Record<string, unknown>>): void {
    this.send({ type: "subscribe", id, payload: { query, ...(variables ? { variables } : {}) } });
  }

  next(meets: (message: Message) => boolean): Promise<Message> {
    return this.heard.until("a message", messages => messages.find(meets));
  }

  end(): Promise<{ readonly code: number; readonly reason: string }> {
    return this.heard.until("the socket closed", () => this.closed);
  }
}
