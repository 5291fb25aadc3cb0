// Two tasks and a bounded queue between them: the sender waits whenever four values are in the channel.
import { createTask, run, sleep } from '@oxbow/loop';
import { Channel } from '@oxbow/stream';

await run(async () => {
  const channel = new Channel<number>({ highWaterMark: 4 });
  createTask(async () => {
    for (let i = 1; i <= 12; i++) {
      await channel.send(i);
      console.log(`sent ${i}`);
    }
    channel.close();
  });
  let sum = 0;
  for await (const value of channel) {
    await sleep(2);
    sum += value;
  }
  console.log(`the sum is ${sum}`);
});
