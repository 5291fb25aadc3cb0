import { createTask, currentTask, run, sleep } from '@oxbow/loop';
import { Channel, mapAsync } from '@oxbow/stream';
import { assert, suite } from '@oxbow/testkit';

const test = suite('the task a function is called in');

type Reader = (channel: Channel<number>, call: (value: number) => Promise<unknown>) => Promise<unknown>;

const READERS: Record<string, Reader> = {
  forEach: (channel, call) => channel.forEach(async (value) => call(value)),
  'to(sink)': (channel, call) => channel.to({ write: async (value) => void (await call(value)) }),
  mapAsync: (channel, call) =>
    channel.pipe(mapAsync(async (value) => call(value), { concurrency: 2 })).collect(),
};

for (const [name, read] of Object.entries(READERS)) {
  test(`is the one that reads by ${name}, whoever sends`, async () => {
    await run(async () => {
      const channel = new Channel<number>({ highWaterMark: 2 });
      const tasks = new Set<unknown>();
      const seen: number[] = [];
      const reader = createTask(async () => {
        await read(channel, async (value) => {
          tasks.add(currentTask());
          await sleep(1);
          seen.push(value);
        });
      });
      await sleep(0);
      const sender = createTask(async () => {
        for (let i = 0; i < 10; i++) await channel.send(i);
        channel.close();
      });
      await sender;
      await reader;
      assert.equal([...tasks], [reader]);
      assert.equal(seen, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    });
  });

  test(`cancelling the sender leaves pending calls of ${name} alone`, async () => {
    await run(async () => {
      const channel = new Channel<number>();
      let ended = 0;
      const reader = createTask(async () => {
        await read(channel, async () => {
          await sleep(20);
          ended++;
        });
      });
      await sleep(0);
      const sender = createTask(async () => {
        await channel.send(1);
        await sleep(1_000_000);
      });
      await sleep(5);
      sender.cancel();
      channel.close();
      await reader;
      assert.is(ended, 1);
    });
  });
}

test('a generator task may send, too', async () => {
  await run(async () => {
    const channel = new Channel<number>();
    const tasks = new Set<unknown>();
    const reader = createTask(async () => {
      await channel.forEach(async () => {
        tasks.add(currentTask());
      });
    });
    await sleep(0);
    await createTask(function* () {
      channel.trySend(1);
      yield* sleep(1);
      channel.trySend(2);
      channel.close();
    });
    await reader;
    assert.equal([...tasks], [reader]);
  });
});

test.run();
