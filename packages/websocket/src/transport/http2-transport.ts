/**
 * A transport over one stream of an HTTP/2 connection (RFC 8441): the connection carries others beside it. Flow control is
 * HTTP/2's own; what this stream does not read, its peer may not send.
 */
import type { ServerHttp2Stream } from 'node:http2';
import { captureContext, outsideAllTasks } from '@oxbow/loop/lowlevel';
import type { Transport, TransportEvents } from './transport.ts';

/** RFC 9113 §7: the stream is no longer needed. */
const CANCEL = 0x8;

/** A transport over a stream that a server was opened. */
export class Http2Transport implements Transport {
  /** Bytes wait in the HTTP/2 session, which tells of them only when it has them all behind it. */
  readonly returnsMemory = false;
  readonly remoteAddress: string | undefined;
  readonly #stream: ServerHttp2Stream;
  #error: unknown;

  constructor(stream: ServerHttp2Stream) {
    this.#stream = stream;
    this.remoteAddress = stream.session?.socket.remoteAddress;
    stream.setTimeout(0);
    // Without a listener an error would end the process.
    stream.on('error', (error) => {
      this.#error ??= error;
    });
  }

  get unwrittenBytes(): number {
    return this.#stream.writableLength;
  }

  start(events: TransportEvents): void {
    const inContext = captureContext() ?? outsideEverything;
    const stream = this.#stream;
    this.#onWritten = () => {
      if (!stream.destroyed && stream.writableLength === 0) inContext(() => events.written());
    };
    stream.on('data', (chunk: Uint8Array) => inContext(() => events.data(chunk, false)));
    stream.on('end', () => inContext(() => events.ended()));
    stream.on('close', () => inContext(() => events.closed(this.#error)));
    // It may have gone while the request was judged; the event is not repeated.
    if (stream.destroyed) queueMicrotask(() => inContext(() => events.closed(this.#error)));
  }

  write(bytes: Uint8Array): void {
    if (!this.#stream.destroyed) this.#stream.write(bytes, this.#onWritten);
  }

  pause(): void {
    this.#stream.pause();
  }

  resume(): void {
    this.#stream.resume();
  }

  end(): void {
    this.#stream.end();
  }

  destroy(): void {
    this.#stream.close(CANCEL);
    this.#stream.destroy();
  }

  #onWritten: () => void = () => {};
}

function outsideEverything<R>(call: () => R): R {
  return outsideAllTasks(call);
}
