/**
 * What a worker thread runs. Between calls it sleeps in Atomics.wait, which answers several times as fast as
 * an event. It returns to its events when nothing comes for a while, after each stretch of MAX_HOLD_MS, and
 * whenever a call waits for something: then messages come as events too.
 */

import { type MessagePort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { checkCrossing } from '../call/crossing.ts';
import type { Transferable } from '../call/transfer.ts';
import { EVENT, type FromWorker, NO_SLOT, READY, type ToWorker } from '../call/wire.ts';
import { CallRunner } from './call-runner.ts';
import { ServedObject } from './served-object.ts';
import { SharedSlots } from './shared-slots.ts';
import { AWAKE_MS } from './stay-awake.ts';

/** What a ThreadLink hands its worker. */
export interface ThreadWorkerData {
  readonly port: MessagePort;
  readonly slots: SharedArrayBuffer;
}

/**
 * How long the thread may go without looking at its events, in milliseconds. What a work module keeps open
 * (timers, sockets) waits at most this long on top of the calls themselves.
 */
const MAX_HOLD_MS = 5;

const { port, slots: memory } = workerData as ThreadWorkerData;
const slots = new SharedSlots(memory);
let servePlanned = false;
let serving = false;

const object: ServedObject = new ServedObject((event, args) => {
  const transfers = checkCrossing(args, `event "${event}"`, 'thread');
  slots.awaitEventRoom();
  port.postMessage([NO_SLOT, EVENT, [event, args]] satisfies FromWorker, transfers as never);
});

const runner: CallRunner = new CallRunner({
  border: 'thread',
  object,
  claim: (slot) => slots.claim(slot),
  cancelRequested: (slot) => {
    const isRequested = slots.cancelRequested(slot);
    if (isRequested) receive();
    return isRequested;
  },
  reply: (message: FromWorker, transfers?: readonly Transferable[]) => {
    port.postMessage(message, transfers as never);
    slots.countAnswer();
  },
  idle: planServing,
  stop: () => process.exit(),
});

/** Through the event loop once: what is due there gets its turn first. */
function planServing(): void {
  if (servePlanned || serving) return;
  servePlanned = true;
  setImmediate(() => {
    servePlanned = false;
    serving = true;
    void serve();
  });
}

/**
 * Takes calls and sleeps in between. It is one async function: each `await` lets the loop run the call, and
 * promises that a call left behind go on.
 */
async function serve(): Promise<void> {
  const ringsAtStart = slots.rings();
  const endMs = performance.now() + MAX_HOLD_MS;
  for (let leftMs = MAX_HOLD_MS; leftMs > 0; leftMs = endMs - performance.now()) {
    const rings = slots.rings();
    receive();
    await undefined;
    await undefined;
    if (runner.busy) break;
    if (slots.rings() !== rings || (slots.awake && slots.listen(rings, AWAKE_MS))) continue;
    if (!slots.sleep(rings, leftMs)) break;
  }
  serving = false;
  // A stretch without calls ends in events: the next call comes as one.
  if (!runner.busy && slots.rings() !== ringsAtStart) planServing();
}

function receive(): void {
  for (let got = receiveMessageOnPort(port); got !== undefined; got = receiveMessageOnPort(port)) {
    runner.accept(got.message as ToWorker);
  }
}

port.on('message', (message: ToWorker) => runner.accept(message));
port.postMessage([0, READY, undefined] satisfies FromWorker);
