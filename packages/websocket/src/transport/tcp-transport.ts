/**
 * A transport over a TCP (or TLS) socket of Node's. Reads go through one shared buffer where that can be, through the
 * socket's own stream everywhere else; the listener learns which.
 *
 * A process has many of these, nearly all of them idle: the socket's listeners are functions that all transports share,
 * and find theirs by a property of the socket.
 */
import type { Socket as TcpSocket } from 'node:net';
import { captureContext, currentTask, outsideAllTasks } from '@oxbow/loop/lowlevel';
import { shareReads } from './shared-reads.ts';
import type { Transport, TransportEvents } from './transport.ts';

/** Written behind what waits, to learn when that is gone: its callback costs nothing while nothing waits. */
const NOTHING = new Uint8Array(0);

const TRANSPORT: unique symbol = Symbol('oxbow.websocket.transport');

/** A socket that has a transport. */
interface Carrier extends TcpSocket {
  [TRANSPORT]: TcpTransport;
}

/** How a transport reads. */
export interface TcpTransportOptions {
  /** Whether reads may go through the shared buffer. Default false. */
  readonly sharesReads?: boolean | undefined;
}

/** A transport over a TCP (or TLS) socket. */
export class TcpTransport implements Transport {
  readonly returnsMemory: boolean;
  readonly remoteAddress: string | undefined;
  readonly #socket: Carrier;
  readonly #sharesReads: boolean;
  #events: TransportEvents | undefined;
  /** Calls in the context in which the connection was taken up; undefined while the program keeps none. */
  #inContext: ReturnType<typeof captureContext>;
  #error: unknown;
  #isHolding = false;

  constructor(socket: TcpSocket, options: TcpTransportOptions = {}) {
    const carrier = socket as Carrier;
    this.#socket = carrier;
    carrier[TRANSPORT] = this;
    // Over TLS the bytes pass through another layer, which is not ours to reason about.
    const isPlain = !('encrypted' in socket);
    this.returnsMemory = isPlain;
    this.#sharesReads = isPlain && options.sharesReads === true;
    this.remoteAddress = socket.remoteAddress;
    socket.setNoDelay(true);
    socket.setTimeout(0);
    // Without a listener an error would end the process.
    socket.on('error', onError);
  }

  get unwrittenBytes(): number {
    return this.#socket.writableLength;
  }

  start(events: TransportEvents): void {
    this.#events = events;
    this.#inContext = captureContext();
    const socket = this.#socket;
    if (this.#sharesReads) shareReads(socket, onLentBytes);
    socket.on('data', onData);
    socket.on('end', onEnd);
    socket.on('close', onClose);
    // It may have gone while the handshake was judged; the event is not repeated.
    if (socket.destroyed) queueMicrotask(() => this.hear('closed'));
  }

  write(bytes: Uint8Array): void {
    this.#socket.write(bytes);
    // Most writes are taken at once, and then there is nothing to tell.
    if (!this.#isHolding && this.#socket.writableLength > 0) this.#awaitWritten();
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  end(): void {
    this.#socket.end();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  /** The socket has read something. */
  read(bytes: Uint8Array, isLent: boolean): void {
    const events = this.#events!;
    const inContext = this.#inContext;
    if (inContext !== undefined) inContext(() => events.data(bytes, isLent));
    // Leaving a task costs as much as a small message.
    else if (currentTask() === undefined) events.data(bytes, isLent);
    else outsideAllTasks(() => events.data(bytes, isLent));
  }

  /** Something else has happened to the socket. */
  hear(what: 'written' | 'ended' | 'closed'): void {
    const tell = (): void => this.#events![what](this.#error);
    if (this.#inContext === undefined) outsideAllTasks(tell);
    else this.#inContext(tell);
  }

  /** The socket has failed; its end follows. */
  fail(error: unknown): void {
    this.#error ??= error;
  }

  #awaitWritten(): void {
    this.#isHolding = true;
    this.#socket.write(NOTHING, () => {
      this.#isHolding = false;
      if (this.#socket.destroyed) return;
      if (this.#socket.writableLength > 0) this.#awaitWritten();
      else this.hear('written');
    });
  }
}

function onLentBytes(this: Carrier, bytes: Uint8Array): void {
  this[TRANSPORT].read(bytes, true);
}

function onData(this: Carrier, chunk: Uint8Array): void {
  this[TRANSPORT].read(chunk, false);
}

function onEnd(this: Carrier): void {
  this[TRANSPORT].hear('ended');
}

function onClose(this: Carrier): void {
  this[TRANSPORT].hear('closed');
}

function onError(this: Carrier, error: unknown): void {
  this[TRANSPORT].fail(error);
}
