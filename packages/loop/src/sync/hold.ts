/** hold: runs a body between an acquire and its release, in either form of coroutine. */

import { checkFunction } from '../check-options.ts';
import { call } from '../task/call.ts';
import { type Boundary, ScopeOp } from '../task/cancel-scope.ts';
import { isGeneratorFunction } from '../task/coroutine.ts';
import type { Op } from '../task/op.ts';
import type { Coroutine } from '../task/suspension.ts';

/** Something to have while a body runs. */
export interface Holdable {
  acquire(): Op<unknown>;
  release(): void;
}

/** Acquires, runs `body`, and releases however it ends; nothing is released that was not acquired. */
export function hold<T>(what: Holdable, name: string, body: () => unknown): Op<T> {
  checkFunction(body, `${name}()`);
  const inGenerator = isGeneratorFunction(body);
  const whole = inGenerator ? () => held(what, body) : () => heldAsync(what, body);
  return new ScopeOp<T>(whole, { ...holding, name }, inGenerator);
}

const holding: Omit<Boundary<never>, 'name'> = {
  shield: false,
  entered: () => {},
  left: () => {},
  cancelled: (request) => {
    throw request;
  },
};

// A function of the module, since V8 makes a prototype and a shape for each generator function that is
// called: to make one for each call took as long as all the rest.
function* held(what: Holdable, body: () => unknown): Coroutine<unknown> {
  yield* what.acquire();
  try {
    return yield* call(body() as Coroutine<unknown>);
  } finally {
    what.release();
  }
}

async function heldAsync(what: Holdable, body: () => unknown): Promise<unknown> {
  await what.acquire();
  try {
    return await body();
  } finally {
    what.release();
  }
}
