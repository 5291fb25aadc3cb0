// Five ways to say "stop", one act: the wait is ended, and the same clean-up runs before anything else happens.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { createTask, run, sleep, until, wait } from '@oxbow/loop';
import { numbersFor } from './closing-source.ts';

async function read(reader: string): Promise<void> {
  await numbersFor(reader).forEach(() => {});
}

export async function main(): Promise<void> {
  const task = createTask(() => read('task.cancel()'));
  await sleep(5);
  task.cancel();
  await wait([task]);

  numbersFor('unsubscribe()').subscribe().unsubscribe();

  const controller = new AbortController();
  const program = run(() => read('AbortSignal'), { signal: controller.signal });
  await sleep(5);
  controller.abort();
  await program.catch(() => {});

  for await (const _ of numbersFor('leaving the loop')) break;

  const child = fork(fileURLToPath(new URL('./interrupted.ts', import.meta.url)));
  await until(once(child, 'message'));
  child.kill('SIGINT'); // what Ctrl-C sends
  const [exitCode] = await until(once(child, 'close'));
  console.log(`and its program ends with exit code ${exitCode}`);
}
