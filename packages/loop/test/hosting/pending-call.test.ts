import { assert, suite } from '@oxbow/testkit';
import { PendingCall } from '../../src/hosting/pending-call.ts';
import { CancelledError, createTask, shield, sleep } from '../../src/index.ts';
import { nameOf, virtually } from '../forms.ts';

const test = suite('PendingCall');

class NotedCall extends PendingCall<number> {
  readonly reasons: unknown[] = [];

  protected override askToEnd(reason: CancelledError): void {
    this.reasons.push(reason.reason);
  }
}

/** A call that only takes notes of being asked to end. */
function newCall(): { readonly call: NotedCall; readonly reasons: readonly unknown[] } {
  const call = new NotedCall();
  return { call, reasons: call.reasons };
}

test('cancelling asks the other side, once, and does not settle it', async () => {
  const { call, reasons } = newCall();
  assert.ok(call.cancel('first'));
  assert.ok(call.cancel('second'));
  assert.equal(reasons, ['first']);
  assert.not(call.done);
  call.succeed(1);
  assert.ok(call.cancelled);
  assert.not(call.cancel());
});

test('a cancelled task ends when the call has ended', async () => {
  await virtually(async () => {
    const { call, reasons } = newCall();
    const task = createTask(async () => call);
    await sleep(1);
    task.cancel('enough');
    await sleep(1);
    assert.equal(reasons, ['enough']);
    assert.not(task.done);
    call.fail(new CancelledError('of the other side'));
    await sleep(1);
    assert.ok(task.cancelled);
  });
});

test('a shielded call is not asked', async () => {
  await virtually(async () => {
    const { call, reasons } = newCall();
    const task = createTask(async () => shield(call));
    await sleep(1);
    task.cancel();
    await sleep(1);
    assert.ok(task.cancelled);
    assert.equal(reasons, []);
    call.succeed(5);
    assert.is(await call, 5);
  });
});

test('an AbortError is how other code says that it was cancelled', async () => {
  const asked = newCall().call;
  asked.cancel('enough');
  asked.fail(new DOMException('aborted', 'AbortError'));
  assert.is(
    await asked.then(
      () => '',
      (error) => (error as CancelledError).reason,
    ),
    'enough',
  );
  const unasked = newCall().call;
  unasked.fail(new DOMException('aborted', 'AbortError'));
  assert.is(await unasked.then(() => '', nameOf), 'AbortError');
});

test('an error of the cleanup is worth more than the cancellation', async () => {
  const { call } = newCall();
  call.cancel();
  call.fail(new RangeError('cleanup'));
  assert.is(await call.then(() => '', nameOf), 'RangeError');
});

test.run();
