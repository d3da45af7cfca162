/**
 * A failure with a name. Every failure that the hub means to show is one of these; whatever else is thrown is masked.
 *
 * `code` is stable and for programs; `path` names the field at fault, from the argument down; `details` are plain
 * values that are safe to show (never personal data, never an upstream's text).
 */
export class HubError<Code extends string = string> extends Error {
  override readonly name: string = "HubError";

  constructor(
    readonly code: Code,
    message: string,
    readonly options: { path?: readonly string[]; details?: Readonly<Record<string, unknown>>; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
  }
}
