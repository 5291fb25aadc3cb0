/**
 * Rejections that nobody has to look at. Like every promise of a `send`, they count as handled from the start.
 * Code that awaits one sees its error; code that does not must not bring the process down when a peer goes away.
 */

/** The same promise, counting as handled. */
export function handled<T>(promise: Promise<T>): Promise<T> {
  promise.catch(ignore);
  return promise;
}

/** A rejection that counts as handled. */
export function rejected(error: unknown): Promise<never> {
  return handled(Promise.reject<never>(error));
}

function ignore(): void {}
