/** RxJS's `switchMap` with all its arguments, over ours. */
import type * as stock from 'rxjs';
import { switchMap as gatedSwitchMap } from '../operators/switch-map.ts';
import { selectResult } from './select-result.ts';

/** RxJS's `switchMap`; inner arrays and iterables obey the gate. It takes the deprecated result selector too. */
export const switchMap: typeof stock.switchMap = ((project: never, select?: unknown) =>
  gatedSwitchMap(selectResult(project, select))) as never;
