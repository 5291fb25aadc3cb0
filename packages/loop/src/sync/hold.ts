// hold: runs a body between an acquire and its release, in either form of coroutine.

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
  const boundary: Boundary<T> = {
    name,
    shield: false,
    entered: () => {},
    left: () => {},
    cancelled: (request) => {
      throw request;
    },
  };
  const whole = isGeneratorFunction(body)
    ? function* (): Coroutine<unknown> {
        yield* what.acquire();
        try {
          return yield* call(body() as Coroutine<unknown>);
        } finally {
          what.release();
        }
      }
    : async (): Promise<unknown> => {
        await what.acquire();
        try {
          return await body();
        } finally {
          what.release();
        }
      };
  return new ScopeOp<T>(whole, boundary);
}
