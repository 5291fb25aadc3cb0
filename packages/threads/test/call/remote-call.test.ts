import { type CancelledError, createTask, run } from '@oxbow/loop';
import { assert, suite } from '@oxbow/testkit';
import { RemoteCall } from '../../src/call/remote-call.ts';
import { FUNCTION } from '../../src/call/wire.ts';

const test = suite('a call in a worker');

/** A call whose owner only takes notes. */
function newCall(): { readonly call: RemoteCall<number>; readonly asked: unknown[] } {
  const asked: unknown[] = [];
  const owner = {
    cancelCall: (call: unknown, reason: CancelledError) => asked.push([call, reason.reason]),
  };
  const request = {
    kind: FUNCTION as typeof FUNCTION,
    url: 'file:///work.js',
    name: 'fn',
    args: [],
    transfers: undefined,
  };
  return { call: new RemoteCall<number>(owner, request), asked };
}

test('cancelling it, or the task that awaits it, asks its owner, which settles it', async () => {
  await run(async () => {
    const { call, asked } = newCall();
    const task = createTask(async () => call);
    await createTask(async () => task.cancel('enough'));
    assert.equal(asked, [[call, 'enough']]);
    assert.not(call.done);
    call.succeed(1);
    assert.ok(call.cancelled);
    await task.then(
      () => assert.unreachable(),
      () => assert.ok(task.cancelled),
    );
  });
});

test('is named after its function', () => {
  assert.is(newCall().call.name, 'fn');
});

test.run();
