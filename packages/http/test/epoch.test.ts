import { currentLoop, run, sleep, VirtualClock } from '@oxbow/loop';
import { assert, suite } from '@oxbow/testkit';
import { epochMsOf } from '../src/epoch.ts';

const test = suite('the time of day');

test("is the machine's on the machine's clock", async () => {
  await run(async () => {
    const before = Date.now();
    const now = epochMsOf(currentLoop());
    assert.ok(now >= before && now <= Date.now());
  });
});

test('begins with the real one on a virtual clock, and goes on with it', async () => {
  const before = Date.now();
  await run(
    async () => {
      const first = epochMsOf(currentLoop());
      assert.ok(first >= before && first <= Date.now());
      await sleep(86_400_000);
      assert.is(epochMsOf(currentLoop()), first + 86_400_000);
    },
    { clock: new VirtualClock() },
  );
});

test.run();
