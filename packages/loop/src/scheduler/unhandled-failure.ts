/** A failure that reached nobody, and where it goes when nothing else is said. */

/** A failure nobody looked at, as handed to `EventLoop.onUnhandled`. */
export interface UnhandledFailure {
  readonly message: string;
  readonly error: unknown;
  /** The name of the task or future that failed, if it was one. */
  readonly name: string | undefined;
  /** In debug mode: where that was created. */
  readonly createdAt?: string | undefined;
}

/** The default: standard error. */
export function reportToConsole(failure: UnhandledFailure): void {
  const subject = failure.name === undefined ? '' : ` (${failure.name})`;
  console.error(`${failure.message}${subject}:`, failure.error);
}
