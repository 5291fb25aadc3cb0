/** A stream as a web ReadableStream: pull() reads one value, cancel() leaves. */
import type { ReadableStream as WebReadableStream } from 'node:stream/web';
import type { StreamIterator } from '../terminal/stream-iterator.ts';

/** @internal */
export function toWebReadable<T>(iterator: StreamIterator<T>): WebReadableStream<T> {
  return new ReadableStream<T>(
    {
      async pull(controller) {
        const result = await iterator.next();
        if (result.done === true) controller.close();
        else controller.enqueue(result.value);
      },
      async cancel() {
        await iterator[Symbol.asyncDispose]();
      },
    },
    // The stream's own buffer is the queue; a second one here would only add to the lag.
    { highWaterMark: 0 },
  );
}
