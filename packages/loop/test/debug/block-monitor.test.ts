import { assert, suite } from '@oxbow/testkit';
import { type BlockEvent, BlockMonitor } from '../../src/debug/block-monitor.ts';

const test = suite('the block monitor');

const BEAT_MS = 20;
const LIMIT_MS = 100;

/** Looks every beat until `untilMs`; the loop's last sign of life is what `aliveAt` gives. */
function watch(untilMs: number, aliveAt: (nowMs: number) => number): [number, BlockEvent][] {
  const monitor = new BlockMonitor();
  const events: [number, BlockEvent][] = [];
  for (let nowMs = 0; nowMs <= untilMs; nowMs += BEAT_MS) {
    const event = monitor.look({
      nowMs,
      aliveAtMs: aliveAt(nowMs),
      beatMs: BEAT_MS,
      slowCallbackMs: LIMIT_MS,
    });
    if (event !== undefined) events.push([nowMs, event]);
  }
  return events;
}

test('says nothing of a loop that comes round, busy or idle', () => {
  assert.equal(
    watch(1000, (nowMs) => nowMs),
    [],
  );
});

test('says nothing of a pause that may have been shorter than the limit, up to one beat', () => {
  assert.equal(
    watch(1000, (nowMs) => (nowMs > 100 && nowMs < 220 ? 100 : nowMs)),
    [],
  );
});

test('reports a block as soon as the limit has certainly passed, and its end once', () => {
  assert.equal(
    watch(1000, (nowMs) => (nowMs > 100 && nowMs < 300 ? 100 : nowMs)),
    [
      [220, { kind: 'blocked', blockedMs: 100 }],
      [300, { kind: 'ended', blockedMs: 200 }],
    ],
  );
});

test('reports a block that goes on again, at growing distances, at most a minute apart', () => {
  const reports = watch(300_000, () => 0).map(([, event]) => Math.round(event.blockedMs / 100) / 10);
  assert.equal(reports.slice(0, 6), [0.1, 0.4, 1.6, 6.4, 25.6, 85.6]);
  assert.equal(reports.slice(6), [145.6, 205.6, 265.6]);
});

test('tells two blocks apart', () => {
  const kinds = watch(1000, (nowMs) =>
    nowMs > 100 && nowMs < 300 ? 100 : nowMs > 500 && nowMs < 700 ? 500 : nowMs,
  ).map(([, { kind }]) => kind);
  assert.equal(kinds, ['blocked', 'ended', 'blocked', 'ended']);
});

test('does not count time in which it did not run itself: the machine slept', () => {
  const monitor = new BlockMonitor();
  const at = (nowMs: number, aliveAtMs: number): BlockEvent | undefined =>
    monitor.look({ nowMs, aliveAtMs, beatMs: BEAT_MS, slowCallbackMs: LIMIT_MS });
  at(0, 0);
  assert.is(at(60_000, 0), undefined);
  assert.is(at(60_020, 0), undefined);
  // Awake, and still nothing: that counts.
  for (let nowMs = 60_040; nowMs < 60_120; nowMs += BEAT_MS) assert.is(at(nowMs, 0), undefined);
  assert.is(at(60_120, 0)?.kind, 'blocked');
});

test.run();
