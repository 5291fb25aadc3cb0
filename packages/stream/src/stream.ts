/**
 * The one stream: an RxJS Observable that holds its source back.
 *
 * It pushes, as RxJS does, and a binary gate travels from the terminal to the root through whatever operators stand
 * between (see gate.ts). This file is the door: what a stream can do, each thing done elsewhere. It knows no buffer and
 * no operator.
 */
import type { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { bindToTask, checkOptions, type Settle } from '@oxbow/loop/lowlevel';
import {
  config,
  Observable,
  type Operator,
  type OperatorFunction,
  type Subscriber,
  type Subscription,
  type TeardownLogic,
  type UnaryFunction,
} from 'rxjs';
import { type Emitter, StreamEmitter, takesBatches } from './emitter.ts';
import { type Flow, GateFlow, OPEN_FLOW } from './flow.ts';
import { isObservable, kToAsyncStreamable, producerOf, type StreamInput } from './from/stream-input.ts';
import { findGate, type Gate } from './gate.ts';
import { heldApart } from './held-apart.ts';
import { subscribeThroughBuffer } from './operators/buffer.ts';
import { ControlSubscriber } from './operators/control-subscriber.ts';
import {
  type BufferBounds,
  type BufferOptions,
  bufferBounds,
  checkCount,
  checkSignal,
  DEFAULT_BUFFER_BOUNDS,
} from './overflow.ts';
import { derive, HookedObservable } from './rxjs-inside.ts';
import { checkRxjs } from './rxjs-self-test.ts';
import { tearDownLate, trackTeardown } from './teardown.ts';
import { BatchIntake } from './terminal/batch-intake.ts';
import { collect } from './terminal/collect.ts';
import { forEachBy } from './terminal/for-each.ts';
import { LiveIntakes } from './terminal/live-intakes.ts';
import { isAsyncFunction } from './terminal/own-turn.ts';
import { runSink } from './terminal/run-sink.ts';
import { PullIterator, type StreamIterator } from './terminal/stream-iterator.ts';
import type {
  BatchesOptions,
  CollectOptions,
  ForEachOptions,
  ToOptions,
} from './terminal/terminal-options.ts';
import { ValueIntake } from './terminal/value-intake.ts';
import { toReadable } from './to/readable.ts';
import { type SinkInput, sinkOf } from './to/sink.ts';
import { toWebReadable } from './to/web-stream.ts';
import { type FlowReport, reportFlow } from './why.ts';

/** Starts a source for one subscriber. What it returns is run once when the subscription ends, however it ends. */
export type Producer<T> = (
  this: Stream<T>,
  out: Emitter<T>,
  flow: Flow,
) => TeardownLogic | (() => PromiseLike<void>);

/**
 * An RxJS Observable with backpressure, readable by `for await`.
 *
 * Cold: the producer runs once for each subscription. `subscribe()` has unlimited demand, as in RxJS; every other
 * terminal holds the source back. Unsubscribing, leaving a loop, aborting a signal and cancelling the task are one act:
 * the teardown runs once, synchronously.
 *
 * @example
 * ```ts
 * import { Stream } from '@oxbow/stream';
 * import { filter, map } from 'rxjs';
 *
 * const even = Stream.from([1, 2, 3, 4]).pipe(
 *   filter((n) => n % 2 === 0),
 *   map((n) => n * n),
 * );
 * for await (const n of even) console.log(n); // 4, 16
 * ```
 */
export class Stream<T> extends HookedObservable<T> implements AsyncIterable<T> {
  private readonly producer: Producer<T> | undefined;
  private live: (() => LiveIntakes) | undefined;

  /**
   * @param producer emits into `out`, looks at `flow.paused` and waits by `flow.ready()` or `flow.onResume()`; returns its
   *   teardown. Without one the stream never emits.
   */
  constructor(producer?: Producer<T>) {
    super();
    this.producer = producer;
  }

  /**
   * Makes a stream of anything that gives values over time. A Stream without options is returned as it is.
   *
   * A Readable, a ReadableStream, an iterable and an async iterable are read only while the consumer wants more. A plain
   * Observable cannot be held back: what it emits while the consumer is busy waits up to the hard cap, or by the policy
   * named in `options.overflow`.
   *
   * @throws StreamInputError for anything else
   */
  static from<T>(input: StreamInput<T>, options?: BufferOptions<T>): Stream<T> {
    const stream = input instanceof Stream ? input : streamOf<T>(input);
    if (options === undefined) return stream;
    const bounds = bufferBounds(options, 'Stream.from()');
    const call = (subscriber: Subscriber<T>, source: Observable<T>): TeardownLogic =>
      subscribeThroughBuffer(source, subscriber, bounds, options.signal);
    return stream.lift({ call } as Operator<T, T>);
  }

  /** @deprecated RxJS's old word for `new`. */
  static override create = <T>(producer?: Producer<T>): Stream<T> => new Stream<T>(producer);

  /** As in RxJS, and what comes out is a Stream again. */
  override lift<R>(operator?: Operator<T, R>): Stream<R> {
    return derive(new Stream<R>(), this as never, operator as never);
  }

  override pipe(): Stream<T>;
  override pipe<A>(a: OperatorFunction<T, A>): Stream<A>;
  override pipe<A, B>(a: OperatorFunction<T, A>, b: OperatorFunction<A, B>): Stream<B>;
  override pipe<A, B, C>(
    a: OperatorFunction<T, A>,
    b: OperatorFunction<A, B>,
    c: OperatorFunction<B, C>,
  ): Stream<C>;
  override pipe<A, B, C, D>(
    a: OperatorFunction<T, A>,
    b: OperatorFunction<A, B>,
    c: OperatorFunction<B, C>,
    d: OperatorFunction<C, D>,
  ): Stream<D>;
  override pipe<A, B, C, D, E>(
    a: OperatorFunction<T, A>,
    b: OperatorFunction<A, B>,
    c: OperatorFunction<B, C>,
    d: OperatorFunction<C, D>,
    e: OperatorFunction<D, E>,
  ): Stream<E>;
  override pipe<A, B, C, D, E, F>(
    a: OperatorFunction<T, A>,
    b: OperatorFunction<A, B>,
    c: OperatorFunction<B, C>,
    d: OperatorFunction<C, D>,
    e: OperatorFunction<D, E>,
    f: OperatorFunction<E, F>,
  ): Stream<F>;
  override pipe<A, B, C, D, E, F, G>(
    a: OperatorFunction<T, A>,
    b: OperatorFunction<A, B>,
    c: OperatorFunction<B, C>,
    d: OperatorFunction<C, D>,
    e: OperatorFunction<D, E>,
    f: OperatorFunction<E, F>,
    g: OperatorFunction<F, G>,
  ): Stream<G>;
  override pipe<A, B, C, D, E, F, G, H>(
    a: OperatorFunction<T, A>,
    b: OperatorFunction<A, B>,
    c: OperatorFunction<B, C>,
    d: OperatorFunction<C, D>,
    e: OperatorFunction<D, E>,
    f: OperatorFunction<E, F>,
    g: OperatorFunction<F, G>,
    h: OperatorFunction<G, H>,
  ): Stream<H>;
  override pipe<A, B, C, D, E, F, G, H, I>(
    a: OperatorFunction<T, A>,
    b: OperatorFunction<A, B>,
    c: OperatorFunction<B, C>,
    d: OperatorFunction<C, D>,
    e: OperatorFunction<D, E>,
    f: OperatorFunction<E, F>,
    g: OperatorFunction<F, G>,
    h: OperatorFunction<G, H>,
    i: OperatorFunction<H, I>,
  ): Stream<I>;
  override pipe<A, B, C, D, E, F, G, H, I>(
    a: OperatorFunction<T, A>,
    b: OperatorFunction<A, B>,
    c: OperatorFunction<B, C>,
    d: OperatorFunction<C, D>,
    e: OperatorFunction<D, E>,
    f: OperatorFunction<E, F>,
    g: OperatorFunction<F, G>,
    h: OperatorFunction<G, H>,
    i: OperatorFunction<H, I>,
    ...rest: OperatorFunction<unknown, unknown>[]
  ): Stream<unknown>;
  override pipe(...operators: UnaryFunction<never, unknown>[]): never {
    let result: unknown = this;
    for (const operator of operators) result = operator(result as never);
    // A few stock operators (endWith, concatWith…) build a plain Observable; the gate passes through it all the same.
    return (result instanceof Observable && !(result instanceof Stream) ? streamOf(result) : result) as never;
  }

  /** Reads the stream with the default buffer; the same as `values()`. */
  [Symbol.asyncIterator](): StreamIterator<T> {
    return this.values();
  }

  /** An iterator over the values. It subscribes at the first `next()`. */
  values(options?: BufferOptions<T>): StreamIterator<T> {
    const bounds = this.bounds(options, 'values()');
    return new PullIterator(new ValueIntake(this, bounds, options?.signal, this.watch()));
  }

  /**
   * An iterator over arrays of whatever has arrived, oldest first. Far cheaper for each value than `values()`: one wake-up
   * serves them all.
   */
  batches(options?: BatchesOptions<T>): StreamIterator<T[]> {
    const bounds = this.bounds(options, 'batches()', ['max']);
    const max = options?.max ?? Number.POSITIVE_INFINITY;
    checkCount(max, 'batches(): max', true);
    return new PullIterator(new BatchIntake(this, bounds, max, options?.signal, this.watch()));
  }

  /**
   * Calls `fn` for every value. While `concurrency` promises of it are pending, values wait in the buffer, and the source
   * is held back once it is full. A failing call ends the stream and rejects.
   */
  override forEach(fn: (value: T, index: number) => unknown, options?: ForEachOptions<T>): Promise<void>;
  /** @deprecated RxJS's form, with a promise class to construct. */
  override forEach(fn: (value: T) => void, promiseCtor: PromiseConstructorLike): Promise<void>;
  override forEach(
    fn: (value: T, index: number) => unknown,
    options?: ForEachOptions<T> | PromiseConstructorLike,
  ): Promise<void> {
    const [promiseCtor, settings] = typeof options === 'function' ? [options] : [config.Promise, options];
    const concurrency = settings?.concurrency ?? 1;
    const bounds = this.bounds(settings, 'forEach()', ['concurrency']);
    checkCount(concurrency, 'forEach(): concurrency');
    const plan = {
      label: 'forEach()',
      bounds,
      concurrency,
      signal: settings?.signal,
      watch: this.watch(),
      waits: isAsyncFunction(fn),
      call: fn,
    };
    return forEachBy(this, plan, promiseCtor);
  }

  /** Writes every value into a sink, waits for each write, closes the sink and gives its result. */
  to<R = void>(sink: SinkInput<T, R>, options?: ToOptions): Promise<R> {
    checkOptions(options, ['signal', 'preventClose'], 'to()');
    checkSignal(options?.signal, 'to()');
    const adapted = sinkOf(sink, options?.preventClose ?? false);
    return bindToTask((settle: Settle<R>) => runSink(this, adapted, options?.signal, this.watch(), settle));
  }

  /** All values in one array: as long as the stream is. */
  collect(options?: CollectOptions): Promise<T[]> {
    checkOptions(options, ['signal'], 'collect()');
    checkSignal(options?.signal, 'collect()');
    return collect(this, options?.signal, this.watch());
  }

  /**
   * A Node Readable of the values, in object mode unless told otherwise. It subscribes when first read; destroying it tears
   * the source down.
   */
  toReadable(options?: BufferOptions<T> & { readonly objectMode?: boolean | undefined }): Readable {
    const { objectMode, ...buffer } = options ?? {};
    return toReadable(
      this.values(options === undefined ? undefined : (buffer as BufferOptions<T>)),
      objectMode ?? true,
    );
  }

  /** A web ReadableStream of the values. It subscribes when first read; cancelling it tears the source down. */
  toWeb(options?: BufferOptions<T>): ReadableStream<T> {
    return toWebReadable(this.values(options));
  }

  /**
   * The same values without the gate, for use as a signal: the notifier of `takeUntil`, `sample` or `buffer` must get
   * through while the consumer of the data is full.
   */
  control(): Observable<T> {
    return new Observable<T>((subscriber) => this.subscribe(new ControlSubscriber(subscriber)));
  }

  /** Who is holding whom back right now, for every live consumer of this very stream. */
  why(): FlowReport {
    return reportFlow(this.live?.() ?? []);
  }

  protected override onSubscribe(subscriber: Subscriber<T>): TeardownLogic {
    const { producer } = this;
    if (producer === undefined) return undefined;
    if (takesBatches(subscriber)) {
      const gate = findGate(subscriber);
      const flow = gate === null ? OPEN_FLOW : new GateFlow(gate, subscriber as never);
      return started(producer.call(this, subscriber, flow), subscriber, gate);
    }
    const out = new StreamEmitter<T>(subscriber);
    // Looked up before: it may be all over when the producer returns.
    const { gate } = out;
    try {
      return started(producer.call(this, out, out.flowFor(undefined) ?? OPEN_FLOW), out, gate);
    } catch (error) {
      out.error(error);
      return undefined;
    }
  }

  /** The bounds of a terminal that names none. Its type does not name T: a Stream of numbers is a Stream of unknowns. */
  protected get defaultBounds(): BufferBounds<never> {
    return DEFAULT_BUFFER_BOUNDS;
  }

  private bounds(
    options: BufferOptions<T> | undefined,
    where: string,
    extra?: readonly string[],
  ): BufferBounds<T> {
    const defaults = this.defaultBounds as BufferBounds<unknown> as BufferBounds<T>;
    return options === undefined ? defaults : bufferBounds(options, where, extra, defaults);
  }

  /** Where the terminals of this stream write themselves down while they live. */
  private watch(): LiveIntakes {
    return (this.live ??= heldApart(new LiveIntakes()))();
  }
}

/** What RxJS is to run at the end, unless the end has come already. */
function started(teardown: unknown, out: Subscription, gate: Gate | null): TeardownLogic {
  const tracked = trackTeardown(teardown, gate);
  if (gate === null || !out.closed) return tracked;
  tearDownLate(tracked, gate);
  return undefined;
}

function streamOf<T>(input: StreamInput<T>): Stream<T> {
  if (!isObservable<T>(input)) return new Stream<T>(producerOf<T>(input));
  return derive(new Stream<T>(), input as never);
}

// The batch protocol of node:stream/iter. Set here: a declaration cannot name a symbol of another file.
Object.defineProperty(Stream.prototype, kToAsyncStreamable, {
  value: function toAsyncStreamable<T>(this: Stream<T>): StreamIterator<T[]> {
    return this.batches();
  },
});

checkRxjs(Stream);
