// An object that keeps its state in a thread of its own: typed calls in order, events back.
import { run } from '@oxbow/loop';
import { openInThread } from '@oxbow/threads';

await run(async () => {
  const words = await openInThread(() => import('./thread-work/word-count.ts'), 'WordCount');
  words.on('milestone', (total) => console.log(`${total} words`));

  // Made in one go, run one at a time: each sees what those before have left.
  const calls = Array.from({ length: 500 }, () => words.add('still waters run deep'));
  const totals = await Promise.all(calls);
  console.log(`after the first text ${totals[0]}, after the last ${totals.at(-1)}`);
  console.log(await words.top(2));

  await words.close();
  console.log(await words.top(1).then(String, String));
});
