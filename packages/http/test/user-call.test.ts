import { currentLoop, run, sleep, VirtualClock } from '@oxbow/loop';
import { assert, suite } from '@oxbow/testkit';
import { callUser } from '../src/user-call.ts';
import { rejectionOf } from './rejection.ts';

const test = suite('calls of the user');

test('a call from a callback runs on its loop, before and after it waits', () =>
  run(
    async () => {
      const loop = currentLoop();
      const seen: boolean[] = [];
      const value = await new Promise((resolve, reject) => {
        loop.callSoon(() => {
          const call = callUser(async () => {
            seen.push(currentLoop() === loop);
            await sleep(5);
            seen.push(currentLoop() === loop);
            return 'value';
          }, 'a call');
          call.then(resolve, reject);
        });
      });
      assert.is(value, 'value');
      assert.equal(seen, [true, true]);
    },
    { clock: new VirtualClock() },
  ));

test('what never settles can be cancelled, what throws fails', () =>
  run(async () => {
    const stuck = callUser(() => new Promise(() => {}), 'stuck');
    await sleep(0);
    stuck.cancel();
    assert.is((await rejectionOf(stuck)).name, 'CancelledError');
    const failing = callUser(() => {
      throw new Error('no');
    }, 'failing');
    assert.is((await rejectionOf(failing)).message, 'no');
    assert.is(await callUser(() => 5, 'plain'), 5);
  }));

test.run();
