/**
 * A stream of a Node Readable: the gate pauses and resumes it, leaving early destroys it. It relies on the public events
 * alone, so anything of that shape will do.
 */
import type { TeardownLogic } from 'rxjs';
import type { Emitter } from '../emitter.ts';
import { StreamPrematureCloseError } from '../errors.ts';
import type { Flow } from '../flow.ts';

/** The part of a Node Readable this package needs. */
export interface ReadableLike {
  on(event: string, listener: (...args: never[]) => void): unknown;
  removeListener(event: string, listener: (...args: never[]) => void): unknown;
  pause(): unknown;
  resume(): unknown;
  read(): unknown;
  listenerCount?(event: string): number;
  destroy?(error?: Error): unknown;
  readonly errored?: Error | null;
  readonly destroyed?: boolean;
  readonly readableEnded?: boolean;
}

/** True for a Node Readable, old or new. */
export function isReadable(input: object): input is ReadableLike {
  const candidate = input as Partial<Record<keyof ReadableLike | 'pipe', unknown>>;
  return (
    typeof candidate.on === 'function' &&
    typeof candidate.pipe === 'function' &&
    typeof candidate.read === 'function' &&
    typeof candidate.pause === 'function' &&
    typeof candidate.resume === 'function' &&
    typeof candidate.removeListener === 'function'
  );
}

/** @internal */
export function produceReadable<T>(readable: ReadableLike): (out: Emitter<T>, flow: Flow) => TeardownLogic {
  return (out, flow) => {
    if (readable.errored) {
      out.error(readable.errored);
      return undefined;
    }
    if (readable.readableEnded === true) {
      out.complete();
      return undefined;
    }
    if (readable.destroyed === true) {
      out.error(new StreamPrematureCloseError('Readable'));
      return undefined;
    }
    let ended = false;
    // While somebody listens to 'readable', a stream does not flow by itself: 'data' comes of read() alone.
    const pulled = (readable.listenerCount?.('readable') ?? 0) > 0;
    let reading = false;
    const onData = (chunk: T): void => {
      out.next(chunk);
      if (flow.paused && !out.closed) holdBack();
    };
    const holdBack = (): void => {
      if (!pulled) readable.pause();
      flow.onResume(goOn);
    };
    const goOn = (): void => {
      if (!pulled) readable.resume();
      else readAll();
    };
    const readAll = (): void => {
      if (reading) return;
      reading = true;
      try {
        while (!out.closed && !flow.paused && readable.read() !== null) {
          // What was read has come as 'data'.
        }
      } finally {
        reading = false;
      }
    };
    const onEnd = (): void => {
      ended = true;
      out.complete();
    };
    const onError = (error: unknown): void => {
      ended = true;
      out.error(error);
    };
    const onClose = (): void => {
      if (ended) return;
      ended = true;
      out.error(new StreamPrematureCloseError('Readable'));
    };
    readable.on('end', onEnd);
    readable.on('error', onError);
    readable.on('close', onClose);
    readable.on('data', onData);
    if (pulled) readable.on('readable', readAll);
    // A listener alone does not set a stream going that somebody has paused, or that pauses itself from birth.
    if (flow.paused) holdBack();
    else goOn();
    return () => {
      if (pulled) readable.removeListener('readable', readAll);
      readable.removeListener('data', onData);
      readable.removeListener('end', onEnd);
      readable.removeListener('close', onClose);
      if (!ended) {
        // The error listener stays until the destroyed stream has closed: a late error has nobody else to go to.
        ended = true;
        readable.on('close', () => readable.removeListener('error', onError));
        readable.destroy?.();
      } else {
        readable.removeListener('error', onError);
      }
    };
  };
}
