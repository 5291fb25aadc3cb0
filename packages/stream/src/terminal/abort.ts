/** Ties a consumer to an AbortSignal, and unties it again. */

/**
 * Calls back once when the signal aborts, at once when it already has.
 *
 * @returns what removes the listener
 */
export function onAbort(signal: AbortSignal | undefined, callback: (reason: unknown) => void): () => void {
  if (signal === undefined) return nothing;
  if (signal.aborted) {
    callback(signal.reason);
    return nothing;
  }
  const listener = (): void => callback(signal.reason);
  signal.addEventListener('abort', listener, { once: true });
  return () => signal.removeEventListener('abort', listener);
}

function nothing(): void {}
