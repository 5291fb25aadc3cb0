/**
 * The reading side of a socket: a hot stream of messages that knows whether somebody reads it, and whose plain subscribers
 * have an owner for what they throw.
 */
import { HotStream, type HotStreamOptions, type Stream } from '@oxbow/stream';
import type { Operator, Subscription } from 'rxjs';
import { guardedObserver, liftGuarded, type ObserverOrNext } from './guarded-stream.ts';
import { INBOUND_HIGH_WATER, type Message, weighMessage } from './message.ts';
import type { ReadingControl } from './reading-control.ts';

/** How every socket's stream behaves. */
const STREAM_OPTIONS: HotStreamOptions<Message> = Object.freeze({
  what: 'This socket',
  onLeave: 'resume',
  highWaterMark: INBOUND_HIGH_WATER,
  size: weighMessage,
});

/** A stream of messages, one consumer at a time. */
export abstract class MessageStream extends HotStream<Message> {
  /** @internal */
  constructor(reading: ReadingControl) {
    super(reading, STREAM_OPTIONS);
  }

  /** Whether somebody reads the messages at the moment. */
  get isRead(): boolean {
    return this.hasConsumer;
  }

  /** As in RxJS. What a plain subscriber throws goes to `onError`; on a server it closes the connection with 1011. */
  override subscribe(
    observerOrNext?: ObserverOrNext<Message>,
    error?: ((error: unknown) => void) | null,
    complete?: (() => void) | null,
  ): Subscription {
    const owner = (thrown: unknown): void => this.onUserError(thrown);
    return super.subscribe(guardedObserver(owner, observerOrNext, error, complete));
  }

  /** @internal RxJS's own hook: every operator comes through here. */
  override lift<R>(operator?: Operator<Message, R>): Stream<R> {
    return liftGuarded(this, (thrown) => this.onUserError(thrown), operator);
  }

  /** @internal Told what a function of the user's threw. Must not throw. */
  protected abstract onUserError(error: unknown): void;
}
