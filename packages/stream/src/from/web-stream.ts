/** A stream of a web ReadableStream: read only when the consumer wants more, cancelled when it leaves early. */
import type { TeardownLogic } from 'rxjs';
import type { Emitter } from '../emitter.ts';
import type { Flow } from '../flow.ts';

/** The part of a web ReadableStream this package needs. */
export interface WebReadableLike<T> {
  getReader(): {
    read(): Promise<{ done: boolean; value?: T | undefined }>;
    cancel(reason?: unknown): Promise<void>;
    releaseLock(): void;
  };
}

/** True for a web ReadableStream of any realm. */
export function isWebReadable(input: object): input is WebReadableLike<unknown> {
  return typeof (input as Partial<WebReadableLike<unknown>>).getReader === 'function';
}

/** @internal */
export function produceWebReadable<T>(
  stream: WebReadableLike<T>,
): (out: Emitter<T>, flow: Flow) => TeardownLogic {
  return (out, flow) => {
    const reader = stream.getReader();
    let reading = false;
    let ended = false;
    const read = (): void => {
      if (reading || ended || out.closed) return;
      if (flow.paused) {
        flow.onResume(read);
        return;
      }
      reading = true;
      reader.read().then(
        ({ done, value }) => {
          reading = false;
          if (out.closed) return;
          if (done) {
            ended = true;
            reader.releaseLock();
            out.complete();
          } else {
            out.next(value as T);
            read();
          }
        },
        (error: unknown) => {
          ended = true;
          reader.releaseLock();
          if (!out.closed) out.error(error);
        },
      );
    };
    read();
    return ((): unknown => {
      if (ended) return undefined;
      ended = true;
      // Cancelling settles a pending read at once, so this cannot hang on the source; its own cancel() may take time.
      const cancelled = reader.cancel();
      reader.releaseLock();
      return cancelled;
    }) as () => void;
  };
}
