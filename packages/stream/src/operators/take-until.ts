/** `takeUntil`: ends the stream at a signal, and the signal gets through however full the consumer is. */
import type { MonoTypeOperatorFunction, ObservableInput, Subscriber } from 'rxjs';
import { ControlSubscriber } from './control-subscriber.ts';
import { innerFrom } from './inner.ts';
import { operate } from './operate.ts';

/**
 * Emits until the notifier emits its first value, or the signal aborts; then completes. Unlike RxJS's, the notifier is
 * outside the gate, so a stop arrives also while the consumer is full.
 *
 * @param notifier anything `Stream.from` takes, or an AbortSignal; its completion without a value is ignored
 */
export function takeUntil<T>(notifier: ObservableInput<unknown> | AbortSignal): MonoTypeOperatorFunction<T> {
  const aborts = isAbortSignal(notifier);
  const observable = aborts ? undefined : innerFrom(notifier);
  return operate((source, subscriber: Subscriber<T>) => {
    if (aborts) watchSignal(notifier, subscriber);
    else observable?.subscribe(new StopSubscriber(subscriber));
    if (!subscriber.closed) source.subscribe(subscriber);
  });
}

function watchSignal(signal: AbortSignal, subscriber: Subscriber<unknown>): void {
  const stop = (): void => subscriber.complete();
  if (signal.aborted) {
    stop();
    return;
  }
  signal.addEventListener('abort', stop, { once: true });
  subscriber.add(() => signal.removeEventListener('abort', stop));
}

function isAbortSignal(notifier: unknown): notifier is AbortSignal {
  return typeof AbortSignal === 'function' && notifier instanceof AbortSignal;
}

class StopSubscriber extends ControlSubscriber<unknown> {
  private readonly stream: Subscriber<unknown>;

  constructor(stream: Subscriber<unknown>) {
    super(stream);
    this.stream = stream;
  }

  protected override onNext(_value: unknown): void {
    this.stream.complete();
  }

  protected override onComplete(): void {
    // A notifier that ends without a word has nothing to say about the stream.
    this.unsubscribe();
  }
}
