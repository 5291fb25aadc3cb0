// What the event loop did: coroutine → loop → I/O → ready → resume, recorded while two tasks run and printed as a sequence diagram.
import { createTask, gather, type LoopTrace, Queue, sleep, traceLoop } from '@oxbow/loop';

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

export async function record(): Promise<LoopTrace> {
  const trace = traceLoop();
  await gather(createTask(producer, { name: 'producer' }), createTask(consumer, { name: 'consumer' }));
  trace.stop();
  return trace;
}

export async function main(): Promise<void> {
  console.log((await record()).toMermaid());
}
