/**
 * uvu's `suite` with its holes closed. Every test and hook has a deadline, and a hook that throws is recorded
 * instead of dropping the suite in silence. The ledger learns of each test that was declared, queued, started
 * and ended. Which of that is a failure is judged elsewhere (`judge.ts`).
 */
import { suite as uvuSuite } from 'uvu';
import { judgeAtExit } from './by-hand.ts';
import { currentJournal, type Declaration, type Journal, note, type Outcome } from './ledger.ts';
import { DEFAULT_TEST_TIMEOUT_MS, limitFromEnv } from './limits.ts';
import { DeadlineError, holdToDeadline } from './running-test.ts';
import { Skipped } from './skip-unless.ts';

judgeAtExit();

/** What uvu adds to a suite's context. */
interface Crumbs {
  readonly __suite__: string;
  readonly __test__: string;
}

/** A test or hook; what it returns is awaited. */
export type Handler<Context> = (context: Context & Crumbs) => unknown;

/** Registers a hook of the suite, or with `.each` one of every test. */
export interface Hook<Context> {
  (handler: Handler<Context>): void;
  each(handler: Handler<Context>): void;
}

/** A suite: call it with a title (a sentence) and a handler; end the file with `.run()`. */
export interface Suite<Context> {
  (title: string, handler: Handler<Context>): void;
  /** Runs this test alone. Only for the moment: a file with `.only` in it counts as failed. */
  only(title: string, handler: Handler<Context>): void;
  /** Leaves this test out. Only for the moment: it counts as failed; see `skipUnless`. */
  skip(title: string, handler?: Handler<Context>): void;
  before: Hook<Context>;
  after: Hook<Context>;
  /** Queues the tests declared so far. Without it none of them runs, and the file counts as failed. */
  run(): void;
}

interface State {
  /** Of the file that made the suite: what ends late is not taken for an event of the next file. */
  readonly journal: Journal;
  /** Why the suite's tests cannot run: a `before` hook failed or skipped. */
  blocked?: Error;
  /** Why the running test is lost already: its `before.each` hook failed. */
  blockedTest?: Error;
}

/**
 * Makes a suite. Its tests run one after the other, in the order of their declaration.
 *
 * @param name the suite's name, the subject of its tests' titles
 * @param context passed to every test and hook; they may write to it
 * @throws Error when it is given more than that: there is one deadline for all tests, and no suite has its own
 */
export function suite<Context extends object = Record<string, unknown>>(
  name: string,
  context?: Context,
  ...more: never[]
): Suite<Context> {
  if (more.length > 0) {
    throw new Error(
      `suite('${name}') takes a name and a context: one deadline holds for all tests (OXBOW_TEST_TIMEOUT)`,
    );
  }
  const timeoutMs = limitFromEnv('OXBOW_TEST_TIMEOUT', DEFAULT_TEST_TIMEOUT_MS);
  const inner = uvuSuite<Context>(name, context ?? ({} as Context));
  const journal = currentJournal();
  const state: State = { journal };
  let pending: number[] = [];

  const declare = (title: string, as: Declaration): number => {
    const id = journal.ledger.tests.length;
    note({ kind: 'declared', id, suite: name, title, as }, journal);
    pending.push(id);
    return id;
  };
  const guarded = (id: number, handler: Handler<Context>) => (given: Context & Crumbs) =>
    runTest(id, () => handler(given), state, timeoutMs);
  const hook = (label: string, handler: Handler<Context>, failed: (error: Error) => void) => {
    return async (given: Context & Crumbs): Promise<void> => {
      try {
        await holdToDeadline(() => handler(given), timeoutMs);
      } catch (error) {
        failed(error as Error);
        if (error instanceof Skipped) return;
        note({ kind: 'hook failed', suite: name, hook: label, message: reportOf(error as Error) }, journal);
        console.error(`  <${label}> of "${name}" failed: ${reportOf(error as Error)}`);
      }
    };
  };

  const test = ((title, handler) => inner(title, guarded(declare(title, 'test'), handler))) as Suite<Context>;
  test.only = (title, handler) => inner.only(title, guarded(declare(title, 'only'), handler));
  test.skip = (title) => {
    declare(title, 'skip');
    inner.skip(title);
  };
  test.before = Object.assign(
    (handler: Handler<Context>) =>
      inner.before(hook('before', handler, (error) => (state.blocked ??= error))),
    {
      each: (handler: Handler<Context>) =>
        inner.before.each(hook('before each', handler, (error) => (state.blockedTest ??= error))),
    },
  );
  test.after = Object.assign((handler: Handler<Context>) => inner.after(hook('after', handler, () => {})), {
    each: (handler: Handler<Context>) => inner.after.each(hook('after each', handler, () => {})),
  });
  test.run = () => {
    note({ kind: 'queued', ids: pending }, journal);
    pending = [];
    inner.run();
  };
  return test;
}

async function runTest(id: number, handler: () => unknown, state: State, timeoutMs: number): Promise<void> {
  const { journal } = state;
  note({ kind: 'started', id }, journal);
  const startedAt = performance.now();
  const ended = (outcome: Outcome, message?: string, more: { late?: true } = {}): void => {
    const ms = Math.round((performance.now() - startedAt) * 1000) / 1000;
    note({ kind: 'ended', id, outcome, ms, ...(message === undefined ? {} : { message }), ...more }, journal);
  };
  const blocked = state.blocked ?? state.blockedTest;
  delete state.blockedTest;
  if (blocked instanceof Skipped) return ended('skipped', blocked.message);
  if (blocked !== undefined) {
    ended('failed', `not run, because a hook before it failed: ${blocked.message}`);
    throw new Error('not run, because a hook before it failed');
  }
  try {
    await holdToDeadline(handler, timeoutMs);
    ended('passed');
  } catch (error) {
    if (error instanceof Skipped) return ended('skipped', error.message);
    ended('failed', reportOf(error as Error), error instanceof DeadlineError ? { late: true } : {});
    throw error;
  }
}

function reportOf(error: Error): string {
  return error.stack ?? `${error.name}: ${error.message}`;
}
