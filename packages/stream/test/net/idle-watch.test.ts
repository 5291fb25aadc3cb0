import { currentLoop, run, sleep, VirtualClock } from '@oxbow/loop';
import { assert, suite } from '@oxbow/testkit';
import { IdleWatch } from '../../src/net/idle-watch.ts';

const test = suite('IdleWatch');

interface Watched {
  readonly watch: IdleWatch;
  readonly socket: { paused: boolean; writableLength: number };
  readonly expiredAtMs: () => number | undefined;
}

function watching(limitMs: number): Watched {
  const loop = currentLoop();
  const socket = { paused: false, writableLength: 0, isPaused: () => socket.paused };
  let expiredAtMs: number | undefined;
  const watch = new IdleWatch(socket as never, loop, limitMs, () => {
    expiredAtMs = loop.time();
  });
  return { watch, socket, expiredAtMs: () => expiredAtMs };
}

const inVirtualTime = (main: () => Promise<void>): Promise<void> => run(main, { clock: new VirtualClock() });

test('expires when nothing has passed for the limit, counted from the last byte', () =>
  inVirtualTime(async () => {
    const { watch, expiredAtMs } = watching(100);
    await sleep(60);
    watch.touch();
    await sleep(99);
    assert.is(expiredAtMs(), undefined);
    await sleep(1);
    assert.is(expiredAtMs(), 160);
  }));

test('a peer that is held back here is not the one that is silent, unless it owes us reading', () =>
  inVirtualTime(async () => {
    const { socket, expiredAtMs } = watching(100);
    socket.paused = true;
    await sleep(1000);
    assert.is(expiredAtMs(), undefined);
    socket.writableLength = 1;
    await sleep(200);
    assert.type(expiredAtMs(), 'number');
  }));

test('without a limit, and once stopped, it never expires', () =>
  inVirtualTime(async () => {
    const endless = watching(Number.POSITIVE_INFINITY);
    const stopped = watching(10);
    stopped.watch.stop();
    stopped.watch.touch();
    await sleep(1e6);
    assert.equal([endless.expiredAtMs(), stopped.expiredAtMs()], [undefined, undefined]);
  }));

test.run();
