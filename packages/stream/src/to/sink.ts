/**
 * Where a stream can end: the Sink interface, and the adapters that make a Node Writable, a web WritableStream or a plain
 * function one. A sink writes one value at a time and says when it is ready for the next.
 */
import { StreamInputError, StreamPrematureCloseError } from '../errors.ts';
import { ownSink } from './own-sink.ts';

/**
 * Takes the values of one stream, in order. `write` is not called again before its promise settles; after the last value
 * `close` gives the result. `abort` is called instead when the stream fails or its consumer is cancelled.
 */
export interface Sink<T, R = void> {
  write(value: T): void | PromiseLike<void>;
  close?(): R | PromiseLike<R>;
  abort?(reason: unknown): void | PromiseLike<void>;
  /** Lets a sink that breaks between two writes end the stream at once. @returns what removes the callback */
  onFailure?(callback: (error: unknown) => void): () => void;
}

/** The part of a Node Writable this package needs. */
export interface WritableLike<T> {
  write(chunk: T): boolean;
  end(callback?: () => void): unknown;
  destroy(error?: Error): unknown;
  on(event: string, listener: (...args: never[]) => void): unknown;
  removeListener(event: string, listener: (...args: never[]) => void): unknown;
  readonly destroyed?: boolean;
  readonly errored?: Error | null;
}

/** The part of a web WritableStream this package needs. */
export interface WebWritableLike<T> {
  getWriter(): {
    readonly ready: Promise<unknown>;
    readonly closed: Promise<unknown>;
    write(chunk: T): Promise<void>;
    close(): Promise<void>;
    abort(reason?: unknown): Promise<void>;
    releaseLock(): void;
  };
}

/** What `stream.to()` takes. */
export type SinkInput<T, R> = Sink<T, R> | WritableLike<T> | WebWritableLike<T>;

/** @internal */
export function sinkOf<T, R>(input: SinkInput<T, R>, preventClose: boolean): Sink<T, R> {
  const own = ownSink<Sink<T, R>>(input);
  if (own !== undefined) return preventClose ? withoutClose(own) : own;
  if (typeof (input as Partial<WebWritableLike<T>>)?.getWriter === 'function') {
    return webSink(input as WebWritableLike<T>, preventClose) as Sink<T, R>;
  }
  if (typeof (input as Partial<Sink<T, R>>)?.write !== 'function') {
    throw new StreamInputError(
      'to() takes a sink with write(), a Writable or a WritableStream; what it got has no write().',
    );
  }
  const writable = input as Partial<WritableLike<T>>;
  if (typeof writable.on === 'function' && typeof writable.end === 'function') {
    return nodeSink(input as WritableLike<T>, preventClose) as Sink<T, R>;
  }
  return preventClose ? withoutClose(input as Sink<T, R>) : (input as Sink<T, R>);
}

function withoutClose<T, R>(sink: Sink<T, R>): Sink<T, R> {
  return {
    write: (value) => sink.write(value),
    ...(sink.onFailure === undefined
      ? {}
      : { onFailure: (callback) => sink.onFailure?.(callback) ?? (() => {}) }),
  };
}

function nodeSink<T>(writable: WritableLike<T>, preventClose: boolean): Sink<T> {
  let finished = false;
  const settled = (event: string, begin?: () => void): Promise<void> =>
    new Promise((resolve, reject) => {
      const onClose = (): void => {
        // 'close' follows 'finish' and 'error' and must not win over them; here neither came.
        leave();
        reject(new StreamPrematureCloseError('Writable'));
      };
      const onError = (error: unknown): void => {
        leave();
        reject(error);
      };
      const done = (): void => {
        finished ||= event === 'finish';
        leave();
        resolve();
      };
      const leave = (): void => {
        writable.removeListener(event, done);
        writable.removeListener('error', onError);
        writable.removeListener('close', onClose);
      };
      writable.on(event, done);
      writable.on('error', onError);
      writable.on('close', onClose);
      begin?.();
    });
  // One that is destroyed has no more events to tell: a wait for them would never end.
  const refuseDestroyed = (): void => {
    if (writable.destroyed === true) throw writable.errored ?? new StreamPrematureCloseError('Writable');
  };
  return {
    write: (value) => {
      refuseDestroyed();
      return writable.write(value) ? undefined : settled('drain');
    },
    close: () => {
      if (preventClose) return undefined;
      refuseDestroyed();
      return settled('finish', () => writable.end());
    },
    abort: (reason) => {
      if (preventClose) return;
      // The reason goes to the caller of to(); the destroyed Writable would only throw it a second time.
      writable.on('error', () => {});
      writable.destroy(reason instanceof Error ? reason : undefined);
    },
    onFailure: (callback) => {
      const onClose = (): void => {
        if (!finished) callback(new StreamPrematureCloseError('Writable'));
      };
      writable.on('error', callback as never);
      writable.on('close', onClose);
      return () => {
        writable.removeListener('error', callback as never);
        writable.removeListener('close', onClose);
      };
    },
  };
}

function webSink<T>(writable: WebWritableLike<T>, preventClose: boolean): Sink<T> {
  const writer = writable.getWriter();
  const ignore = (): void => {};
  let tell: (error: unknown) => void = ignore;
  return {
    write: async (value) => {
      await writer.ready;
      // A failed write shows in the next `ready` and in `closed`; waiting for each would halve the speed.
      writer.write(value).catch(ignore);
    },
    close: async () => {
      await (preventClose ? writer.ready : writer.close());
      // A writer that gives its lock back calls itself broken: that is no failure any more.
      tell = ignore;
      writer.releaseLock();
    },
    abort: async (reason) => {
      if (!preventClose) await writer.abort(reason).catch(ignore);
      writer.releaseLock();
    },
    onFailure: (callback) => {
      tell = callback;
      writer.closed.catch((error) => tell(error));
      return () => {
        tell = ignore;
      };
    },
  };
}
