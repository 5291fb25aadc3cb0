import { EventEmitter, once } from 'node:events';
import { assert, suite } from '@oxbow/testkit';
import { CancelledError, CancelScope, createTask, currentSignal, sleep, timeout } from '../../src/index.ts';
import { eachForm, nameOf, virtually } from '../forms.ts';

const test = suite('currentSignal');
// biome-ignore lint/security/noGlobalEval: the async form is compiled in this file's scope
const inEachForm = eachForm(test, (text) => eval(text));

/** What foreign code does with a signal. */
function foreign(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

test('cancelling the task aborts it with the CancelledError, which ends foreign work and the task', async () => {
  await virtually(async () => {
    const task = createTask(async () => foreign(currentSignal()));
    await sleep(1);
    task.cancel('stop');
    const error = await task.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    assert.instance(error, CancelledError);
    assert.is((error as CancelledError).reason, 'stop');
    assert.ok(task.cancelled);
  });
});

test('one request is one: cleanup after an abort that was heard may wait, and gets a fresh signal', async () => {
  await virtually(async () => {
    let fresh = false;
    const task = createTask(async () => {
      const signal = currentSignal();
      try {
        await foreign(signal);
      } finally {
        fresh = currentSignal() !== signal && !currentSignal().aborted;
        await sleep(5);
      }
    });
    await sleep(1);
    task.cancel();
    await sleep(10);
    assert.ok(fresh);
    assert.ok(task.cancelled);
  });
});

inEachForm(
  'the signal of a scope is aborted with the scope, and stays so inside it',
  [true, true, false],
  function* () {
    const outside = currentSignal();
    const scope = new CancelScope({ timeoutMs: 5 });
    let inside: AbortSignal | undefined;
    let later: AbortSignal | undefined;
    yield* scope.run(function* () {
      inside = currentSignal();
      try {
        yield* sleep(10);
      } finally {
        later = currentSignal();
      }
    });
    return [inside!.aborted, later!.aborted, outside.aborted];
  },
);

test('a request made before anybody asked for the signal aborts the one that is given', async () => {
  await virtually(async () => {
    const task = createTask(async () => {
      task.cancel();
      return foreign(currentSignal());
    });
    assert.is(await task.then(() => '', nameOf), 'CancelledError');
    assert.ok(task.cancelled);
  });
});

test('foreign code that rejects with an AbortError of its own has been cancelled all the same', async () => {
  const never = () => once(new EventEmitter(), 'never', { signal: currentSignal() });
  await virtually(async () => {
    const task = createTask(async () => never());
    await sleep(1);
    task.cancel('stop');
    const error = await task.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    assert.is(String(error), 'CancelledError: Cancelled: stop');
    const inTime = timeout(5, async () => never());
    assert.is(await inTime.then(() => '', nameOf), 'TimeoutError');
    const unasked = createTask(async () => {
      throw new DOMException('of its own', 'AbortError');
    });
    assert.is(await unasked.then(() => '', nameOf), 'AbortError');
  });
});

test('is the same for everybody in one scope', async () => {
  await virtually(async () => {
    assert.is(currentSignal(), currentSignal());
    await timeout(5, async () => {
      assert.is(currentSignal(), currentSignal());
    });
  });
});

test('a shield keeps the signal inside it from a request outside', async () => {
  await virtually(async () => {
    let aborted: boolean | undefined;
    const task = createTask(async () => {
      await new CancelScope({ shield: true }).run(async () => {
        const signal = currentSignal();
        await sleep(5);
        aborted = signal.aborted;
      });
    });
    await sleep(1);
    task.cancel();
    await sleep(10);
    assert.is(aborted, false);
  });
});

test('outside of tasks it is never aborted', () => {
  assert.not(currentSignal().aborted);
});

test.run();
