/**
 * What all connections of one server, or of one `connect`, have in common: held once, however many there are. Idle
 * connections have no parser: one is borrowed while bytes come, and goes back when nothing of the peer is left in it.
 */
import type { EventLoop } from '@oxbow/loop';
import type { ReceiveEvents } from '../protocol/events.ts';
import { FrameWriter } from '../protocol/frame-writer.ts';
import type { Role } from '../protocol/message-assembler.ts';
import type { Inflater } from '../protocol/permessage-deflate.ts';
import { Receiver } from '../protocol/receiver.ts';
import type { TextCodec } from '../protocol/text-codec.ts';
import type { ConnectionSettings } from './connection-options.ts';
import type { PagePool } from './page-pool.ts';

/** Receivers kept for reuse; more are left to the garbage collector. */
export const MAX_KEPT_RECEIVERS = 32;

/** What an endpoint is made from. */
export interface EndpointParts {
  readonly role: Role;
  readonly settings: ConnectionSettings;
  readonly loop: EventLoop;
  readonly text: TextCodec;
  readonly pages: PagePool;
  /** A client's source of masking keys. */
  readonly nextMaskKey?: (() => number) | undefined;
}

/** The common parts of some connections. */
export class Endpoint {
  readonly role: Role;
  readonly settings: ConnectionSettings;
  readonly loop: EventLoop;
  readonly text: TextCodec;
  readonly pages: PagePool;
  readonly writer: FrameWriter;
  readonly #receivers: Receiver[] = [];

  constructor({ role, settings, loop, text, pages, nextMaskKey }: EndpointParts) {
    this.role = role;
    this.settings = settings;
    this.loop = loop;
    this.text = text;
    this.pages = pages;
    this.writer = new FrameWriter(text, nextMaskKey);
  }

  /** Receivers that wait to be borrowed. */
  get keptReceivers(): number {
    return this.#receivers.length;
  }

  /** Lends a receiver. @param inflater where permessage-deflate was agreed on */
  takeReceiver(events: ReceiveEvents, inflater: Inflater | undefined): Receiver {
    const kept = this.#receivers.pop();
    if (kept === undefined) return new Receiver(this.role, this.settings.limits, this.text, events, inflater);
    kept.serve(events, inflater);
    return kept;
  }

  /** Takes an idle receiver back. */
  giveReceiver(receiver: Receiver): void {
    if (this.#receivers.length < MAX_KEPT_RECEIVERS) this.#receivers.push(receiver);
  }
}
