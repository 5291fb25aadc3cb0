/**
 * The reading side of a socket: a hot stream of messages that knows whether somebody reads it, and whose plain subscribers
 * have an owner for what they throw.
 */
import { HotStream, type Stream } from '@oxbow/stream';
import type { Operator, Subscriber, Subscription, TeardownLogic } from 'rxjs';
import { guardedObserver, liftGuarded, type ObserverOrNext } from './guarded-stream.ts';
import { INBOUND_HIGH_WATER, type Message, weighMessage } from './message.ts';
import type { ReadingControl } from './reading-control.ts';

/** A stream of messages, one consumer at a time. */
export abstract class MessageStream extends HotStream<Message> {
  #readers = 0;
  readonly #owner = (error: unknown): void => this.onUserError(error);

  /** @internal */
  constructor(reading: ReadingControl) {
    super(reading, {
      what: 'This socket',
      onLeave: 'resume',
      highWaterMark: INBOUND_HIGH_WATER,
      size: weighMessage,
    });
  }

  /** Whether somebody reads the messages at the moment. */
  get isRead(): boolean {
    return this.#readers > 0;
  }

  /** As in RxJS. What a plain subscriber throws goes to `onError`; on a server it closes the connection with 1011. */
  override subscribe(
    observerOrNext?: ObserverOrNext<Message>,
    error?: ((error: unknown) => void) | null,
    complete?: (() => void) | null,
  ): Subscription {
    return super.subscribe(guardedObserver(this.#owner, observerOrNext, error, complete));
  }

  /** @internal RxJS's own hook: every operator comes through here. */
  override lift<R>(operator?: Operator<Message, R>): Stream<R> {
    return liftGuarded(this, this.#owner, operator);
  }

  /** @internal RxJS's own hook: every consumer comes through here. */
  override _subscribe(subscriber: Subscriber<Message>): TeardownLogic {
    this.#readers += 1;
    subscriber.add(() => {
      this.#readers -= 1;
    });
    return super._subscribe(subscriber);
  }

  /** @internal Told what a function of the user's threw. Must not throw. */
  protected abstract onUserError(error: unknown): void;
}
