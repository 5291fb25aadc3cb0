/**
 * How an object that is more than a sink gives the sink to write into. `close()` of a connection, for example, ends
 * both directions, but the end of what is written must end only one.
 */

const kSink = Symbol.for('@oxbow/stream.sink');

/** Lets `to(instance)` write into what `sinkIn` gives, for every instance of a class. */
export function giveOwnSink<I extends object>(
  of: { readonly prototype: I },
  sinkIn: (instance: I) => unknown,
): void {
  Object.defineProperty(of.prototype, kSink, {
    get(this: I): unknown {
      return sinkIn(this);
    },
  });
}

/** The sink an object gives; undefined when it has none of its own. */
export function ownSink<S>(of: unknown): S | undefined {
  return (of as { readonly [kSink]?: S } | null | undefined)?.[kSink];
}
