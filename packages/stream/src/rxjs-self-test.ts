/**
 * Proof at import that the installed rxjs is one this package can work with: everything that `rxjs-inside.ts` knows of it is
 * tried here, once.
 */
import { filter, groupBy, map, mergeMap, Observable, type Operator, Subject, Subscriber } from 'rxjs';
import { RxjsUnfitError } from './errors.ts';
import { findGate, Gate } from './gate.ts';
import { above, derive, GuardedSubscriber, isStockGroup } from './rxjs-inside.ts';

/** One process may hold one rxjs: a Subscriber of a second copy is not linked to the first one's. */
const kRxjs = Symbol.for('@oxbow/stream.rxjs');

interface Registry {
  [kRxjs]?: unknown;
}

type SubscribeHook = { _subscribe?: (subscriber: Subscriber<unknown>) => undefined };
type Base = new () => Observable<unknown>;

class Probe extends GuardedSubscriber<unknown> {
  readonly oxbowGate: Gate = new Gate({ label: 'self-test', queued: 0, waitsFor: () => 'nothing' });
  readonly seen: unknown[] = [];

  protected override onNext(value: unknown): void {
    this.seen.push(value);
    this.stop();
  }
}

/** What must hold, in words and as a question. */
const FACTS: Readonly<Record<string, (Source: Base) => boolean>> = {
  'its subscribers are linked by destination': (Source) => {
    const probe = new Probe();
    let found: unknown;
    const source = new Source();
    (source as unknown as SubscribeHook)._subscribe = (subscriber) => {
      found = findGate(subscriber);
      return undefined;
    };
    source
      .pipe(
        map((value) => value),
        filter(() => true),
        mergeMap((value) => [value]),
      )
      .subscribe(probe);
    return found === probe.oxbowGate;
  },
  'a source is started by _subscribe': (Source) => {
    let started = 0;
    const source = new Source();
    (source as unknown as SubscribeHook)._subscribe = () => {
      started++;
      return undefined;
    };
    source.subscribe(new Probe());
    return started === 1;
  },
  'a lifted one subscribes by its operator, and knows its source': (Source) => {
    const source = new Source();
    let called: unknown;
    const operator = { call: (_subscriber: unknown, from: unknown) => void (called = from) };
    const lifted = derive(new Source(), source, operator as unknown as Operator<never, unknown>);
    lifted.subscribe(new Probe());
    return called === source && above(lifted) === source && above(source) === undefined;
  },
  'isStopped makes a subscriber deaf': () => {
    const probe = new Probe();
    probe.next(1);
    probe.next(2);
    const subject = new Subject<unknown>();
    subject.subscribe(probe);
    subject.next(3);
    return probe.seen.length === 1 && probe.stopped && new Subscriber().closed === false;
  },
  'a subscriber of one that has ended is closed from birth': () => {
    const ended = new Subscriber<unknown>();
    ended.unsubscribe();
    return new Subscriber(ended).closed;
  },
  'a group is known by the code it subscribes by': () => {
    let isGroup = false;
    const source = new Subject<unknown>();
    source.pipe(groupBy(() => 0)).subscribe((group) => {
      isGroup = isStockGroup(group);
    });
    source.next(0);
    const lookalike = Object.assign(new Observable<unknown>(() => {}), { key: 0 });
    return isGroup && !isStockGroup(lookalike);
  },
};

/**
 * @param Source the class to test with: any Observable of the rxjs in question
 * @param registry where the copy in use is written down
 * @throws RxjsUnfitError when something does not hold, or a second copy of rxjs is in use
 */
export function checkRxjs(Source: Base, registry: object = globalThis): void {
  for (const [fact, holds] of Object.entries(FACTS)) {
    if (!isTrue(holds, Source)) {
      throw new RxjsUnfitError(
        'ERR_OXBOW_STREAM_RXJS_UNFIT',
        `The installed rxjs is not RxJS 7 inside, so backpressure cannot pass; it does not hold that ${fact}. ` +
          'Install rxjs ^7.8.1 (npm ls rxjs shows what is there).',
      );
    }
  }
  const registered = (registry as Registry)[kRxjs];
  if (registered !== undefined && registered !== Observable) {
    throw new RxjsUnfitError(
      'ERR_OXBOW_STREAM_RXJS_DUPLICATE',
      'Two copies of rxjs are loaded, each with an @oxbow/stream of its own: streams of one are strangers to the other. ' +
        'Make the package manager keep one (npm ls rxjs, npm dedupe).',
    );
  }
  Object.defineProperty(registry, kRxjs, { value: Observable, configurable: true });
}

function isTrue(holds: (Source: Base) => boolean, Source: Base): boolean {
  try {
    return holds(Source);
  } catch {
    return false;
  }
}
