/**
 * A stream as a Node Readable: read() pulls, destroy() leaves. Node's module is asked for when one is made: an import would
 * keep the package out of every page.
 */
import type * as nodeStream from 'node:stream';
import { StreamInputError } from '../errors.ts';
import type { StreamIterator } from '../terminal/stream-iterator.ts';

/** @internal */
export function toReadable<T>(iterator: StreamIterator<T>, objectMode: boolean): nodeStream.Readable {
  const Readable = readableClass();
  let reading = false;
  const pump = async (readable: nodeStream.Readable): Promise<void> => {
    for (;;) {
      const result = await iterator.next();
      // Destroying wakes this wait with a plain end, which must not be told as one.
      if (readable.destroyed) return;
      if (result.done === true) {
        readable.push(null);
        return;
      }
      if (result.value === null)
        throw new StreamInputError('A Readable cannot carry null: it would end there.');
      if (!readable.push(result.value)) {
        // Before this function returns: the next read() may come before its promise is seen to settle.
        reading = false;
        return;
      }
    }
  };
  return new Readable({
    objectMode,
    // The stream's own buffer is the queue; a second one here would only add to the lag.
    highWaterMark: 1,
    read() {
      if (reading) return;
      reading = true;
      pump(this).catch((error: unknown) =>
        this.destroy(error instanceof Error ? error : new Error(String(error), { cause: error })),
      );
    },
    destroy(error, callback) {
      iterator.return().then(
        () => callback(error),
        (teardownError: Error) => callback(error ?? teardownError),
      );
    },
  });
}

/** @throws StreamInputError where there is no such class: in a page */
function readableClass(): typeof nodeStream.Readable {
  const found = globalThis.process?.getBuiltinModule?.('node:stream');
  if (found !== undefined) return found.Readable;
  throw new StreamInputError('toReadable() needs node:stream, which this host does not have: use toWeb().');
}
