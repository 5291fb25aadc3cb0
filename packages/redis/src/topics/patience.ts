/** How long a call waits for a server that is away, and how it tries again. */
import { CancelledError, type EventLoop } from '@oxbow/loop';
import { Backoff } from '@oxbow/loop/backoff';
import { isPassing } from '../errors.ts';

/** Between two attempts, in ms: quick, for people wait. */
export const RETRY: { readonly baseMs: number; readonly maxMs: number } = { baseMs: 50, maxMs: 1000 };

/** Who waits. */
export interface PatienceParts {
  readonly loop: EventLoop;
  /** How long a call is tried again, in ms. */
  readonly patienceMs: number;
  /** Whether nobody waits any more. */
  readonly isOver: () => boolean;
}

/**
 * Calls until it succeeds, as long as the fault may pass by itself and the patience lasts.
 * @param call told whether an earlier attempt may have been carried out
 * @throws what the last call threw
 */
export async function withPatience<T>(
  { loop, patienceMs, isOver }: PatienceParts,
  call: (isRepeat: boolean) => Promise<T>,
): Promise<T> {
  const giveUpAtMs = loop.time() + patienceMs;
  const backoff = new Backoff(RETRY);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await call(attempt > 1);
    } catch (error) {
      if (error instanceof CancelledError || !isPassing(error) || isOver()) throw error;
      const waitMs = backoff.delayMs(attempt)!;
      if (loop.time() + waitMs >= giveUpAtMs) throw error;
      await pause(loop, waitMs);
    }
  }
}

/** Waits, whatever task this was begun in: what serves all callers ends with none of them. */
export function pause(loop: EventLoop, ms: number): Promise<void> {
  return new Promise((resolve) => loop.callLater(ms, resolve));
}
