/** The streams that `merge` and `concat` are given, as a stream of streams. */

import type { ObservableInput, SchedulerLike } from 'rxjs';
import * as stock from 'rxjs';
import { Stream } from '../stream.ts';

/** With a scheduler, RxJS's deprecated form, it subscribes to one stream after the other by that. */
export function streamOfSources(
  sources: ObservableInput<never>[],
  scheduler: SchedulerLike | undefined,
): Stream<ObservableInput<never>> {
  return Stream.from<ObservableInput<never>>(
    scheduler === undefined ? sources : stock.from(sources, scheduler),
  );
}
