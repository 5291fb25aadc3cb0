/**
 * Marbles in virtual time: plays a scenario over cold and hot sources and writes down everything that can be seen of it
 * from outside: every notification with its frame, and when each source was subscribed to and left.
 */
import { Stream } from '@oxbow/stream';
import fc from 'fast-check';
import { type Observable, Observable as RxObservable, type Subscriber, type Subscription } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';

/** The sources of one scenario: marble diagrams, hot or cold, and the frame in which the consumer leaves. */
export interface Marbles {
  readonly a: string;
  readonly b: string;
  readonly c: string;
  /** A small number for counts, times and indexes. */
  readonly n: number;
  readonly hot: boolean;
  readonly leaveAt: number | undefined;
  /** Leaves between two frames: where two timers fall into one frame, which comes first is nobody's promise. */
  readonly between?: boolean;
}

/** What a scenario builds from. */
export interface Sources {
  readonly a: Observable<string>;
  readonly b: Observable<string>;
  readonly c: Observable<string>;
  readonly n: number;
}

export interface Played {
  readonly notes: readonly (readonly unknown[])[];
  readonly subscriptions: readonly unknown[];
}

/** How a marble source is handed to the scenario. */
export const AS_OBSERVABLE = (source: Observable<string>): Observable<string> => source;
export const AS_STREAM = (source: Observable<string>): Observable<string> => Stream.from<string>(source);
/** The same by `new`, with a producer that subscribes. */
export const AS_STREAM_PRODUCER = (source: Observable<string>): Observable<string> =>
  new Stream<string>((out) => forward(source, out));
export const AS_OBSERVABLE_PRODUCER = (source: Observable<string>): Observable<string> =>
  new RxObservable<string>((out) => forward(source, out));

function forward(source: Observable<string>, out: Subscriber<string>): Subscription {
  return source.subscribe({
    next: (value) => out.next(value),
    error: (error) => out.error(error),
    complete: () => out.complete(),
  });
}

/** Runs one scenario to the end of virtual time, or to `leaveAt`. */
export function play(
  build: (sources: Sources) => Observable<unknown>,
  marbles: Marbles,
  wrap: (source: Observable<string>) => Observable<string>,
): Played {
  const scheduler = new TestScheduler(() => {});
  const notes: unknown[][] = [];
  let subscriptions: unknown[] = [];
  scheduler.run(({ cold, hot, flush }) => {
    // Sources that are not the first stay cold: an inner stream or a notifier is often subscribed to late.
    const made = [marbles.hot ? hot(marbles.a) : cold(marbles.a), cold(marbles.b), cold(marbles.c)] as const;
    const [a, b, c] = made.map(wrap) as [Observable<string>, Observable<string>, Observable<string>];
    scheduler.schedule(() => {
      let result: Observable<unknown>;
      try {
        result = build({ a, b, c, n: marbles.n });
      } catch {
        notes.push(['refused']);
        return;
      }
      const subscription = watch(result, '', notes, scheduler);
      const { leaveAt } = marbles;
      if (leaveAt !== undefined)
        scheduler.schedule(() => subscription.unsubscribe(), leaveAt + (marbles.between ? 0.5 : 0));
    });
    // Sources that repeat without end are cut off: what they did until then is compared.
    scheduler.maxFrames = 60;
    try {
      flush();
    } catch (error) {
      // Two timers of RxJS's own that coincide are more than its TestScheduler can take.
      notes.push(['broke', nameOf(error)]);
    }
    subscriptions = made.map((source) => source.subscriptions.map((log) => ({ ...log })));
  });
  return { notes, subscriptions };
}

/** Streams among the values (windows, groups) are watched too, under a name of their own. */
function watch(source: Observable<unknown>, path: string, notes: unknown[][], scheduler: TestScheduler) {
  let count = 0;
  return source.subscribe({
    next: (value) => {
      if (value instanceof RxObservable) {
        const name = `${path}/${count++}`;
        notes.push([scheduler.frame, path, 'opens', name]);
        watch(value, name, notes, scheduler);
      } else notes.push([scheduler.frame, path, 'next', value]);
    },
    error: (error) => notes.push([scheduler.frame, path, 'error', nameOf(error)]),
    complete: () => notes.push([scheduler.frame, path, 'complete']),
  });
}

function nameOf(error: unknown): unknown {
  return error instanceof Error ? error.name : error;
}

const step = fc.oneof(
  { weight: 4, arbitrary: fc.constant('-') },
  { weight: 4, arbitrary: fc.constantFrom('p', 'q', 'r', 's') },
  { weight: 1, arbitrary: fc.constantFrom('(pq)', '(rs)') },
);

/** A marble diagram of up to a dozen frames; now and then all of it in one frame. */
const diagram: fc.Arbitrary<string> = fc
  .tuple(fc.array(step, { maxLength: 8 }), fc.constantFrom('|', '|', '#', ''), fc.boolean())
  .map(([steps, end, atOnce]) => {
    const values = steps.join('');
    if (!atOnce || values.includes('(')) return values + end || '-';
    const together = values.replaceAll('-', '') + end;
    return together === '' ? '-' : together.length === 1 ? together : `(${together})`;
  });

export const anyMarbles: fc.Arbitrary<Marbles> = fc.record({
  a: diagram,
  b: diagram,
  c: diagram,
  n: fc.integer({ min: 0, max: 4 }),
  hot: fc.boolean(),
  leaveAt: fc.option(fc.integer({ min: 0, max: 14 }), { nil: undefined }),
});
