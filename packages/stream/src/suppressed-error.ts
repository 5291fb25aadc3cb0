/**
 * Two failures in one: the teardown failed after the stream had. The platform's SuppressedError where it exists
 * (Node 24), else an own error of that name and shape.
 */

/** An error that hides another: `error` came last, `suppressed` is the one it would have replaced. */
export interface SuppressedErrorLike extends Error {
  readonly error: unknown;
  readonly suppressed: unknown;
}

type SuppressedErrorConstructor = new (
  error: unknown,
  suppressed: unknown,
  message?: string,
) => SuppressedErrorLike;

class OwnSuppressedError extends Error implements SuppressedErrorLike {
  readonly error: unknown;
  readonly suppressed: unknown;

  constructor(error: unknown, suppressed: unknown, message?: string) {
    super(message);
    this.name = 'SuppressedError';
    this.error = error;
    this.suppressed = suppressed;
  }
}

/** Joins the failure of a teardown with the failure that made it run. */
export function suppress(error: unknown, suppressed: unknown): SuppressedErrorLike {
  const platform = (globalThis as { SuppressedError?: SuppressedErrorConstructor }).SuppressedError;
  return new (platform ?? OwnSuppressedError)(
    error,
    suppressed,
    'A teardown failed after the stream had failed.',
  );
}
