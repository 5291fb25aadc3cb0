/**
 * Server-sent events: the text/event-stream format of the HTML Standard, §9.2. The grammar is eventsource-parser's; this file
 * adds bytes, the cap, the last event id and the encoder.
 */

import { createParser, type EventSourceParser } from 'eventsource-parser';
import type { Codec, Decoder, Encoder } from './codec.ts';
import { checkEncodedSize, EncodeError, FrameTooLargeError } from './errors.ts';
import { type DecoderCore, FailStopDecoder } from './fail-stop-decoder.ts';
import { checkInteger, MAX_LIMIT_BYTES, withDefaults } from './options.ts';
import { withWholeMessages } from './whole-message.ts';

/** One event. */
export interface ServerSentEvent {
  /** The payload; several `data` lines are joined by LF. */
  data: string;
  /** The event's type; absent means `message`. */
  event?: string;
  /** The id this event sets, to be sent as `Last-Event-ID` when reconnecting; '' clears it. */
  id?: string;
  /** How long to wait before reconnecting, in milliseconds, when the server said so with or since the event before. */
  retryMs?: number;
}

/** Options of {@link sse}. */
export interface SseOptions {
  /**
   * The most bytes in one event as received: all its lines with their ends, comments left out (one comment line may have as
   * many). Default 1048576 (1 MiB); 1 to 1 GiB.
   */
  readonly maxEventBytes: number;
}

/** What {@link sse} does when not told otherwise. */
export const SSE_DEFAULTS: SseOptions = Object.freeze({ maxEventBytes: 2 ** 20 });

/** A decoder that also remembers what a reconnecting client needs. */
export interface SseDecoder extends Decoder<ServerSentEvent> {
  /** The id to send as `Last-Event-ID`; '' when none was set. An id counts from the blank line that ends its event. */
  readonly lastEventId: string;
  /** The reconnection time last set by the server, in milliseconds; undefined when none was. */
  readonly retryMs: number | undefined;
}

/** A codec whose decoder remembers what a reconnect needs. */
export interface SseCodec extends Codec<ServerSentEvent> {
  decoder(): SseDecoder;
}

/**
 * Server-sent events in both directions.
 *
 * Decoding follows the standard: UTF-8 with replacement, LF, CR and CRLF, one BOM dropped, comments and unknown fields
 * ignored. An event without `data` is not given, but its `id` and `retry` count. An event that no blank line has ended is
 * dropped at `end()`. Encoding ends data lines with LF, so CR and CRLF in `data` come back as LF.
 *
 * @throws OptionError for an unknown option or a value out of range.
 *
 * @example
 * ```ts
 * import { sse } from '@oxbow/codec/sse';
 *
 * const decoder = sse().decoder();
 * for (const { data } of decoder.decode(new TextEncoder().encode('data: hello\n\n'))) console.log(data); // hello
 * ```
 */
export function sse(options?: Partial<SseOptions>): SseCodec {
  const settings = withDefaults('sse()', options, SSE_DEFAULTS);
  checkInteger('sse()', 'maxEventBytes', settings.maxEventBytes, 1, MAX_LIMIT_BYTES);
  return withWholeMessages({
    name: 'sse',
    contentType: 'text/event-stream',
    encoder: (): Encoder<ServerSentEvent> => ({
      encode: (event) => encodeEvent(event, settings.maxEventBytes),
    }),
    decoder: (): SseDecoder => new EventDecoder(new SseCore(settings.maxEventBytes)),
  });
}

class EventDecoder extends FailStopDecoder<ServerSentEvent> implements SseDecoder {
  readonly #memory: SseCore;

  constructor(core: SseCore) {
    super(core);
    this.#memory = core;
  }

  get lastEventId(): string {
    return this.#memory.lastEventId;
  }

  get retryMs(): number | undefined {
    return this.#memory.retryMs;
  }
}

const LF = 10;
const CR = 13;
const COLON = 58;

class SseCore implements DecoderCore<ServerSentEvent> {
  lastEventId = '';
  retryMs: number | undefined;
  readonly #maxEventBytes: number;
  readonly #parser: EventSourceParser;
  // The parser drops the BOM itself; dropped here too, a second one would be lost.
  readonly #text = new TextDecoder('utf-8', { ignoreBOM: true });
  #out: ServerSentEvent[] = [];
  #retryForNext: number | undefined;
  /** Stream offset of the chunk at hand. */
  #offset = 0;
  /** Bytes in the complete lines of this event, and in the line at hand. */
  #eventBytes = 0;
  #lineBytes = 0;
  #isComment = false;
  #afterCarriageReturn = false;

  constructor(maxEventBytes: number) {
    this.#maxEventBytes = maxEventBytes;
    this.#parser = createParser({
      onId: (id) => {
        this.lastEventId = id;
      },
      onRetry: (retryMs) => {
        // A number too long to be exact is no delay anyone meant; a timer would take Infinity for "at once".
        if (!Number.isSafeInteger(retryMs)) return;
        this.retryMs = retryMs;
        this.#retryForNext = retryMs;
      },
      onEvent: ({ id, event, data }) => {
        const retryMs = this.#retryForNext;
        this.#retryForNext = undefined;
        this.#out.push({
          data,
          ...(event === undefined ? {} : { event }),
          ...(id === undefined ? {} : { id }),
          ...(retryMs === undefined ? {} : { retryMs }),
        });
      },
    });
  }

  push(chunk: Uint8Array, out: ServerSentEvent[]): void {
    this.#out = out;
    const tooLarge = this.#measure(chunk);
    // What lies before the oversized event is still good, and is given with the error.
    const good = tooLarge === -1 ? chunk : chunk.subarray(0, tooLarge);
    this.#parser.feed(this.#text.decode(good, { stream: true }));
    if (tooLarge !== -1) throw this.#tooLarge(this.#offset + tooLarge);
    this.#offset += chunk.length;
  }

  finish(out: ServerSentEvent[]): void {
    this.#out = out;
    // A CR that ended the last chunk has ended its line already, and the standard drops an event without its blank line.
    this.#parser.reset();
  }

  /** Position of the first byte that makes the event too large, or -1. */
  #measure(chunk: Uint8Array): number {
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at];
      if (byte === LF && this.#afterCarriageReturn) {
        this.#afterCarriageReturn = false;
        continue;
      }
      this.#afterCarriageReturn = byte === CR;
      if (byte === LF || byte === CR) {
        this.#completeLine();
      } else {
        if (this.#lineBytes === 0) this.#isComment = byte === COLON;
        this.#lineBytes++;
      }
      const counted = this.#isComment ? this.#lineBytes : this.#eventBytes + this.#lineBytes;
      if (counted > this.#maxEventBytes) return at;
    }
    return -1;
  }

  #completeLine(): void {
    if (this.#lineBytes === 0) this.#eventBytes = 0;
    else if (!this.#isComment) this.#eventBytes += this.#lineBytes + 1;
    this.#lineBytes = 0;
    this.#isComment = false;
  }

  #tooLarge(offset: number): FrameTooLargeError {
    const limitBytes = this.#maxEventBytes;
    return new FrameTooLargeError(
      `sse(): the event at byte ${offset} is longer than maxEventBytes = ${limitBytes} (at least ${limitBytes + 1} bytes)`,
      { offset, limitBytes, actualBytes: limitBytes + 1 },
    );
  }
}

const utf8 = new TextEncoder();
const LINE_END = /\r\n|\r|\n/;

function encodeEvent(event: ServerSentEvent, maxEventBytes: number): Uint8Array {
  if (typeof event !== 'object' || event === null || typeof event.data !== 'string') {
    throw new EncodeError(
      'ERR_OXBOW_CODEC_UNENCODABLE',
      'sse() encodes { data, event?, id?, retryMs? } with a string in data',
      { path: '$.data' },
    );
  }
  let block = '';
  if (event.event !== undefined) block += `event: ${oneLine('event', event.event, LINE_END)}\n`;
  // A receiver ignores an id with a NUL in it.
  if (event.id !== undefined) block += `id: ${oneLine('id', event.id, /[\r\n\0]/)}\n`;
  if (event.retryMs !== undefined) block += `retry: ${wholeMilliseconds(event.retryMs)}\n`;
  for (const line of event.data.split(LINE_END)) block += `data: ${line}\n`;
  const bytes = utf8.encode(`${block}\n`);
  checkEncodedSize('sse(): the event', 'maxEventBytes', bytes.length - 1, maxEventBytes);
  return bytes;
}

function oneLine(field: string, value: string, forbidden: RegExp): string {
  if (typeof value === 'string' && !forbidden.test(value)) return value;
  throw new EncodeError('ERR_OXBOW_CODEC_UNENCODABLE', `sse(): ${field} must be a string on one line`, {
    path: `$.${field}`,
  });
}

function wholeMilliseconds(value: number): number {
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw new EncodeError(
    'ERR_OXBOW_CODEC_UNENCODABLE',
    `sse(): retryMs must be a whole number of milliseconds, got ${value}`,
    { path: '$.retryMs' },
  );
}
