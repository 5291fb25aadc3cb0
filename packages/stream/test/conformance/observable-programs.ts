/**
 * Small programs that show what an Observable promises: each is run once with RxJS's Observable and once with Stream, and
 * must write the same log. `C` is the class, `o` the operators, `log` takes notes.
 */
import type { Observable, Subscriber, Subscription } from 'rxjs';
import * as rx from 'rxjs';

/* biome-ignore-start lint/suspicious/noExplicitAny: two classes and two sets of operators, used alike */
export type Program = (C: any, log: (...notes: unknown[]) => void, o: any) => unknown;

const full = (log: (...notes: unknown[]) => void, name = '') => ({
  next: (v: unknown) => log(`${name}next`, v),
  error: (e: unknown) => log(`${name}error`, e instanceof Error ? e.message : e),
  complete: () => log(`${name}complete`),
});

const counting = (C: any, log: (...notes: unknown[]) => void): Observable<number> =>
  new C((out: Subscriber<number>) => {
    for (let i = 0; i < 5 && !out.closed; i++) {
      log('emits', i);
      out.next(i);
    }
    out.complete();
    return () => log('left');
  });

/** Waits for what RxJS reports by a timer. */
const reported = async (log: (...notes: unknown[]) => void, act: () => void): Promise<void> => {
  rx.config.onUnhandledError = (error) => log('unhandled', error instanceof Error ? error.message : error);
  rx.config.onStoppedNotification = (note) =>
    log('stopped', note.kind, (note as any).error ?? (note as any).value);
  try {
    act();
    // Of two such timers, the one started first comes first.
    await new Promise((resolve) => setTimeout(resolve));
  } finally {
    rx.config.onUnhandledError = null;
    rx.config.onStoppedNotification = null;
  }
};

export const PROGRAMS: Record<string, Program> = {
  'a subscriber gets values, the end, and the teardown, within subscribe': (C, log) => {
    counting(C, log).subscribe(full(log));
    log('returned');
  },
  'subscribe takes three functions, and null for any of them': (C, log) => {
    counting(C, log).subscribe(
      (v: number) => log(v),
      null,
      () => log('end'),
    );
    counting(C, log).subscribe(null, null, () => log('end'));
    counting(C, log).subscribe(undefined);
  },
  'subscribe takes partial observers and calls them as methods': (C, log) => {
    counting(C, log).subscribe({
      seen: 0,
      next() {
        log(++this.seen);
      },
    } as any);
    counting(C, log).subscribe({
      name: 'x',
      complete() {
        log(this.name);
      },
    } as any);
    counting(C, log).subscribe({} as any);
  },
  'subscribe returns a Subscription whose unsubscribe runs the teardown once': (C, log) => {
    const subscription = new C(() => () => log('left')).subscribe() as Subscription;
    log(subscription instanceof rx.Subscription, subscription.closed);
    subscription.unsubscribe();
    subscription.unsubscribe();
    log(subscription.closed);
  },
  'subscribe with a Subscriber returns that Subscriber': (C, log) => {
    const subscriber = new rx.Subscriber(full(log) as any);
    log(counting(C, log).subscribe(subscriber) === subscriber, subscriber.closed);
  },
  'a Subscriber that has ended is subscribed and left at once': (C, log) => {
    const subscriber = new rx.Subscriber(full(log) as any);
    subscriber.unsubscribe();
    new C((out: Subscriber<number>) => {
      log('started', out.closed);
      out.next(1);
      return () => log('left');
    }).subscribe(subscriber);
  },
  'a teardown may be a function, a Subscription, or anything to unsubscribe': (C, log) => {
    for (const teardown of [
      () => log('function'),
      new rx.Subscription(() => log('subscription')),
      { unsubscribe: () => log('object') },
      undefined,
    ]) {
      new C(() => teardown).subscribe().unsubscribe();
    }
  },
  'what is added to the subscriber is torn down in order': (C, log) => {
    new C((out: Subscriber<number>) => {
      out.add(() => log(1));
      out.add(() => log(2));
      return () => log(3);
    })
      .subscribe(full(log))
      .unsubscribe();
  },
  'the end is told before the teardown runs': (C, log) => {
    const source = new rx.Subject<number>();
    new C((out: Subscriber<number>) => {
      source.subscribe(out);
      return () => log('left');
    }).subscribe(full(log));
    source.next(1);
    source.complete();
    log('after');
  },
  'nothing is heard after the end': (C, log) => {
    new C((out: Subscriber<number>) => {
      out.next(1);
      out.complete();
      out.next(2);
      out.error('late');
      out.complete();
      log(out.closed);
    }).subscribe(full(log));
    new C((out: Subscriber<number>) => {
      out.error('failed');
      out.next(2);
      out.complete();
    }).subscribe(full(log));
  },
  'nothing is heard after unsubscribing from within next': (C, log) => {
    const subscription = new rx.Subscription();
    const late = new rx.Subject<number>();
    subscription.add(
      new C((out: Subscriber<number>) => late.subscribe(out)).subscribe({
        ...full(log),
        next: (v: number) => {
          log(v);
          if (v === 2) subscription.unsubscribe();
        },
      }),
    );
    for (const v of [1, 2, 3]) late.next(v);
    late.complete();
  },
  'a producer that throws sends the error down': (C, log) => {
    new C(() => {
      throw new Error('thrown');
    }).subscribe(full(log));
    new C((out: Subscriber<number>) => {
      out.next(1);
      throw new Error('thrown');
    }).subscribe(full(log));
  },
  'what a producer throws after its end is not lost': (C, log) =>
    reported(log, () => {
      new C((out: Subscriber<number>) => {
        out.error('first');
        throw 'second';
      }).subscribe(full(log));
      new C((out: Subscriber<number>) => {
        out.complete();
        throw 'second';
      }).subscribe(full(log));
    }),
  'late notifications are reported as stopped': (C, log) =>
    reported(log, () => {
      new C((out: Subscriber<number>) => {
        out.complete();
        out.next(1);
        out.error('late');
        out.complete();
      }).subscribe(full(log));
    }),
  'an error without a handler is reported, and the teardown runs': (C, log) =>
    reported(log, () => {
      new C((out: Subscriber<number>) => {
        out.error('nobody');
        return () => log('left');
      }).subscribe();
      new C((out: Subscriber<number>) => {
        out.error('nobody');
        return () => log('left');
      }).subscribe(() => {});
    }),
  'a handler that throws is reported, and the stream goes on': (C, log) =>
    reported(log, () => {
      counting(C, log).subscribe({
        next: (v) => {
          if (v === 1) throw 'next';
          log(v);
        },
        complete: () => {
          throw 'complete';
        },
      });
      new C((out: Subscriber<number>) => out.error('e')).subscribe({
        error: () => {
          throw 'error';
        },
      });
    }),
  'an error crosses operators to a handler that throws': (C, log, o) =>
    reported(log, () => {
      counting(C, log)
        .pipe(
          o.map((v: number) => v),
          o.filter(Boolean),
        )
        .subscribe({
          next: (v) => {
            throw v;
          },
        });
    }),
  'synchronous error handling throws out of subscribe': (C, log) => {
    const { warn, log: info } = console;
    console.warn = console.log = () => {};
    try {
      rx.config.useDeprecatedSynchronousErrorHandling = true;
      for (const source of [
        new C((out: Subscriber<number>) => out.error('failed')),
        new C(() => {
          throw 'thrown';
        }),
        counting(C, log),
        counting(C, log).pipe(rx.map((v) => v)),
      ]) {
        try {
          source.subscribe(
            source instanceof rx.Observable
              ? (v: number) => {
                  if (v === 1) throw 'next';
                }
              : undefined,
          );
          log('no throw');
        } catch (error) {
          log('threw', error);
        }
      }
    } finally {
      rx.config.useDeprecatedSynchronousErrorHandling = false;
      console.warn = warn;
      console.log = info;
    }
  },
  'a teardown that throws is told to whoever unsubscribes': (C, log) => {
    const subscription = new C(() => () => {
      throw new Error('teardown');
    }).subscribe() as Subscription;
    try {
      subscription.unsubscribe();
    } catch (error) {
      log(
        (error as Error).name,
        (error as rx.UnsubscriptionError).errors.map((e) => (e as Error).message ?? e),
      );
    }
  },
  'next without a value gives undefined': (C, log) => {
    new C((out: Subscriber<undefined>) => {
      out.next(undefined);
      (out as any).next();
      out.complete();
    }).subscribe(full(log));
  },
  'the producer runs once for each subscriber, as a method of the stream': (C, log) => {
    const stream = new C(function (this: unknown, out: Subscriber<number>) {
      log(this === stream);
      out.complete();
    });
    stream.subscribe();
    stream.subscribe();
  },
  'each subscriber has a life of its own': (C, log) => {
    const source = new rx.Subject<number>();
    const stream = new C((out: Subscriber<number>) => source.subscribe(out)) as Observable<number>;
    const first = stream.subscribe(full(log, 'first '));
    stream.pipe(rx.take(1)).subscribe(full(log, 'second '));
    source.next(1);
    first.unsubscribe();
    source.next(2);
    log(source.observed);
  },
  'forEach gives every value and resolves': async (C, log) => {
    await counting(C, log).forEach((v: number) => void log(v));
    log('resolved');
  },
  'forEach calls within the call': (C, log) => {
    void counting(C, log).forEach((v: number) => void log(v));
    log('returned');
  },
  'forEach rejects with the error of the stream': async (C, log) => {
    await new C((out: Subscriber<number>) => {
      out.next(1);
      out.error('failed');
    })
      .forEach((v: number) => void log(v))
      .catch((e: unknown) => log('rejected', e));
  },
  'forEach rejects with what its function throws, and leaves': async (C, log) => {
    await counting(C, log)
      .forEach((v: number) => {
        log(v);
        if (v === 2) throw 'thrown';
      })
      .catch((e: unknown) => log('rejected', e));
    const source = new rx.Subject<number>();
    const failing = source.pipe(rx.finalize(() => log('left')));
    const done = new C((out: Subscriber<number>) => failing.subscribe(out))
      .forEach(() => {
        throw 'later';
      })
      .catch((e: unknown) => log('rejected', e));
    source.next(1);
    log(source.observed);
    await done;
  },
  'toPromise, firstValueFrom and lastValueFrom': async (C, log) => {
    log(await counting(C, log).toPromise());
    log(await rx.firstValueFrom(counting(C, log)));
    log(await rx.lastValueFrom(counting(C, log)));
    const none = new C((out: Subscriber<number>) => out.complete()) as Observable<number>;
    log(
      await rx.firstValueFrom(none).catch((e: Error) => e.name),
      await rx.lastValueFrom(none, { defaultValue: 7 }),
    );
    log(await none.toPromise());
  },
  'pipe without operators is the stream, and pipe gives what the last function gives': (C, log) => {
    const stream = counting(C, () => {});
    log(
      stream.pipe() === stream,
      (stream as any).pipe(() => 7),
      (stream as any).pipe((s: unknown) => s === stream),
    );
  },
  'it is its own Symbol.observable': (C, log) => {
    const stream = counting(C, () => {}) as any;
    log(stream[rx.observable]() === stream, rx.isObservable(stream), rx.from(stream) === stream);
  },
  'create makes one of the class itself': (C, log) => {
    const made = C.create((out: Subscriber<number>) => {
      out.next(1);
      out.complete();
    });
    log(made instanceof C);
    made.subscribe(full(log));
  },
  'lift gives one of the class, and its operator subscribes': (C, log) => {
    const lifted = counting(C, log).lift({
      call(subscriber: Subscriber<number>, source: Observable<number>) {
        const inner = source.subscribe({ next: (v) => subscriber.next(v * 10) });
        return () => {
          inner.unsubscribe();
          log('operator left');
        };
      },
    } as any);
    log(lifted instanceof C);
    lifted.subscribe(full(log)).unsubscribe();
  },
  'a subclass that overrides lift keeps its class through operators': (C, log, o) => {
    class Custom extends C {
      lift(operator: unknown) {
        const lifted = new Custom();
        Object.assign(lifted as any, { source: this, operator });
        return lifted;
      }
    }
    const custom = new (Custom as any)((out: Subscriber<number>) => {
      out.next(1);
      out.next(2);
      out.complete();
    }) as any;
    for (const [name, operator] of Object.entries<any>({
      map: o.map((v: number) => v * 10),
      filter: o.filter((v: number) => v > 1),
      scan: o.scan((a: number, v: number) => a + v),
      take: o.take(1),
      tap: o.tap(() => {}),
      mergeMap: o.mergeMap((v: number) => [v, v]),
      concatMap: o.concatMap((v: number) => [v]),
      switchMap: o.switchMap((v: number) => [v]),
      exhaustMap: o.exhaustMap((v: number) => [v]),
      mergeWith: o.mergeWith([7]),
      concatWith: o.concatWith([7]),
      zipWith: o.zipWith([7]),
      withLatestFrom: o.withLatestFrom([7]),
      share: o.share(),
      shareReplay: o.shareReplay(1),
      retry: o.retry(1),
      takeUntil: o.takeUntil(o.NEVER),
      timeout: o.timeout(1000),
      connect: o.connect((s: any) => s),
      delayWhen: o.delayWhen(() => [1]),
      expand: o.expand((v: number) => (v < 20 ? [v * 10] : [])),
      distinct: o.distinct(),
      buffer: o.buffer(o.NEVER),
      bufferTime: o.bufferTime(1000),
      observeOn: o.observeOn(o.queueScheduler),
      mergeScan: o.mergeScan((a: number, v: number) => [a + v], 0),
    })) {
      const result = custom.pipe(operator);
      log(name, result instanceof Custom);
      result.subscribe(full(log)).unsubscribe();
    }
  },
  'a subclass with a method of its own can be made by a static one': (C, log, o) => {
    class Custom extends C {
      static wrap(source: unknown) {
        return Object.assign(new Custom() as any, { source });
      }
      double() {
        return (this as any).pipe(o.map((v: number) => v * 2));
      }
    }
    Custom.wrap(rx.of(1, 2)).double().subscribe(full(log));
  },
  'a class compiled for old engines can extend it through Reflect.construct': (C, log) => {
    function Old(this: unknown, producer: unknown) {
      return Reflect.construct(C, [producer], Old);
    }
    Old.prototype = Object.create(C.prototype, { constructor: { value: Old } });
    const old = new (Old as any)((out: Subscriber<number>) => {
      out.next(1);
      out.complete();
    });
    log(old instanceof C, old instanceof (Old as any));
    old.pipe(rx.map((v: number) => v + 1)).subscribe(full(log));
  },
  'a very long chain of operators and of streams does not break': (C, log, o) => {
    let stream = counting(C, () => {}) as Observable<number>;
    for (let i = 0; i < 300; i++) stream = stream.pipe(o.map((v: number) => v + 1));
    stream.subscribe(full(log));
  },
  'a source that feeds itself back runs to its end': (C, log, o) => {
    const subject = new rx.Subject<number>();
    new C((out: Subscriber<number>) => subject.subscribe(out))
      .pipe(
        o.filter((v: number) => v < 5),
        o.map((v: number) => v + 1),
      )
      .subscribe({
        next: (v: number) => {
          log(v);
          subject.next(v);
        },
      });
    subject.next(0);
  },
  'a synchronous source is left between two values': (C, log, o) => {
    for (const operators of [
      [],
      [o.map((v: number) => v)],
      [o.mergeMap((v: number) => [v])],
      [o.concatMap((v: number) => o.of(v))],
      [o.switchMap((v: number) => o.of(v))],
      [o.share()],
      [o.retry(2)],
    ]) {
      (counting(C, log) as any).pipe(...operators, o.take(2)).subscribe(full(log));
    }
  },
  'finalize runs from the source down on complete and error, and once on leaving': (C, log, o) => {
    const source = new rx.Subject<number>();
    const make = () =>
      new C((out: Subscriber<number>) => source.subscribe(out)).pipe(
        o.finalize(() => log('a')),
        o.map((v: number) => v),
        o.finalize(() => log('b')),
        o.mergeMap((v: number) => o.of(v)),
        o.finalize(() => log('c')),
      );
    make().subscribe(full(log)).unsubscribe();
    make().subscribe(full(log));
    source.complete();
  },
  'using, iif and defer around a stream': (C, log, o) => {
    o.using(
      () => ({ unsubscribe: () => log('resource') }),
      () => counting(C, log),
    )
      .pipe(o.take(2))
      .subscribe(full(log));
    o.iif(() => true, counting(C, log), o.EMPTY)
      .pipe(o.take(1))
      .subscribe(full(log));
    o.defer(() => counting(C, log))
      .pipe(o.take(1))
      .subscribe(full(log));
  },
  'a subclass with a lift of its own is what operators make': (C, log, o) => {
    class Logging extends C {
      lift(operator: unknown): any {
        const lifted = new Logging();
        (lifted as any).source = this;
        (lifted as any).operator = operator;
        return lifted;
      }
    }
    const made = new (Logging as any)((out: Subscriber<number>) => {
      out.next(1);
      out.next(2);
      out.complete();
    });
    const piped = made.pipe(
      rx.map((x: number) => x * 2),
      o.scan((a: number, b: number) => a + b),
    );
    log(piped instanceof Logging, piped.source instanceof Logging, piped.operator !== undefined);
    piped.subscribe(full(log));
  },
  'a lift may wrap every subscriber of a chain': (C, log) => {
    class Wrapping extends C {
      lift(operator: any): any {
        const lifted = new Wrapping();
        (lifted as any).source = this;
        (lifted as any).operator = {
          call(subscriber: Subscriber<unknown>, source: any) {
            const wrapped = new rx.Subscriber<unknown>(subscriber as any);
            const { next } = wrapped;
            wrapped.next = (value) => {
              log('passes', value);
              next.call(wrapped, value);
            };
            return operator.call(wrapped, source);
          },
        };
        return lifted;
      }
    }
    const source = new (Wrapping as any)((out: Subscriber<number>) => {
      for (let i = 0; i < 4 && !out.closed; i++) out.next(i);
      out.complete();
      return () => log('left');
    });
    source
      .pipe(
        rx.map((x: number) => x + 1),
        rx.filter((x: number) => x % 2 === 0),
        rx.take(1),
      )
      .subscribe(full(log));
  },
  'an operator that is only a call is lifted by hand': (C, log) => {
    const doubling = {
      call: (subscriber: Subscriber<number>, source: any) =>
        source.subscribe({
          next: (x: number) => subscriber.next(x * 2),
          error: (e: unknown) => subscriber.error(e),
          complete: () => subscriber.complete(),
        }),
    };
    (counting(C, log) as any).lift(doubling).subscribe(full(log));
  },
  'what a producer throws before and after its first value goes to the observer': (C, log) => {
    new C(() => {
      throw 'at once';
    }).subscribe(full(log));
    new C((out: Subscriber<number>) => {
      out.add(() => log('added is torn down'));
      out.next(1);
      throw 'later';
    }).subscribe(full(log));
    const nobody = new C((out: Subscriber<number>) => {
      out.complete();
      throw 'after the end';
    });
    return reported(log, () => nobody.subscribe(full(log)));
  },
  'what an observer throws is reported, and the source goes on': (C, log) =>
    reported(log, () => {
      counting(C, log).subscribe({
        next: (v: number) => {
          log(v);
          throw `next ${v}`;
        },
        complete: () => {
          throw 'complete';
        },
      });
      new C((out: Subscriber<number>) => out.error('source')).subscribe({
        error: () => {
          throw 'error';
        },
      });
    }),
  'teardowns that throw are gathered, and all of them run': (C, log) => {
    const subscription = new C((out: Subscriber<number>) => {
      out.add(() => {
        log('first');
        throw 'first';
      });
      out.add(() => log('second'));
      return () => {
        log('third');
        throw 'third';
      };
    }).subscribe() as Subscription;
    try {
      subscription.unsubscribe();
    } catch (error) {
      log((error as Error).name, (error as rx.UnsubscriptionError).errors.length);
    }
    log(subscription.closed);
  },
  'forEach takes a promise class, and what it throws rejects': async (C, log) => {
    const source = counting(C, log) as any;
    log(source.forEach(() => {}, Promise) instanceof Promise);
    await source.forEach((v: number) => void log('each', v)).then(() => log('done'));
    await source
      .forEach((v: number) => {
        if (v === 2) throw 'two';
      })
      .catch((error: unknown) => log('rejected', error));
    await new C((out: Subscriber<number>) => out.error('source'))
      .forEach(() => {})
      .catch((error: unknown) => log('rejected', error));
  },
  'promises of the first and the last value, and of an empty stream': async (C, log) => {
    log(await (counting(C, log) as any).toPromise());
    log(await rx.firstValueFrom(counting(C, log)));
    log(await rx.lastValueFrom(counting(C, log)));
    await rx
      .firstValueFrom(new C((out: Subscriber<number>) => out.complete()) as Observable<number>)
      .catch((error) => log(error.name));
  },
  'Symbol.observable gives the stream itself, and from() takes it': (C, log, o) => {
    const source = counting(C, log) as any;
    log(source[rx.observable]() === source);
    const foreign = { [rx.observable]: () => source };
    o.from(foreign).subscribe(full(log));
    log(rx.isObservable(source), source instanceof rx.Observable);
  },
  'a subscriber may be given to two sources, and ends with the first': (C, log) => {
    const subscriber = new rx.Subscriber<number>(full(log) as any);
    const [a, b] = [new rx.Subject<number>(), new rx.Subject<number>()];
    new C((out: Subscriber<number>) => a.subscribe(out)).subscribe(subscriber);
    new C((out: Subscriber<number>) => b.subscribe(out)).subscribe(subscriber);
    a.next(1);
    b.next(2);
    a.complete();
    b.next(3);
    log(subscriber.closed, a.observed, b.observed);
  },
  'unsubscribing within the producer stops the rest of it': (C, log) => {
    const subscriber = new rx.Subscriber<number>(full(log) as any);
    new C((out: Subscriber<number>) => {
      out.next(1);
      subscriber.unsubscribe();
      out.next(2);
      log(out.closed);
      return () => log('left');
    }).subscribe(subscriber);
  },
  'merge of one source is that source': (C, log, o) => {
    const only = counting(C, log);
    log(o.merge(only) === only, o.merge(only, 1) === only, o.merge(only, o.asyncScheduler) === only);
    log(o.merge() === o.EMPTY, o.from(only) === only, o.race(only) === only);
  },
  'a reset notifier of share that fails is reported, at once and later': async (C, log, o) => {
    const later = () => o.timer(1).pipe(o.mergeMap(() => o.throwError(() => 'later')));
    const notifiers = {
      'at once': () => o.throwError(() => 'at once'),
      later,
      'thrown by the function': () => {
        throw 'thrown by the function';
      },
      'of many values': () => rx.of(1, 2, 3),
      'of none': () => o.EMPTY,
    };
    for (const [when, notifier] of Object.entries(notifiers)) {
      for (const rule of ['resetOnRefCountZero', 'resetOnComplete', 'resetOnError']) {
        // RxJS loses the end of the source when such a function throws.
        if (when === 'thrown by the function') continue;
        log(when, rule);
        await reported(log, () => {
          let subscriptions = 0;
          const source = new C((out: Subscriber<number>) => {
            log('subscribed', ++subscriptions);
            out.next(1);
            if (rule === 'resetOnComplete') out.complete();
            if (rule === 'resetOnError') out.error('source');
          });
          const shared = (source as any).pipe(o.share({ [rule]: notifier }));
          shared.subscribe(full(log, 'a ')).unsubscribe();
          shared.subscribe(full(log, 'b ')).unsubscribe();
        });
      }
    }
  },
  'multicasting a stream with publish and connect': (C, log) => {
    const connectable = rx.connectable(counting(C, log));
    connectable.subscribe(full(log, 'a '));
    connectable.subscribe(full(log, 'b '));
    connectable.connect();
    const published = (counting(C, log) as any).pipe(rx.publishReplay(1), rx.refCount());
    published.subscribe(full(log, 'c '));
    published.subscribe(full(log, 'd '));
  },
  'a Subject can be an observer of it, and it of a Subject': (C, log) => {
    const subject = new rx.ReplaySubject<number>();
    counting(C, log).subscribe(subject);
    subject.subscribe(full(log));
  },
  'the end is told once to each of two inner streams that fail at once': (C, log, o) => {
    const fail = new rx.Subject<number>();
    new C((out: Subscriber<number>) => {
      out.next(1);
      out.next(2);
    })
      .pipe(o.mergeMap(() => fail))
      .subscribe(full(log));
    fail.error('failed');
  },
};
/* biome-ignore-end lint/suspicious/noExplicitAny: see above */
