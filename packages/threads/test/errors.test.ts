import { OxbowError } from '@oxbow/loop';
import { assert, suite } from '@oxbow/testkit';
import { BacklogFullError, PoolClosedError, UncloneableError, WorkerExitError } from '../src/index.ts';

const test = suite('errors of threads and processes');

test('each has a name, a stable code, its fields, and a message that says what to know', () => {
  const cause = new RangeError('inside');
  const exit = new WorkerExitError('The worker ended', { exitCode: 1, signal: undefined, cause });
  assert.equal(
    [exit.name, exit.code, exit.exitCode, exit.cause],
    ['WorkerExitError', 'ERR_OXBOW_THREADS_WORKER_EXITED', 1, cause],
  );
  const full = new BacklogFullError('pool', 5);
  assert.equal(
    [full.name, full.code, full.maxQueue],
    ['BacklogFullError', 'ERR_OXBOW_THREADS_BACKLOG_FULL', 5],
  );
  assert.match(full.message, /5 of at most 5 calls wait already \(maxQueue\)/);
  const closed = new PoolClosedError('pool');
  assert.equal([closed.name, closed.code], ['PoolClosedError', 'ERR_OXBOW_THREADS_POOL_CLOSED']);
  const refused = new UncloneableError('argument 1.x', 'it is a function');
  assert.equal(
    [refused.name, refused.code, refused.path],
    ['UncloneableError', 'ERR_OXBOW_THREADS_UNCLONEABLE', 'argument 1.x'],
  );
  for (const error of [exit, full, closed, refused]) assert.instance(error, OxbowError);
});

test('a worker that ended without saying why has no cause', () => {
  const exit = new WorkerExitError('x', { exitCode: undefined, signal: 'SIGKILL', cause: undefined });
  assert.not('cause' in exit);
  assert.is(exit.signal, 'SIGKILL');
});

test.run();
