// covers: src/operators/clock.ts, src/operators/scheduler.ts, src/rx.ts
// covers: src/rx/audit.ts, src/rx/buffer.ts, src/rx/buffer-time.ts, src/rx/buffer-when.ts, src/rx/concat.ts
// covers: src/rx/concat-map.ts, src/rx/concat-map-to.ts, src/rx/connect.ts, src/rx/debounce.ts, src/rx/defer.ts
// covers: src/rx/delay.ts, src/rx/delay-when.ts, src/rx/distinct.ts, src/rx/exhaust-all.ts, src/rx/exhaust-map.ts
// covers: src/rx/filter.ts, src/rx/from.ts, src/rx/group-by.ts, src/rx/map.ts, src/rx/merge.ts, src/rx/merge-map.ts
// covers: src/rx/merge-map-to.ts, src/rx/merge-scan.ts, src/rx/observe-on.ts, src/rx/of.ts, src/rx/range.ts
// covers: src/rx/readers.ts, src/rx/repeat-when.ts, src/rx/retry-when.ts, src/rx/sample.ts, src/rx/scanned.ts
// covers: src/rx/select-result.ts, src/rx/sequence-equal.ts, src/rx/share-replay.ts, src/rx/skip-until.ts
// covers: src/rx/switch-map.ts, src/rx/switch-map-to.ts, src/rx/switch-scan.ts, src/rx/tap.ts, src/rx/throttle.ts
// covers: src/rx/ungated.ts, src/rx/window.ts, src/rx/window-count.ts, src/rx/window-time.ts
// covers: src/rx/window-toggle.ts, src/rx/window-when.ts, src/rx/with-latest-from.ts, src/rx/zip-all.ts
/**
 * The names of the rx door against RxJS itself, in virtual time: the same scenario over the same marbles must give the same
 * notifications in the same frames, and subscribe to its sources and leave them in the same frames.
 */
import * as door from '@oxbow/stream/rx';
import { assert, suite } from '@oxbow/testkit';
import fc from 'fast-check';
import * as stock from 'rxjs';
import type { Operators } from '../fixtures/operator-catalog.ts';
import {
  AS_OBSERVABLE,
  AS_OBSERVABLE_PRODUCER,
  AS_STREAM,
  AS_STREAM_PRODUCER,
  anyMarbles,
  type Played,
  play,
} from './marbles.ts';
import { RX_SCENARIOS } from './rx-scenarios.ts';

const test = suite('the rx door against RxJS in virtual time');
const RUNS = Number(process.env.OXBOW_CONFORMANCE_RUNS ?? 12);
const OURS = { ...stock, ...door } as unknown as Operators;
const THEIRS = stock as unknown as Operators;

for (const [name, scenario] of Object.entries(RX_SCENARIOS)) {
  test(`${name} gives what RxJS gives`, () => {
    fc.assert(
      fc.property(anyMarbles, (drawn) => {
        // Timers of a timeout are set at other moments than RxJS's; they end in the same frame.
        const marbles = { ...drawn, between: name.startsWith('timeout') };
        const expected = play((sources) => scenario(THEIRS, sources), marbles, AS_OBSERVABLE);
        const produced = play((sources) => scenario(THEIRS, sources), marbles, AS_OBSERVABLE_PRODUCER);
        const compare = (actual: Played, how: string, to = expected): void => assert.equal(actual, to, how);
        compare(
          play((s) => scenario(THEIRS, s), marbles, AS_STREAM),
          'stock operators over Stream.from',
        );
        compare(
          play((s) => scenario(THEIRS, s), marbles, AS_STREAM_PRODUCER),
          'stock operators over new Stream',
          produced,
        );
        compare(
          play((s) => scenario(OURS, s), marbles, AS_OBSERVABLE),
          'the door over an Observable',
        );
        compare(
          play((s) => scenario(OURS, s), marbles, AS_STREAM),
          'the door over Stream.from',
        );
        compare(
          play((s) => scenario(OURS, s), marbles, AS_STREAM_PRODUCER),
          'the door over new Stream',
          produced,
        );
      }),
      { numRuns: RUNS },
    );
  });
}

test.run();
