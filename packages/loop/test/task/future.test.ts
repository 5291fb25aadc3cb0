import { assert, suite } from '@oxbow/testkit';
import { CancelledError, checkpoint, createTask, Future, InvalidStateError, sleep } from '../../src/index.ts';
import { inBothForms, nameOf, virtually } from '../forms.ts';

const test = suite('Future');

inBothForms(
  test,
  'gives everybody who waits its value',
  ['v', 'v', 'v'],
  async () => {
    const future = new Future<string>();
    const first = createTask(async () => future);
    const second = createTask(async () => future);
    await sleep(1);
    future.setResult('v');
    return [await first, await second, await future];
  },
  function* () {
    const future = new Future<string>();
    const reader = function* () {
      return yield* future;
    };
    const first = createTask(reader);
    const second = createTask(reader);
    yield* sleep(1);
    future.setResult('v');
    return [yield* first, yield* second, yield* future];
  },
);

test('is settled once', async () => {
  await virtually(async () => {
    const future = new Future<number>({ name: 'answer' });
    future.setResult(42);
    assert.throws(
      () => future.setResult(43),
      (error: unknown) => error instanceof InvalidStateError,
    );
    assert.throws(() => future.setException(new Error('x')), /answer is done already/);
    assert.is(future.cancel(), false);
    assert.is(future.result(), 42);
    assert.is(future.exception(), undefined);
    assert.ok(future.done);
    assert.not(future.cancelled);
  });
});

test('refuses to be read before it is done', () => {
  const future = new Future<number>();
  assert.throws(
    () => future.result(),
    (error: unknown) => error instanceof InvalidStateError,
  );
  assert.throws(
    () => future.exception(),
    (error: unknown) => error instanceof InvalidStateError,
  );
});

test('refuses options it does not know', () => {
  assert.throws(() => new Future({ onCancle: () => {} } as never), /did you mean "onCancel"/);
});

inBothForms(
  test,
  'cancelling a task that waits cancels the future, and its onCancel hears the reason',
  [true, 'CancelledError: Cancelled: enough'],
  async () => {
    const heard: string[] = [];
    const future = new Future<void>({ onCancel: (reason) => heard.push(String(reason)) });
    const task = createTask(async () => future);
    await sleep(1);
    task.cancel('enough');
    await sleep(1);
    return [future.cancelled && task.cancelled, ...heard];
  },
  function* () {
    const heard: string[] = [];
    const future = new Future<void>({ onCancel: (reason) => heard.push(String(reason)) });
    const task = createTask(function* () {
      yield* future;
    });
    yield* sleep(1);
    task.cancel('enough');
    yield* sleep(1);
    return [future.cancelled && task.cancelled, ...heard];
  },
);

test('setException with a CancelledError cancels it', async () => {
  await virtually(async () => {
    const future = new Future<void>();
    future.setException(new CancelledError('elsewhere'));
    assert.ok(future.cancelled);
    assert.is(await future.then(() => '', nameOf), 'CancelledError');
  });
});

test('done callbacks run on a later turn, in order, also when it is done already', async () => {
  await virtually(async () => {
    const log: string[] = [];
    const future = new Future<number>();
    future.addDoneCallback((done) => log.push(`first ${done.result()}`));
    future.addDoneCallback(() => log.push('second'));
    const unwanted = future.addDoneCallback(() => log.push('never'));
    unwanted();
    future.setResult(1);
    assert.equal(log, []);
    await checkpoint();
    assert.equal(log, ['first 1', 'second']);
    future.addDoneCallback(() => log.push('late'));
    assert.is(log.length, 2);
    await checkpoint();
    assert.is(log[2], 'late');
  });
});

test('a done callback only observes: cancelling the task that added it leaves the future alone', async () => {
  await virtually(async () => {
    const future = new Future<void>();
    const task = createTask(async () => {
      future.addDoneCallback(() => {});
      await sleep(1000);
    });
    await sleep(1);
    task.cancel();
    await sleep(1);
    assert.not(future.done);
  });
});

test('can be subclassed by what acts at once', async () => {
  await virtually(async () => {
    class Request extends Future<string> {
      aborted = false;
      constructor() {
        super({ name: 'Request', onCancel: () => void (this.aborted = true) });
      }
    }
    const request = new Request();
    const task = createTask(async () => request);
    await sleep(1);
    task.cancel();
    await sleep(1);
    assert.ok(request.aborted);
    assert.ok(request.cancelled);
  });
});

test('refuses callbacks that are no functions, at once', () => {
  assert.throws(
    () => new Future({ onCancel: 5 as never }),
    /new Future\(\{ onCancel }\) takes a function, got 5/,
  );
  assert.throws(
    () => new Future<void>().addDoneCallback(undefined as never),
    /addDoneCallback\(\) takes a function, got undefined/,
  );
});

test.run();
