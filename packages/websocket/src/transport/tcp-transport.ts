/**
 * A transport over a TCP (or TLS) socket of Node's. Reads go through one shared buffer where that can be, through the
 * socket's own stream everywhere else; whoever is told of them learns which.
 */
import type { Socket as TcpSocket } from 'node:net';
import { bindContext, currentTask, outsideAllTasks } from '@oxbow/loop/lowlevel';
import { reopenWithSharedReads } from './shared-reads.ts';
import type { Transport, TransportEvents } from './transport.ts';

/** Written behind what waits, to learn when that is gone: its callback costs nothing while nothing waits. */
const NOTHING = new Uint8Array(0);

/** How a transport reads. */
export interface TcpTransportOptions {
  /** Whether reads may go through the shared buffer, which puts another socket in the place of the given one. Default false. */
  readonly sharesReads?: boolean | undefined;
}

/** A transport over a TCP (or TLS) socket. */
export class TcpTransport implements Transport {
  #socket: TcpSocket;
  readonly returnsMemory: boolean;
  readonly remoteAddress: string | undefined;
  readonly #sharesReads: boolean;
  #error: unknown;
  #isHolding = false;
  readonly #onWritten = (): void => {
    this.#isHolding = false;
    if (this.#socket.destroyed) return;
    if (this.#socket.writableLength > 0) this.#awaitWritten();
    else outsideAllTasks(this.#tellWritten);
  };
  #tellWritten: () => void = () => {};
  readonly #onError = (error: unknown): void => {
    this.#error ??= error;
  };

  constructor(socket: TcpSocket, options: TcpTransportOptions = {}) {
    this.#socket = socket;
    // Over TLS the bytes pass through another layer, which is not ours to reason about.
    const isPlain = !('encrypted' in socket);
    this.returnsMemory = isPlain;
    this.#sharesReads = isPlain && options.sharesReads === true;
    this.remoteAddress = socket.remoteAddress;
    socket.setNoDelay(true);
    socket.setTimeout(0);
    // Without a listener an error would end the process.
    socket.on('error', this.#onError);
  }

  get unwrittenBytes(): number {
    return this.#socket.writableLength;
  }

  start(events: TransportEvents): void {
    // They run in the context in which the connection was taken up, whatever that of the event is.
    const onLent = bindContext((bytes: Uint8Array): void => events.data(bytes, true));
    const onOwned = bindContext((bytes: Uint8Array): void => events.data(bytes, false));
    const onEnd = bindContext((): void => events.ended());
    const onClose = bindContext((): void => events.closed(this.#error));
    this.#tellWritten = bindContext((): void => events.written());
    if (this.#sharesReads) this.#shareReads(onLent, onOwned);
    const socket = this.#socket;
    socket.on('data', (chunk: Uint8Array) => outside(onOwned, chunk));
    socket.on('end', () => outsideAllTasks(onEnd));
    socket.on('close', () => outsideAllTasks(onClose));
    // It may have gone while the handshake was judged; the event is not repeated.
    if (socket.destroyed) queueMicrotask(onClose);
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

  #awaitWritten(): void {
    this.#isHolding = true;
    this.#socket.write(NOTHING, this.#onWritten);
  }

  #shareReads(onLent: (bytes: Uint8Array) => void, onOwned: (bytes: Uint8Array) => void): void {
    // What came with the upgrade was put back into the first socket; it is told on the next tick, as a stream would.
    const head: Uint8Array | null = this.#socket.read();
    const reopened = reopenWithSharedReads(this.#socket, (bytes) => outside(onLent, bytes));
    if (reopened === undefined) {
      if (head !== null) this.#socket.unshift(head);
      return;
    }
    this.#socket = reopened;
    reopened.on('error', this.#onError);
    if (head === null) return;
    process.nextTick(() => {
      if (!reopened.destroyed) outside(onOwned, head);
    });
  }
}

/** Calls outside of all tasks, which costs as much as a small message where a task is to be left. */
function outside(call: (bytes: Uint8Array) => void, bytes: Uint8Array): void {
  if (currentTask() === undefined) call(bytes);
  else outsideAllTasks(call, bytes);
}
