/** transfer: marks what the next call is to move instead of copy. It moves nothing itself. */

// As a namespace: Node 20 lacks one name, and would say so before the loop can say which Node is needed.
import * as workerThreads from 'node:worker_threads';
import { MessagePort } from 'node:worker_threads';
import { UsageError } from '@oxbow/loop';

const marked = new WeakSet<object>();

/** What can be moved: it exists on one side only. */
export type Transferable = ArrayBuffer | MessagePort | ReadableStream | WritableStream | TransformStream;

/**
 * Marks `value` to be moved, not copied, by the call it is given to or the function that returns it. It may
 * be an ArrayBuffer, a typed array or DataView (its whole buffer moves), a MessagePort, a web stream, or a
 * plain object or array of those.
 *
 * Moving 1 MiB costs as much as moving 1 byte. Afterwards the sender's buffer is detached (length 0). To
 * worker processes, which share no memory, buffers are copied all the same.
 *
 * @returns `value` itself
 * @throws UsageError `ERR_OXBOW_THREADS_NOT_TRANSFERABLE` when there is nothing in it to move
 *
 * @example
 * ```ts
 * import { moduleAt, toThread, transfer } from '@oxbow/threads';
 *
 * const pixels = new Uint8Array(1 << 20);
 * const images = moduleAt<{ invert(pixels: Uint8Array): Uint8Array }>(new URL('./images.js', import.meta.url));
 * await toThread(images, 'invert', transfer(pixels));
 * console.log(pixels.length); // 0: they were moved, not copied
 * ```
 */
export function transfer<T>(value: T): T {
  if (markAll(value, 0) === 0) {
    throw notTransferable(
      'found nothing to move: it takes ArrayBuffers, typed arrays, MessagePorts and web streams, or objects of them',
    );
  }
  return value;
}

/** Containers deeper than this are no list of buffers. */
const MAX_DEPTH = 8;

function markAll(value: unknown, depth: number): number {
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return 0;
  const target = ArrayBuffer.isView(value) ? value.buffer : value;
  if (isTransferable(target)) {
    if (workerThreads.isMarkedAsUntransferable(target)) {
      throw notTransferable(
        "got a Buffer from Node's shared pool, which cannot be moved: use Buffer.allocUnsafeSlow(size) or a Uint8Array",
      );
    }
    marked.add(target);
    return 1;
  }
  if (ArrayBuffer.isView(value)) return 0;
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null && !Array.isArray(value)) return 0;
  return Object.values(value).reduce<number>((count, each) => count + markAll(each, depth + 1), 0);
}

/** Whether an object can be moved at all. */
export function isTransferable(value: object): value is Transferable {
  return (
    value instanceof ArrayBuffer ||
    value instanceof MessagePort ||
    value instanceof ReadableStream ||
    value instanceof WritableStream ||
    value instanceof TransformStream
  );
}

/** Whether `transfer()` was called on it since it was last sent; the mark is used up. */
export function takeMark(value: object): boolean {
  return marked.delete(value);
}

function notTransferable(what: string): UsageError {
  return new UsageError(`transfer() ${what}`, { code: 'ERR_OXBOW_THREADS_NOT_TRANSFERABLE' });
}
