// covers: src/operators/clock.ts, src/operators/scheduler.ts, src/rx.ts
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
