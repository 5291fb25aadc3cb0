// covers: src/hosting/call-signal.ts, src/hosting/call-loop.ts

import { assert, suite } from '@oxbow/testkit';
import { CallLoop, type CallTask } from '../../src/hosting/call-loop.ts';
import { CancelledError, checkpoint, currentSignal } from '../../src/index.ts';

const test = suite('the signal of a call');

/** Runs `body` as a call whose request to cancel is in `requested`. */
function begin(body: () => unknown, requested: { now: boolean }): CallTask {
  const loop = new CallLoop();
  const task: CallTask = loop.newTask(
    body,
    'call',
    () => {
      if (requested.now) task.cancel('stop');
      return requested.now;
    },
    () => {},
  );
  loop.begin(task);
  return task;
}

test('a function that never waits sees the request while it runs', () => {
  const requested = { now: false };
  let reason: unknown;
  const task = begin(() => {
    const signal = currentSignal();
    assert.not(signal.aborted);
    signal.throwIfAborted();
    requested.now = true;
    assert.ok(signal.aborted);
    reason = signal.reason;
    signal.throwIfAborted();
  }, requested);
  assert.instance(reason, CancelledError);
  assert.ok(task.cancelled);
});

test('listeners hear of it', () => {
  const requested = { now: false };
  let heard = 0;
  begin(() => {
    currentSignal().addEventListener('abort', () => heard++);
    requested.now = true;
    return currentSignal().aborted;
  }, requested);
  assert.is(heard, 1);
});

test('a call begins at once, without a turn of the loop, and its tasks take turns', async () => {
  const log: string[] = [];
  const task = begin(
    async () => {
      log.push('begun');
      await checkpoint();
      log.push('went on');
    },
    { now: false },
  );
  assert.equal(log, ['begun']);
  await task;
  assert.equal(log, ['begun', 'went on']);
});

test.run();
