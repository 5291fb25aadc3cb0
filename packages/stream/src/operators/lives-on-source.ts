/**
 * Tells the streams that live on what the source has yet to emit: windows and groups. Holding the source back until one of
 * them ends would be waiting for oneself.
 */
import { type Observable, Subject } from 'rxjs';
import { isObservable } from '../from/stream-input.ts';
import { above, isStockGroup } from '../rxjs-inside.ts';

/** True for a Subject, a window or a group, also behind operators. */
export function livesOnSource(value: unknown): boolean {
  let stream: unknown = value;
  while (isObservable(stream)) {
    if (stream instanceof Subject || isStockGroup(stream)) return true;
    stream = above(stream as Observable<unknown>);
  }
  return false;
}
