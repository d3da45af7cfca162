import type { Hub } from "../../operations/hub.ts";

/** For how long what was read for one listener is good for another, in milliseconds: no longer than it is believed whom a session stands for. */
const goodMs = 1_000;

/** What a read may take from its hub without being its listener's own: these are the same for all who share it. Whether a hub is a promise is asked of whatever is handed to a resolver. */
const common: ReadonlySet<string | symbol> = new Set(["administration", "plans", "clock", "publicUrl", "pseudonym", "locale", "signal", "then"]);

/** What a read has looked at. */
interface Looked {
  /** The properties of its caller. */
  readonly caller: Set<string>;
  /** Something that is nobody else's: a unit of work, the register of accesses, the number of the request. */
  own: boolean;
}

/**
 * Reads of one prepared document, for many listeners at once.
 *
 * What is read for one is given to another only when it could not have come to anything else. Each read is watched: it runs
 * with a hub that notes which properties of the caller it looks at. Two listeners for whom all of these have the same values,
 * who were shown the same slice, asked the same and hear of the same event, are one to it. Whoever differs in any of them is
 * read for anew, and so is everybody where a read used what is one listener's alone, or where it failed.
 */
export class SharedReads<Result> {
  /** What reads of this document have looked at so far: it only grows. */
  private readonly looked: Looked = { caller: new Set(), own: false };
  /** What was read a moment ago or is being read; undefined where it turned out to be good for nobody else. */
  private readonly kept = new Map<string, Promise<Result | undefined>>();

  /** `good` says whether a result may be given to others at all. */
  constructor(private readonly good: (result: Result) => boolean) {}

  /** Reads for a listener. `asked` is all that was asked, the event included, as one text without line breaks. */
  async read(asked: string, hub: Hub, read: (hub: Hub) => Promise<Result>): Promise<Result> {
    // Twice: by what listeners differ may become known only by the first read.
    for (let attempt = 0; attempt < 2 && !this.looked.own; attempt += 1) {
      const key = this.keyOf(asked, hub);
      const known = this.kept.get(key);
      if (!known) return this.lead(key, asked, hub, read);
      const result = await known;
      if (result !== undefined) return result;
    }
    return read(hub);
  }

  /** Reads for a listener, and for those who wait meanwhile. */
  private async lead(key: string, asked: string, hub: Hub, read: (hub: Hub) => Promise<Result>): Promise<Result> {
    const before = new Set(this.looked.caller);
    const { promise, resolve } = Promise.withResolvers<Result | undefined>();
    this.keep(key, promise);
    let forOthers: Result | undefined;
    try {
      const looked: Looked = { caller: new Set(), own: false };
      const result = await read(watched(hub, looked));
      for (const name of looked.caller) this.looked.caller.add(name);
      this.looked.own ||= looked.own;
      if (!looked.own && this.good(result)) {
        if (looked.caller.isSubsetOf(before)) forOthers = result;
        // The key left out something on which it rests.
        else this.keep(this.keyOf(asked, hub), Promise.resolve(result));
      }
      return result;
    } finally {
      if (forOthers === undefined && this.kept.get(key) === promise) this.kept.delete(key);
      resolve(forOthers);
    }
  }

  private keep(key: string, result: Promise<Result | undefined>): void {
    this.kept.set(key, result);
    setTimeout(() => {
      if (this.kept.get(key) === result) this.kept.delete(key);
    }, goodMs).unref();
  }

  /** What was asked, and what is the listener's of all that such reads have looked at, by name. */
  private keyOf(asked: string, { caller }: Hub): string {
    let key = asked;
    for (const name of this.looked.caller) key += `\n${name} ${JSON.stringify(Reflect.get(caller, name), asLists)}`;
    return key;
  }
}

/** Sets as lists in order, so that they can be compared. */
const asLists = (_key: string, value: unknown): unknown => (value instanceof Set ? [...(value as Set<string>)].sort() : value);

/** A hub that notes what is looked at. */
function watched(hub: Hub, looked: Looked): Hub {
  const own = <Answer>(answer: Answer): Answer => {
    looked.own = true;
    return answer;
  };
  /** Whoever looks at all of it, or changes it, has something of its own. */
  const rest = { ownKeys: (target: object) => own(Reflect.ownKeys(target)), getOwnPropertyDescriptor: (target: object, name: string | symbol) => own(Reflect.getOwnPropertyDescriptor(target, name)), set: () => own(false) };
  const note = (name: string | symbol): void => void (typeof name === "string" ? looked.caller.add(name) : own(name));
  const caller = new Proxy<Hub["caller"]>(hub.caller, {
    ...rest,
    get(target, name) {
      note(name);
      return Reflect.get(target, name) as unknown;
    },
    has(target, name) {
      note(name);
      return Reflect.has(target, name);
    },
  });
  return new Proxy<Hub>(hub, {
    ...rest,
    get: (target, name) => (name === "caller" ? caller : common.has(name) ? (Reflect.get(target, name) as unknown) : own(Reflect.get(target, name) as unknown)),
    has: (target, name) => own(Reflect.has(target, name)),
  });
}
