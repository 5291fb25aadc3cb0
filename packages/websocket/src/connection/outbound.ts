/**
 * The outbound side of a connection: a message goes into the queue when it fits the budget. One that does not
 * waits, is dropped, is refused or ends the connection, as the policy says. What a quick peer never needs, such as a line
 * of sends that wait, is made when it is first needed.
 */
import type { Compression } from '../compression/compression.ts';
import { ConnectionClosedError, PeerError, SlowConsumerError } from '../errors.ts';
import { CloseCode } from '../protocol/close-code.ts';
import type { CloseInfo } from '../protocol/close-handshake.ts';
import type { Opcode } from '../protocol/opcode.ts';
import type { Transport } from '../transport/transport.ts';
import type { Endpoint } from './endpoint.ts';
import { rejected } from './handled.ts';
import { PacedFrames } from './paced-frames.ts';
import { ParkedSends } from './parked-sends.ts';
import { type SendOutcome, SendQueue, type SendQueueOwner } from './send-queue.ts';
import type { SharedFrame } from './shared-frame.ts';

/** Whom the way out tells. */
export interface OutboundOwner {
  /** Whether messages may be sent. */
  readonly isOpen: boolean;
  readonly closeInfo: CloseInfo;
  /** Somebody sends a message. */
  onSend(): void;
  /** The peer does not read and must be closed. */
  onSlow(error: PeerError): void;
}

const SENT: Promise<void> = Promise.resolve();

/** What one connection sends. */
export class Outbound implements SendQueueOwner {
  /** What is on its way; control frames and the Close frame go there directly. */
  readonly queue: SendQueue;
  readonly #owner: OutboundOwner;
  readonly #endpoint: Endpoint;
  readonly #compression: Compression | undefined;
  #parked: ParkedSends | undefined;
  #paced: PacedFrames | undefined;

  constructor(
    owner: OutboundOwner,
    endpoint: Endpoint,
    transport: Transport,
    compression: Compression | undefined,
  ) {
    this.#owner = owner;
    this.#endpoint = endpoint;
    this.#compression = compression;
    this.queue = new SendQueue(transport, endpoint, this, compression?.deflater);
  }

  /** Bytes of sends that wait for room in the budget, each with what its wait costs. */
  get waitingBytes(): number {
    return this.#parked?.bytes ?? 0;
  }

  /** See `Connection.send`. */
  send(data: string | Uint8Array, isBounded: boolean, opcode: Opcode): Promise<void> {
    if (!this.#owner.isOpen) return rejected(new ConnectionClosedError(this.#owner.closeInfo));
    if (this.#parkedSends > 0) return this.#park(opcode, data, isBounded);
    const outcome = this.#offer(opcode, data);
    if (outcome === 'accepted' || outcome === 'dropped') return SENT;
    if (outcome === 'over') return rejected(new ConnectionClosedError(this.#owner.closeInfo));
    const { slowConsumer, maxBufferedBytes } = this.#endpoint.settings;
    if (slowConsumer === 'pause' || !isBounded) return this.#park(opcode, data, isBounded);
    const actual = this.queue.bufferedBytes;
    const message = `The peer is too slow: ${actual} bytes wait where at most ${maxBufferedBytes} may (maxBufferedBytes).`;
    return rejected(new SlowConsumerError('ERR_OXBOW_WS_SLOW_CONSUMER', message, maxBufferedBytes, actual));
  }

  /** @returns whether the message was accepted */
  trySend(data: string | Uint8Array, opcode: Opcode): boolean {
    if (!this.#owner.isOpen || this.#parkedSends > 0) return false;
    return this.#offer(opcode, data) === 'accepted';
  }

  /** See `Connection.sendShared`. */
  sendShared(shared: SharedFrame): void {
    if (!this.#owner.isOpen) return;
    this.#owner.onSend();
    // Sends that wait come first; a topic does not overtake them.
    const outcome = this.#parkedSends > 0 ? 'full' : this.#queueShared(shared);
    if (outcome === 'full' || outcome === 'over') this.#closeSlow(shared.plain.length);
  }

  /** See `Connection.sendPaced`. */
  sendPaced(shared: SharedFrame): Promise<void> {
    if (!this.#owner.isOpen) return rejected(new ConnectionClosedError(this.#owner.closeInfo));
    this.#owner.onSend();
    const frame = shared.plain;
    this.#paced ??= new PacedFrames();
    const isFirst = this.#parkedSends === 0 && this.#paced.size === 0;
    return isFirst && this.queue.sendIfQuiet(frame) ? SENT : this.#paced.wait(frame);
  }

  /** Those that wait will never be sent. */
  rejectWaiting(error: ConnectionClosedError): void {
    this.#parked?.rejectAll(error);
    this.#paced?.rejectAll(error);
  }

  onRoom(): void {
    this.#parked?.release(({ opcode, data }) => this.queue.send(opcode, data) === 'accepted');
    if (this.#parkedSends === 0) this.#paced?.release((frame) => this.queue.sendIfQuiet(frame));
  }

  get #parkedSends(): number {
    return this.#parked === undefined ? 0 : this.#parked.size;
  }

  #park(opcode: Opcode, data: string | Uint8Array, isBounded: boolean): Promise<void> {
    this.#parked ??= new ParkedSends(this.#endpoint.settings.maxBufferedBytes);
    return this.#parked.park(opcode, data, isBounded);
  }

  #offer(opcode: Opcode, data: string | Uint8Array): SendOutcome {
    this.#owner.onSend();
    const outcome = this.queue.send(opcode, data);
    if (outcome === 'over') {
      const { writer } = this.#endpoint;
      this.#closeSlow(writer.frameBytes(writer.payloadBytes(data)));
    }
    return outcome;
  }

  /**
   * Messages that wait for a peer that does not read would hold up the Close frame: they are let go.
   *
   * @param frameBytes the message that was one too many, which counts as dropped too
   */
  #closeSlow(frameBytes: number): void {
    const actual = this.queue.bufferedBytes;
    const limit = this.#endpoint.settings.maxBufferedBytes;
    const message = `The connection was closed: the peer does not read, and ${actual} bytes wait (maxBufferedBytes).`;
    this.queue.dropWaiting();
    this.queue.countDropped(frameBytes);
    this.#owner.onSlow(
      new PeerError('ERR_OXBOW_WS_SLOW_CONSUMER', CloseCode.TRY_AGAIN_LATER, message, { limit, actual }),
    );
  }

  #queueShared(shared: SharedFrame): SendOutcome {
    const { deflater, shared: forMany } = this.#compression ?? {};
    // A context of its own must see every message that is compressed.
    if (deflater !== undefined && forMany === undefined) {
      return this.queue.send(shared.opcode, shared.payload);
    }
    return this.queue.sendFrame(shared.for(forMany));
  }
}
