// How a task or future has ended, as one value that can be compared.

import type { Future } from '../../src/index.ts';
import { nameOf } from '../forms.ts';

/** Its result, the name of its error, 'cancelled', or 'pending'. */
export function outcomeOf(future: Future<unknown>): unknown {
  if (!future.done) return 'pending';
  if (future.cancelled) return 'cancelled';
  const error = future.exception();
  return error === undefined ? future.result() : nameOf(error);
}
