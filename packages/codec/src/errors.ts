/**
 * The errors of this package and their codes. The tree:
 *
 *   CodecError             code
 *   ├ OptionError          option            an option that does not exist or has an impossible value
 *   ├ EncodeError          path              the value is at fault: the format cannot carry it
 *   └ DecodeError          offset, line      the bytes are at fault
 *     └ FrameTooLargeError limitBytes, actualBytes
 */

/** What every error of this package is: an Error with a stable `code` of the form `ERR_OXBOW_CODEC_…`. */
export class CodecError extends Error {
  /** Stable across releases; compare this, not the message. */
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/** Raised at construction when an option has an unknown name or a value outside its range: correct the call. */
export class OptionError extends CodecError {
  /** The option's name as given. */
  readonly option: string;

  constructor(code: string, message: string, option: string) {
    super(code, message);
    this.option = option;
  }
}

/** Details of an {@link EncodeError}. */
export interface EncodeErrorDetails extends ErrorOptions {
  /** Where in the value, as `$.list[3].name`; `$` is the value itself (the default). */
  path?: string;
  /** The limit that was passed, when the value is too large. */
  limitBytes?: number;
  /** The size at which it was refused, in bytes: at least this much. */
  actualBytes?: number;
}

/** Raised when a value cannot be written; nothing of it was, so the encoder can go on with the next. */
export class EncodeError extends CodecError {
  /** Where in the value the trouble lies, as `$.list[3].name`. */
  readonly path: string;
  /** The limit that was passed, in bytes; only when the value is too large. */
  readonly limitBytes: number | undefined;
  /** The size at which it was refused, in bytes: at least this much; only when the value is too large. */
  readonly actualBytes: number | undefined;

  constructor(code: string, message: string, details: EncodeErrorDetails = {}) {
    super(code, message, details);
    this.path = details.path ?? '$';
    this.limitBytes = details.limitBytes;
    this.actualBytes = details.actualBytes;
  }
}

/**
 * Refuses what was encoded to more bytes than its option `limit` allows.
 *
 * @throws EncodeError `ERR_OXBOW_CODEC_FRAME_TOO_LARGE`
 */
export function checkEncodedSize(what: string, limit: string, actualBytes: number, limitBytes: number): void {
  if (actualBytes <= limitBytes) return;
  throw new EncodeError(
    'ERR_OXBOW_CODEC_FRAME_TOO_LARGE',
    `${what} takes ${actualBytes} bytes, ${limit} is ${limitBytes}`,
    { limitBytes, actualBytes },
  );
}

/** Details of a {@link DecodeError}. */
export interface DecodeErrorDetails extends ErrorOptions {
  /** Bytes from the start of the stream (or message) to the trouble. */
  offset: number;
  /** Line of the trouble, from 1, in formats made of lines. */
  line?: number | undefined;
}

/** Raised when bytes are not what the format says, or end too early. The decoder is finished: it throws this error again. */
export class DecodeError extends CodecError {
  /** Bytes from the start of the stream (or message) to the trouble. */
  readonly offset: number;
  /** Line of the trouble, from 1; undefined in formats without lines. */
  readonly line: number | undefined;
  /**
   * The values that the failing `decode(chunk)` or `end()` call completed before the trouble, in order: deliver them
   * first, then the error. Empty for whole messages.
   */
  decoded: readonly unknown[] = [];

  constructor(code: string, message: string, details: DecodeErrorDetails) {
    super(code, message, details.cause === undefined ? undefined : { cause: details.cause });
    this.offset = details.offset;
    this.line = details.line;
  }
}

/** Details of a {@link FrameTooLargeError}. */
export interface FrameTooLargeDetails extends DecodeErrorDetails {
  limitBytes: number;
  actualBytes: number;
}

/** Raised when a frame, line, event or message is larger than its cap: raise the option the message names, or refuse the peer. */
export class FrameTooLargeError extends DecodeError {
  /** The cap, in bytes. */
  readonly limitBytes: number;
  /** The announced size in bytes, or, where none is announced, the size at which reading stopped: one past the cap. */
  readonly actualBytes: number;

  constructor(message: string, details: FrameTooLargeDetails) {
    super('ERR_OXBOW_CODEC_FRAME_TOO_LARGE', message, details);
    this.limitBytes = details.limitBytes;
    this.actualBytes = details.actualBytes;
  }
}
