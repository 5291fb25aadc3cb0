// covers: src/operators/control-subscriber.ts

import { Stream, takeUntil } from '@oxbow/stream';
import { assert, suite } from '@oxbow/testkit';
import { EMPTY, NEVER, of, Subject } from 'rxjs';
import { assertDrawing } from '../fixtures/drawing.ts';

const test = suite('takeUntil');

test('does what its drawing shows', () =>
  assertDrawing('takeUntil', ({ source, input }) => source.pipe(takeUntil(input('stop')))));

test('completes at the first value of the notifier and leaves both', () => {
  const source = new Subject<number>();
  const stop = new Subject<void>();
  const log: unknown[] = [];
  Stream.from<number>(source)
    .pipe(takeUntil(stop))
    .subscribe({ next: (value) => log.push(value), complete: () => log.push('end') });
  source.next(1);
  stop.next();
  source.next(2);
  assert.equal(log, [1, 'end']);
  assert.not(source.observed);
  assert.not(stop.observed);
});

test('an AbortSignal is a notifier, and is left without listeners', () => {
  const controller = new AbortController();
  let ended = false;
  Stream.from<number>(NEVER)
    .pipe(takeUntil(controller.signal))
    .subscribe({ complete: () => (ended = true) });
  controller.abort();
  assert.ok(ended);
  let early = false;
  Stream.from<number>(NEVER)
    .pipe(takeUntil(AbortSignal.abort()))
    .subscribe({ complete: () => (early = true) });
  assert.ok(early);
});

test('a notifier that has spoken before keeps the source from being subscribed to', () => {
  let subscribed = false;
  new Stream<number>(() => {
    subscribed = true;
  })
    .pipe(takeUntil(of(1)))
    .subscribe();
  assert.not(subscribed);
});

test('a notifier that ends without a word changes nothing; its error ends the stream', async () => {
  assert.equal(await Stream.from([1, 2]).pipe(takeUntil(EMPTY)).collect(), [1, 2]);
  const failing = Stream.from<number>(NEVER).pipe(takeUntil(Promise.reject(new Error('notifier'))));
  assert.is(await failing.collect().catch((error: Error) => error.message), 'notifier');
});

test.run();
