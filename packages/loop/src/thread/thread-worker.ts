// What a worker thread runs. Between calls it sleeps in Atomics.wait, which answers three times as fast as an event;
// it returns to events when nothing comes for a while, and never sleeps while a call is under way.

import { type MessagePort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { CallRunner } from './call-runner.ts';
import { SharedSlots } from './shared-slots.ts';
import type { Transferable } from './transfer.ts';
import { type FromWorker, READY, type ToWorker } from './wire.ts';

/** What a ThreadLink hands its worker. */
export interface ThreadWorkerData {
  readonly port: MessagePort;
  readonly slots: SharedArrayBuffer;
}

/**
 * How long the thread sleeps before it looks at its events again, in milliseconds. Timers and sockets that a work
 * module keeps open wait at most this long after each call.
 */
const MAX_SLEEP_MS = 5;

const { port, slots: memory } = workerData as ThreadWorkerData;
const slots = new SharedSlots(memory);

const runner: CallRunner = new CallRunner({
  border: 'thread',
  claim: (slot) => slots.claim(slot),
  cancelRequested: (slot) => slots.cancelRequested(slot),
  poll: receive,
  reply: (message: FromWorker, transfers?: readonly Transferable[]) =>
    port.postMessage(message, transfers as never),
  idle: () => {
    // Through the event loop once: what the function left behind (promises, closed sockets) gets its turn first.
    if (!sleepPlanned) {
      sleepPlanned = true;
      setImmediate(sleep);
    }
  },
  stop: () => process.exit(),
});
let sleepPlanned = false;

function receive(): void {
  for (let got = receiveMessageOnPort(port); got !== undefined; got = receiveMessageOnPort(port)) {
    runner.accept(got.message as ToWorker);
  }
}

function sleep(): void {
  sleepPlanned = false;
  const rings = slots.rings();
  receive();
  if (runner.busy || sleepPlanned) return;
  if (slots.sleep(rings, MAX_SLEEP_MS)) receive();
}

port.on('message', (message: ToWorker) => runner.accept(message));
port.postMessage([0, READY, undefined] satisfies FromWorker);
