import { randomBytes } from "node:crypto";
import type { Clock } from "../../kernel/clock.ts";
import type { Resident } from "../people.ts";
import type { NewMessage } from "./rules.ts";

/** How somebody uses the app. */
export interface Profile {
  readonly person: Resident;
  hasApp: boolean;
  /** Whether the person lets the municipality's service write to them. */
  allowsSender: boolean;
  readonly languages: readonly string[];
}

/** A message as the app keeps it. */
export interface Kept {
  readonly id: string;
  readonly fiscalCode: string;
  readonly createdAt: Date;
  readonly content: NewMessage["content"];
  /** Whether it never reaches the telephone. */
  readonly isRejected: boolean;
}

/** Those of the test persons who are not as most people: without the app, with the service turned off, reading in English. */
const others: Readonly<Record<string, Partial<Pick<Profile, "hasApp" | "allowsSender" | "languages">>>> = {
  "olindo.marro": { hasApp: false }, "franca.dutto": { allowsSender: false }, "amadou.diop": { languages: ["en_GB"] },
};

/** The telephones of those who can log in; nobody else has the app. */
export class Inbox {
  readonly profiles: ReadonlyMap<string, Profile>;
  private readonly messages: Kept[] = [];

  constructor(people: readonly Resident[], private readonly clock: Clock) {
    this.profiles = new Map(people.filter(({ login }) => login).map(person => [
      person.fiscalCode, { person, hasApp: true, allowsSender: true, languages: ["it_IT"], ...others[person.login!.username] },
    ]));
  }

  /** The profile of somebody who has the app. */
  user(fiscalCode: string): Profile | undefined {
    const profile = this.profiles.get(fiscalCode);
    return profile?.hasApp ? profile : undefined;
  }

  /** The profile of a test person by username, with or without the app. */
  byUsername(username: string): Profile | undefined {
    return [...this.profiles.values()].find(({ person }) => person.login?.username === username);
  }

  /** Puts a message on somebody's telephone, or keeps it as turned back, whatever came before: the app takes no key that would tell a repeat. */
  put(fiscalCode: string, content: NewMessage["content"], isRejected: boolean): Kept {
    const kept = { id: randomBytes(13).toString("hex").toUpperCase(), fiscalCode, createdAt: this.clock.now(), content, isRejected };
    this.messages.push(kept);
    return kept;
  }

  find(fiscalCode: string, id: string): Kept | undefined {
    return this.messages.find(message => message.id === id && message.fiscalCode === fiscalCode);
  }

  /** What somebody received, latest first. */
  of(fiscalCode: string): readonly Kept[] {
    return this.messages.filter(message => message.fiscalCode === fiscalCode && !message.isRejected).reverse();
  }

  /** Whether a message has come as far as the telephone: it takes a moment. */
  isProcessed({ createdAt }: Kept): boolean {
    return this.clock.now().getTime() - createdAt.getTime() >= 1_000;
  }
}
