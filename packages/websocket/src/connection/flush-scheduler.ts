/**
 * Calls what has something to write once the current turn's work is done: everything that the handlers of one inbound
 * chunk send leaves in one write.
 */

/** Something with output to flush. */
export interface Flushable {
  flush(): void;
}

const dirty: Flushable[] = [];
let isScheduled = false;

/** A reaction to it is a microtask at a third of the price of `queueMicrotask`, which makes a resource for each. */
const START: Promise<void> = Promise.resolve();

/** Has `flush()` called once, after all microtasks that are due now and those they lead to. */
export function flushSoon(queue: Flushable): void {
  dirty.push(queue);
  if (isScheduled) return;
  isScheduled = true;
  // A tick asked for within a microtask runs once the microtask queue is empty; asked for outside of one it would run
  // before the handlers' promises. So: first into the microtasks, then to their end.
  void START.then(scheduleTick);
}

function scheduleTick(): void {
  process.nextTick(flushAll);
}

function flushAll(): void {
  isScheduled = false;
  const queues = dirty.splice(0);
  for (const queue of queues) queue.flush();
}
