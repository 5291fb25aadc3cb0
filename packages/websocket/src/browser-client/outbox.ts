/**
 * Messages that wait for a connection, or for the browser to send what it holds; bounded in bytes. First in, first out.
 */
import { BrowserSocketError } from './browser-socket-error.ts';

interface Waiting {
  readonly data: string | Uint8Array;
  readonly bytes: number;
  resolve(): void;
  reject(error: unknown): void;
}

const encoder = new TextEncoder();

/** The bytes of a message on the wire, frame header apart. */
export function bytesOf(data: string | Uint8Array): number {
  return typeof data === 'string' ? encoder.encode(data).length : data.byteLength;
}

/** What waits to be sent. */
export class Outbox {
  readonly #maxBytes: number;
  readonly #waiting: Waiting[] = [];
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Bytes that wait. */
  get bytes(): number {
    return this.#bytes;
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  /** Whether a message fits; one alone always does. */
  fits(data: string | Uint8Array): boolean {
    return this.isEmpty || this.#bytes + bytesOf(data) <= this.#maxBytes;
  }

  /** Puts a message at the end. @returns a promise for the moment it is handed on; rejects when it does not fit */
  put(data: string | Uint8Array): Promise<void> {
    const bytes = bytesOf(data);
    if (!this.fits(data)) {
      const message = `${this.#bytes + bytes} bytes would wait where at most ${this.#maxBytes} may (maxQueuedBytes).`;
      return Promise.reject(new BrowserSocketError('ERR_OXBOW_WS_SEND_QUEUE_FULL', message));
    }
    // A copy: the caller may change its memory before the message leaves.
    const kept = typeof data === 'string' ? data : data.slice();
    return new Promise<void>((resolve, reject) => {
      this.#waiting.push({ data: kept, bytes, resolve, reject });
      this.#bytes += bytes;
    });
  }

  /** Hands messages on while `mayGoOn`. */
  drain(mayGoOn: () => boolean, send: (data: string | Uint8Array) => void): void {
    while (this.#waiting.length > 0 && mayGoOn()) {
      const next = this.#waiting.shift()!;
      this.#bytes -= next.bytes;
      send(next.data);
      next.resolve();
    }
  }

  /** Gives every message up. */
  rejectAll(error: unknown): void {
    this.#bytes = 0;
    for (const waiting of this.#waiting.splice(0)) waiting.reject(error);
  }
}
