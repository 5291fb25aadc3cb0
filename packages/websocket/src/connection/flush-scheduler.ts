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

/** Has `flush()` called once: from a microtask, after all microtasks that are due; otherwise right after the callback. */
export function flushSoon(queue: Flushable): void {
  dirty.push(queue);
  if (isScheduled) return;
  isScheduled = true;
  // A tick asked for within a microtask runs once the microtask queue is empty: after everything the handlers do without
  // waiting for something real.
  process.nextTick(flushAll);
}

function flushAll(): void {
  isScheduled = false;
  const queues = dirty.splice(0);
  for (const queue of queues) queue.flush();
}
