// What the event loop did: coroutine → loop → I/O → ready → resume, recorded while two tasks run and printed as a sequence diagram.
import { createTask, gather, Queue, sleep, traceLoop } from '@oxbow/loop';

const queue = new Queue<string>();

async function producer(): Promise<void> {
  await sleep(20);
  await queue.put('bread');
  await sleep(20);
  await queue.put('cheese');
}

async function consumer(): Promise<void> {
  for (let meals = 0; meals < 2; meals++) await queue.get();
}

export async function main(): Promise<void> {
  const trace = traceLoop();
  await gather(createTask(producer, { name: 'producer' }), createTask(consumer, { name: 'consumer' }));
  trace.stop();
  console.log(trace.toMermaid());
}
