// A task that sleeps for two seconds and returns data, while main goes on.
import { createTask, sleep } from '@oxbow/loop';

async function fetchData(): Promise<{ data: number }> {
  console.log('fetching');
  await sleep(2000);
  console.log('done');
  return { data: 123 };
}

export async function main(): Promise<void> {
  const task = createTask(fetchData);
  console.log('other work');
  const result = await task;
  console.log(`result: ${JSON.stringify(result)}`);
}
