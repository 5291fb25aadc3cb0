/**
 * A source of body bytes in the hands of a request. Its failure is heard from the moment it was given, and it is refused
 * when it was used before. It is closed whether or not a byte of it was wanted.
 */
import { Readable } from 'node:stream';
import { currentLoop } from '@oxbow/loop';
import { HotStream } from '@oxbow/stream';
import { isObservable } from 'rxjs';
import { HttpError, InvalidRequestError, UPLOAD_FAILED, WriteError } from '../errors.ts';
import { callUserOn } from '../user-call.ts';

/** A source of body bytes of unknown length; strings in it are sent as UTF-8. */
export type UploadSource = AsyncIterable<Uint8Array | string> | Iterable<Uint8Array>;

/** Whether a value can be read as a source. */
export function isUploadSource(value: unknown): value is UploadSource {
  return (
    typeof value === 'object' && value !== null && (Symbol.asyncIterator in value || Symbol.iterator in value)
  );
}

/** The failure of a caller's source as an error of this package. */
export function uploadFailure(cause: unknown): HttpError {
  if (cause instanceof HttpError) return cause;
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new WriteError(UPLOAD_FAILED, `the source of the request body failed: ${reason}`, { cause });
}

function refuse(message: string): never {
  throw new InvalidRequestError('ERR_OXBOW_HTTP_INVALID_BODY', message);
}

/** Sources that were given to a request: what reads itself empty can be given to one only. */
const owned = new WeakSet<object>();

// An iterator that is its own iterable (a generator, for one) has one pass.
function isOnePass(source: UploadSource): boolean {
  if (source instanceof Readable || source instanceof ReadableStream) return true;
  return 'next' in source && typeof source.next === 'function';
}

/**
 * Takes a source over: it must be unused. A Node stream that fails while nobody reads it would otherwise end the process.
 * @throws {InvalidRequestError} `ERR_OXBOW_HTTP_INVALID_BODY` when it was read, is being read, or belongs to another request
 * @throws {WriteError} `ERR_OXBOW_HTTP_UPLOAD_FAILED` when it has failed already
 */
export function ownSource(source: UploadSource): void {
  if (source instanceof Readable) {
    source.on('error', ignore);
    if (source.errored !== null) throw uploadFailure(source.errored);
  }
  if (isOnePass(source)) {
    if (owned.has(source))
      refuse('the body stream was given to a request before: give a function for a new one');
    owned.add(source);
  }
  if (source instanceof ReadableStream && source.locked)
    refuse('the body stream is locked to another reader');
  if (source instanceof Readable || source instanceof ReadableStream) {
    const isDead = source instanceof Readable && (source.destroyed || source.readableEnded);
    if (isDead || Readable.isDisturbed(source as Readable))
      refuse('the body stream was read already, or closed');
  }
}

function ignore(): void {}

/** Closes a source that nobody has begun to read, or a Node stream in any state. A failure while closing has nobody to be told to. */
export function closeSource(source: UploadSource): void {
  if (source instanceof Readable) {
    source.destroy();
  } else if (source instanceof ReadableStream) {
    if (!source.locked) source.cancel().catch(ignore);
  } else if (isObservable(source)) {
    // Only one that runs by itself holds something while nobody listens: coming and leaving at once tells it to stop.
    if (isHot(source)) source.subscribe({ error: ignore }).unsubscribe();
  } else if (isOnePass(source)) {
    closeIterator(source as unknown as Iterator<unknown>);
  }
}

function isHot(stream: unknown): boolean {
  for (let at = stream; isObservable(at); at = (at as { source?: unknown }).source) {
    if (at instanceof HotStream) return true;
  }
  return false;
}

function closeIterator(iterator: AsyncIterator<unknown> | Iterator<unknown>): void {
  if (iterator.return === undefined) return;
  try {
    Promise.resolve(iterator.return()).catch(ignore);
  } catch {
    // As above: nobody is left to tell.
  }
}

/** One pass over a source: bytes only, remembers how the source failed, and can be closed from outside. */
export class UploadStream implements AsyncIterable<Uint8Array> {
  readonly #source: UploadSource;
  readonly #loop = currentLoop();
  /** Its iterator is code of the user's that may wait: not that of a Node stream, of the platform or of this project. */
  readonly #isUsers: boolean;
  #iterator: AsyncIterator<Uint8Array | string> | Iterator<Uint8Array> | undefined;
  #closed = false;
  /** What the source failed with, if it did. */
  failure: unknown;
  failed = false;
  /** Bytes handed on so far. */
  takenBytes = 0;

  /** The source is owned already: see {@link ownSource}. */
  constructor(source: UploadSource) {
    this.#source = source;
    this.#isUsers =
      Symbol.asyncIterator in source &&
      !(source instanceof Readable || source instanceof ReadableStream || isObservable(source));
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    if (this.#closed) return;
    const source = this.#source;
    try {
      const iterator =
        Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
      this.#iterator = iterator;
      for (;;) {
        const { value, done } = await this.#pull(iterator);
        if (done) return;
        const bytes = toBytes(value);
        this.takenBytes += bytes.length;
        yield bytes;
      }
    } catch (error) {
      this.failed = true;
      this.failure = error;
      throw error;
    } finally {
      this.close();
    }
  }

  /** A generator of the user's goes on where it was given, not where the connection takes its bytes. */
  #pull(
    iterator: AsyncIterator<Uint8Array | string> | Iterator<Uint8Array>,
  ): PromiseLike<IteratorResult<Uint8Array | string>> | IteratorResult<Uint8Array> {
    if (!this.#isUsers) return iterator.next();
    return callUserOn<IteratorResult<Uint8Array | string>>(
      this.#loop,
      () => iterator.next() as PromiseLike<IteratorResult<Uint8Array | string>>,
      'the source of a request body',
    );
  }

  /** The failure of the source as an error of this package. */
  describeFailure(): HttpError {
    return uploadFailure(this.failure);
  }

  /** Tells the source that nothing more is wanted; it may be waiting for its next value, or not have been asked. Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    const iterator = this.#iterator;
    this.#iterator = undefined;
    if (iterator !== undefined) closeIterator(iterator);
    // The iterator of a Node stream waits for a read that may never end before it closes the stream.
    if (iterator === undefined || this.#source instanceof Readable) closeSource(this.#source);
  }
}

function toBytes(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value;
  if (typeof value === 'string') return Buffer.from(value, 'utf8');
  return refuse(`a body stream yields bytes or strings, not ${typeof value}`);
}
