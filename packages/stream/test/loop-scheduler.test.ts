import { run, sleep, VirtualClock } from '@oxbow/loop';
import { loopScheduler } from '@oxbow/stream';
import { assert, suite } from '@oxbow/testkit';

const test = suite('loopScheduler');

test('runs work after its delay, with its state', async () => {
  await run(
    async () => {
      const log: unknown[] = [];
      const startMs = loopScheduler.now();
      loopScheduler.schedule((state) => log.push([state, loopScheduler.now() - startMs]), 100, 'work');
      await sleep(200);
      assert.equal(log, [['work', 100]]);
    },
    { clock: new VirtualClock() },
  );
});

test('work may schedule itself again, and is over when it does not', async () => {
  await run(
    async () => {
      let runs = 0;
      const subscription = loopScheduler.schedule(
        function (left?: number) {
          runs++;
          if (left) this.schedule(left - 1, 10);
        },
        10,
        2,
      );
      await sleep(25);
      assert.is(runs, 2);
      assert.not(subscription.closed);
      await sleep(25);
      assert.is(runs, 3);
      assert.ok(subscription.closed);
    },
    { clock: new VirtualClock() },
  );
});

test('unsubscribed work does not run', async () => {
  await run(
    async () => {
      let ran = false;
      loopScheduler
        .schedule(() => {
          ran = true;
        }, 10)
        .unsubscribe();
      await sleep(50);
      assert.not(ran);
    },
    { clock: new VirtualClock() },
  );
});

test.run();
