// A source that must be closed, however reading ends.
import { Stream } from '@oxbow/stream';

/** Numbers for `reader`, one a millisecond; says when it is closed. */
export function numbersFor(reader: string): Stream<number> {
  return new Stream((out) => {
    let next = 0;
    const timer = setInterval(() => out.next(next++), 1);
    return () => {
      clearInterval(timer);
      console.log(`${reader}: the source is closed`);
    };
  });
}
