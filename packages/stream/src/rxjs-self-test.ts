/**
 * Proof at import that the installed rxjs is one the gate can travel through: `destination` is internal to RxJS 7, so the
 * first thing this package does is to send a gate through three stock operators and look for it at the other end.
 */
import { filter, map, mergeMap, Observable, Subscriber } from 'rxjs';
import { RxjsUnfitError } from './errors.ts';
import { findGate, Gate } from './gate.ts';

/** One process may hold one rxjs: a Subscriber of a second copy is not linked to the first one's. */
const kRxjs = Symbol.for('@oxbow/stream.rxjs');

interface Registry {
  [kRxjs]?: unknown;
}

type SubscribeHook = { _subscribe?: (subscriber: Subscriber<unknown>) => undefined };

class ProbeSubscriber extends Subscriber<unknown> {
  readonly oxbowGate: Gate = new Gate({ label: 'self-test', queued: 0, waitsFor: () => 'nothing' });
}

/**
 * @param Base the class to test with: any Observable of the rxjs in question
 * @param registry where the copy in use is written down
 * @throws RxjsUnfitError when the gate does not get through, or a second copy of rxjs is in use
 */
export function checkRxjs(Base: new () => Observable<unknown>, registry: object = globalThis): void {
  const probe = new ProbeSubscriber();
  let seen: unknown;
  const source = new Base();
  (source as unknown as SubscribeHook)._subscribe = (subscriber) => {
    seen = findGate(subscriber);
    return undefined;
  };
  try {
    source
      .pipe(
        map((value) => value),
        filter(() => true),
        mergeMap((value) => [value]),
      )
      .subscribe(probe);
  } catch (error) {
    seen = error;
  }
  if (seen !== probe.oxbowGate) {
    throw new RxjsUnfitError(
      'ERR_OXBOW_STREAM_RXJS_UNFIT',
      'The installed rxjs does not link its subscribers the way RxJS 7 does, so backpressure cannot pass. ' +
        'Install rxjs ^7.8.1 (npm ls rxjs shows what is there).',
    );
  }
  probe.unsubscribe();
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
