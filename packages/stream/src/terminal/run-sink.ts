/** Feeds a stream into a sink: one write at a time, then close; abort when anything fails. */
import type { Settle } from '@oxbow/loop/lowlevel';
import type { Observable } from 'rxjs';
import { DEFAULT_BUFFER_BOUNDS } from '../overflow.ts';
import type { Sink } from '../to/sink.ts';
import { reportUnhandled } from '../unhandled.ts';
import { onAbort } from './abort.ts';
import { ForEachReader } from './for-each.ts';
import type { LiveIntakes } from './live-intakes.ts';

/**
 * Starts at once.
 *
 * @returns what stops it: the source is torn down and the sink aborted before it returns
 */
export function runSink<T, R>(
  source: Observable<T>,
  sink: Sink<T, R>,
  signal: AbortSignal | undefined,
  watch: LiveIntakes | undefined,
  settle: Settle<R>,
): (reason: unknown) => void {
  let over = false;
  let stopWatching: (() => void) | undefined;
  let stopAborting: (() => void) | undefined;
  let reader: ForEachReader<T> | undefined;
  const leave = (): void => {
    over = true;
    stopWatching?.();
    stopAborting?.();
  };
  const abort = (reason: unknown): void => {
    if (over) return;
    leave();
    reader?.cancel();
    try {
      Promise.resolve(sink.abort?.(reason)).catch(reportUnhandled);
    } catch (error) {
      reportUnhandled(error);
    }
  };
  const fail = (reason: unknown): void => {
    if (over) return;
    abort(reason);
    settle.reject(reason);
  };
  const close = async (): Promise<R> => sink.close?.() as R;
  const finish = (): void => {
    if (over) return;
    close().then((result) => {
      if (over) return;
      leave();
      settle.resolve(result);
    }, fail);
  };
  stopWatching = sink.onFailure?.(fail);
  stopAborting = onAbort(signal, fail);
  if (over) return abort;
  reader = new ForEachReader<T>(
    source,
    {
      label: 'to()',
      bounds: DEFAULT_BUFFER_BOUNDS,
      concurrency: 1,
      waits: true,
      signal: undefined,
      watch,
      call: (value) => sink.write(value),
    },
    { resolve: finish, reject: fail },
  );
  if (over) reader.cancel();
  return abort;
}
