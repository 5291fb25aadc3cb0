/**
 * Tells the streams that live on what the source has yet to emit: windows and groups. Holding the source back until one of
 * them ends would be waiting for oneself.
 */
import { Subject } from 'rxjs';
import { isObservable } from '../from/stream-input.ts';

/** True for a Subject, a window or a group, also behind operators. */
export function livesOnSource(value: unknown): boolean {
  let stream = value;
  while (isObservable(stream)) {
    // A GroupedObservable of RxJS hides its Subject in a closure; its key is what tells it.
    if (stream instanceof Subject || 'key' in stream) return true;
    stream = stream.source;
  }
  return false;
}
