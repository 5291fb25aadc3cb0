/**
 * How a connection ends: Close frames both ways, a bounded wait for the peer's, and the end of TCP behind them (RFC 6455
 * §7). Or it fails a peer that broke a rule. It knows neither messages nor why somebody wants the end.
 */
import type { TimerHandle } from '@oxbow/loop';
import { type PeerError, SocketInputError } from '../errors.ts';
import { isWireCloseCode } from '../protocol/close-code.ts';
import { CloseHandshake, type CloseInfo } from '../protocol/close-handshake.ts';
import { MAX_CLOSE_REASON_BYTES, writeClosePayload } from '../protocol/control-frames.ts';
import { Opcode } from '../protocol/opcode.ts';
import type { Transport } from '../transport/transport.ts';
import type { Endpoint } from './endpoint.ts';
import type { SendQueue } from './send-queue.ts';

/** What an ending works with. */
export interface EndingParts {
  readonly endpoint: Endpoint;
  readonly transport: Transport;
  readonly sending: SendQueue;
  readonly owner: EndingOwner;
}

/** Whom an ending tells. */
export interface EndingOwner {
  /** No more messages may be sent; told before the Close frame. @param info how it ends, as far as that is known */
  onEnding(info: CloseInfo): void;
}

/** One connection's end. */
export class Ending {
  readonly #parts: EndingParts;
  readonly #handshake = new CloseHandshake();
  #timer: TimerHandle | undefined;

  constructor(parts: EndingParts) {
    this.#parts = parts;
  }

  /** Whether messages may be sent. */
  get isOpen(): boolean {
    return this.#handshake.maySend;
  }

  /** How the connection ended, or how far its end is known. */
  get info(): CloseInfo {
    return this.#handshake.info;
  }

  /**
   * Begins the closing handshake.
   *
   * @returns false when it had begun already
   * @throws SocketInputError for a code or a reason that may not be sent
   */
  close(code: number, reason: string): boolean {
    if (!isWireCloseCode(code)) {
      throw new SocketInputError(
        `A close code must be 1000–1003, 1007–1014 or 3000–4999; got ${String(code)}.`,
      );
    }
    const reasonBytes = this.#parts.endpoint.text.byteLength(reason);
    if (reasonBytes > MAX_CLOSE_REASON_BYTES) {
      const limit = MAX_CLOSE_REASON_BYTES;
      throw new SocketInputError(
        `A close reason may have ${limit} bytes of UTF-8; this one has ${reasonBytes}.`,
      );
    }
    if (!this.#handshake.send()) return false;
    this.#sendClose(code, reason, { ...this.info, code, reason }, () => {});
    return true;
  }

  /** The peer's Close frame has come: answers it, or ends what both sides have closed. */
  received(code: number | undefined, reason: string): void {
    if (!this.#handshake.receive(code, reason)) {
      this.#afterBothClosed();
      return;
    }
    const { info } = this;
    this.#handshake.send();
    // §5.5.1: the answer usually echoes the code.
    this.#sendClose(code, '', info, () => this.#afterBothClosed());
  }

  /** Fails the connection (§7.1.7): a Close frame with the code, then the end of TCP, whatever the peer says. */
  fail(error: PeerError): void {
    const reason = error.message.slice(0, MAX_CLOSE_REASON_BYTES);
    const mayStillSend = this.#handshake.fail(error.closeCode, reason, error);
    const end = (): void => this.#parts.transport.end();
    // Ending instead of cutting: a reset would take the Close frame with it.
    if (mayStillSend) this.#sendClose(error.closeCode, reason, this.info, end);
    else end();
    this.#armTimer();
  }

  /** The peer sends no more bytes. */
  peerEnded(): void {
    // Without a Close frame there is nobody left to talk to; with one, our answer may still be on its way.
    if (this.isOpen) this.#parts.sending.discard();
    this.#parts.transport.end();
    this.#armTimer();
  }

  /** The transport is gone. @param error what the network reported, if anything */
  lost(error: unknown): CloseInfo {
    this.#handshake.lose(error);
    this.#timer?.cancel();
    return this.info;
  }

  /** §7.1.1: the server ends the TCP connection; the client waits for it to, for a while. */
  #afterBothClosed(): void {
    if (this.#parts.endpoint.role === 'server') this.#parts.transport.end();
    this.#armTimer();
  }

  #sendClose(code: number | undefined, reason: string, info: CloseInfo, onSent: () => void): void {
    const { endpoint, sending, owner } = this.#parts;
    const { text, writer } = endpoint;
    owner.onEnding(info);
    sending.end(writer.frame(Opcode.CLOSE, writeClosePayload(code, reason, text)), onSent);
    this.#armTimer();
  }

  #armTimer(): void {
    const { endpoint, transport } = this.#parts;
    const { loop, settings } = endpoint;
    this.#timer ??= loop.callLater(settings.closeTimeoutMs, () => transport.destroy());
  }
}
