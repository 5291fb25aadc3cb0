import { run, sleep, VirtualClock } from '@oxbow/loop';
import { loopScheduler, Stream } from '@oxbow/stream';
import { assert, suite } from '@oxbow/testkit';
import * as rx from 'rxjs';

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

test("RxJS's own time operators run on the clock too", async () => {
  await run(
    async () => {
      const startMs = loopScheduler.now();
      assert.equal(await Stream.from(rx.interval(1000, loopScheduler).pipe(rx.take(3))).collect(), [0, 1, 2]);
      assert.is(Math.round(loopScheduler.now() - startMs), 3000);
      assert.equal(await Stream.from([1]).pipe(rx.delay(5000, loopScheduler)).collect(), [1]);
      assert.is(Math.round(loopScheduler.now() - startMs), 8000);
    },
    { clock: new VirtualClock() },
  );
});

test.run();
