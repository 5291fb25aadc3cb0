// Three workers share a queue of ten; the first failure would end them all, and join waits for the last item.
import { Queue, run, sleep, TaskGroup } from '@oxbow/loop';

await run(async () => {
  const queue = new Queue<number>({ maxSize: 10 });
  const done: number[] = [];

  await TaskGroup.run(async (group) => {
    for (let worker = 1; worker <= 3; worker++) {
      group.createTask(
        async () => {
          for (;;) {
            const item = await queue.get();
            await sleep(item % 3);
            done.push(item);
            queue.taskDone();
          }
        },
        { name: `worker-${worker}` },
      );
    }
    // Waits whenever the workers are ten items behind.
    for (let item = 0; item < 30; item++) await queue.put(item);
    await queue.join();
    group.cancel();
  });

  console.log(`${done.length} items, ${new Set(done).size} of them different`);
});
