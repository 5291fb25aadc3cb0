// Records what the loop does with two coroutines, and prints it as a Mermaid diagram; the same recording opens in
// chrome://tracing and ui.perfetto.dev.

import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTask, describeTasks, Queue, run, sleep, traceLoop } from '@oxbow/loop';

const trace = await run(async function main() {
  const recording = traceLoop();
  const queue = new Queue<string>({ maxSize: 1 });

  const consumer = createTask(function* consumer() {
    for (let count = 0; count < 2; count++) console.log('got', yield* queue.get());
  });
  createTask(async function producer() {
    for (const word of ['first', 'second']) {
      await sleep(5);
      await queue.put(word);
    }
  });

  await sleep(1);
  console.log(`\nWhat waits for what:\n${await describeTasks()}`);
  await consumer;
  recording.stop();
  return recording;
});

console.log(`\n${trace.toMermaid({ maxSteps: 30 })}`);

const file = join(mkdtempSync(join(tmpdir(), 'oxbow-')), 'trace.json');
writeFileSync(file, trace.toChromeTrace());
console.log(`${trace.size} events; open ${file} in ui.perfetto.dev`);
