/**
 * Every error this package raises, with its stable code.
 *
 *   OxbowError
 *   └ StreamError
 *     ├ StreamOverflowError    a bounded buffer could not take another value
 *     ├ StreamBusyError        a second consumer beside the only one a hot stream allows
 *     ├ StreamClosedError      the stream or channel was closed before
 *     ├ StreamInputError       a value that is no stream, a bad option value
 *     ├ StreamPrematureCloseError  a Readable or Writable closed before its end
 *     └ RxjsUnfitError         the installed rxjs is not one this package can work with
 *
 * Cancellation is not here: it is loop's CancelledError and is never wrapped. Time limits are loop's TimeoutError.
 */
import { OxbowError } from '@oxbow/loop';
import type { OverflowPolicy } from './overflow-policy.ts';

/** Base of the errors of `@oxbow/stream`; `code` names the kind, `cause` the original failure when there is one. */
export class StreamError extends OxbowError {
  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, { code, ...options });
    this.name = new.target.name;
  }
}

/**
 * Raised when a bounded buffer cannot take another value: the policy is `error`, or the policy is `pause` and the
 * source went on emitting past the hard cap. Values buffered before it are delivered first.
 *
 * What to do: choose a policy that drops, raise `highWaterMark`, or make the source obey `flow.paused`.
 */
export class StreamOverflowError extends StreamError {
  readonly policy: OverflowPolicy;
  /** The bound that was hit, in the unit of `size` (items by default, bytes for byte views). */
  readonly limit: number;
  /** What the buffer would have held. */
  readonly actual: number;

  constructor(policy: OverflowPolicy, limit: number, actual: number, unit = 'items') {
    super(
      'ERR_OXBOW_STREAM_OVERFLOW',
      policy === 'pause'
        ? `The source ignored the pause: ${actual} ${unit} wait where at most ${limit} may. ` +
            "Make the source obey flow.paused, or name a policy that drops (overflow: 'drop-oldest')."
        : `The buffer is full: ${actual} ${unit} wait where at most ${limit} may, and the overflow policy is '${policy}'.`,
    );
    this.policy = policy;
    this.limit = limit;
    this.actual = actual;
  }
}

/** Raised when a second consumer subscribes to a hot stream that already has one. What to do: use `share()`. */
export class StreamBusyError extends StreamError {
  constructor(what = 'This stream') {
    super(
      'ERR_OXBOW_STREAM_BUSY',
      `${what} already has a consumer, and it allows one at a time. Wait for it to leave, or put share() in front of both.`,
    );
  }
}

/** Raised when a stream that cannot be read again is read again, or a value is sent into a closed channel. */
export class StreamClosedError extends StreamError {
  constructor(what = 'This stream', options?: ErrorOptions) {
    super('ERR_OXBOW_STREAM_CLOSED', `${what} is closed.`, options);
  }
}

/** Raised at the door for a value that is no stream, or an option whose value makes no sense. */
export class StreamInputError extends StreamError {
  constructor(message: string, options?: ErrorOptions) {
    super('ERR_OXBOW_STREAM_INPUT', message, options);
  }
}

/** Raised when a Node stream was closed before its end: what was read or written is not all of it. */
export class StreamPrematureCloseError extends StreamError {
  constructor(what: 'Readable' | 'Writable') {
    super(
      'ERR_OXBOW_STREAM_PREMATURE_CLOSE',
      what === 'Readable'
        ? 'The Readable was closed before it ended: what arrived is not all of it.'
        : 'The Writable was closed before all values were written.',
    );
  }
}

/** Raised at import when the installed rxjs is not fit: another major version, or a second copy beside the first. */
export class RxjsUnfitError extends StreamError {
  constructor(code: 'ERR_OXBOW_STREAM_RXJS_UNFIT' | 'ERR_OXBOW_STREAM_RXJS_DUPLICATE', message: string) {
    super(code, message);
  }
}
