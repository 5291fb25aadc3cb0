import { currentLoop, run, VirtualClock } from '@oxbow/loop';
import { assert, suite } from '@oxbow/testkit';
import { RedisConnectionError, RedisReplyError } from '../../src/errors.ts';
import { pause, withPatience } from '../../src/topics/patience.ts';

const test = suite('how long a call waits for a server that is away');

const AWAY = new RedisConnectionError('cut', 'gone');

/** Fails so often, and counts. */
function failing(times: number, error: Error = AWAY) {
  const repeats: boolean[] = [];
  const call = async (isRepeat: boolean): Promise<string> => {
    repeats.push(isRepeat);
    if (repeats.length <= times) throw error;
    return 'done';
  };
  return { repeats, call };
}

const virtually = (body: () => Promise<void>): Promise<void> => run(body, { clock: new VirtualClock() });

test('tries again until it succeeds, and says that it is not the first time', () =>
  virtually(async () => {
    const { repeats, call } = failing(3);
    const parts = { loop: currentLoop(), patienceMs: 60_000, isOver: () => false };
    assert.is(await withPatience(parts, call), 'done');
    assert.equal(repeats, [false, true, true, true]);
  }));

test('gives up when the time is over, with what was last thrown', () =>
  virtually(async () => {
    const loop = currentLoop();
    const parts = { loop, patienceMs: 5000, isOver: () => false };
    const beganAtMs = loop.time();
    await withPatience(parts, failing(Number.POSITIVE_INFINITY).call).then(
      () => assert.unreachable(),
      (error: Error) => assert.is(error, AWAY),
    );
    const tookMs = loop.time() - beganAtMs;
    assert.ok(tookMs > 3000 && tookMs < 5000, `${tookMs}`);
  }));

test('what does not pass by itself, and what nobody waits for, is not tried again', () =>
  virtually(async () => {
    const refused = failing(1, new RedisReplyError('WRONGTYPE no'));
    const loop = currentLoop();
    for (const [{ repeats, call }, isOver] of [
      [refused, false],
      [failing(1), true],
    ] as const) {
      await withPatience({ loop, patienceMs: 60_000, isOver: () => isOver }, call).catch(() => {});
      assert.equal(repeats, [false]);
    }
  }));

test('a pause is as long as it says', () =>
  virtually(async () => {
    const loop = currentLoop();
    const beganAtMs = loop.time();
    await pause(loop, 700);
    assert.is(loop.time() - beganAtMs, 700);
  }));

test.run();
