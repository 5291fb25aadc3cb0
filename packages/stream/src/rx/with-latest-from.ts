/** RxJS's `withLatestFrom`, with what it listens to outside the gate. */

import type { ObservableInput } from 'rxjs';
import * as stock from 'rxjs';
import { ungated } from './ungated.ts';

/** RxJS's `withLatestFrom`, its inputs outside the gate. */
export const withLatestFrom: typeof stock.withLatestFrom = ((...args: unknown[]) => {
  const last = args[args.length - 1];
  const project = typeof last === 'function' ? [args.pop()] : [];
  const inputs = (args as ObservableInput<unknown>[]).map(ungated);
  return (stock.withLatestFrom as (...given: unknown[]) => unknown)(...inputs, ...project);
}) as never;
