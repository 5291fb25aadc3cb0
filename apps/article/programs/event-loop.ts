// What the event loop did: coroutine → loop → I/O → ready → resume, recorded while tasks wait for a timer, a socket, a queue and each other,
// and printed as a sequence diagram.
import { Session } from '@oxbow/http';
import { createTask, type LoopTrace, Queue, sleep, traceLoop } from '@oxbow/loop';
import { openSlowServer } from './slow-server.ts';

export async function record(): Promise<LoopTrace> {
  const shop = await openSlowServer(20, () => 5);
  const session = new Session({ baseUrl: shop.url });
  const table = new Queue<string>();

  async function cook(): Promise<void> {
    await sleep(20); // a timer
    await table.put('bread');
    await table.put(await session.get('/cheese').text()); // a socket
  }

  async function guest(): Promise<void> {
    for (let course = 0; course < 2; course++) await table.get(); // a queue
  }

  try {
    const trace = traceLoop();
    const cooking = createTask(cook, { name: 'cook' });
    const eating = createTask(guest, { name: 'guest' });
    await cooking; // another task
    await eating;
    trace.stop();
    return trace;
  } finally {
    await session.close();
    await shop.close();
  }
}

export async function main(): Promise<void> {
  console.log((await record()).toMermaid());
}
