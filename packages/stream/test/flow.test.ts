import { type Emitter, type Flow, Stream } from '@oxbow/stream';
import { assert, suite } from '@oxbow/testkit';
import { map } from 'rxjs';

const test = suite('Flow');

/** A stream whose producer's two ends are in the test's hands, and an iterator of one value's room over it. */
async function opened(): Promise<{
  out: Emitter<number>;
  flow: Flow;
  read: () => Promise<unknown>;
  leave: () => void;
}> {
  let ends: { out: Emitter<number>; flow: Flow } | undefined;
  const stream = new Stream<number>((out, flow) => {
    ends = { out, flow };
  });
  const iterator = stream.pipe(map((x) => x)).values({ highWaterMark: 1 });
  const first = iterator.next();
  const { out, flow } = ends as unknown as { out: Emitter<number>; flow: Flow };
  out.next(0);
  await first;
  return { out, flow, read: () => iterator.next(), leave: () => void iterator.return() };
}

test('subscribe() never pauses', () => {
  let flow: Flow | undefined;
  new Stream<number>((_out, given) => {
    flow = given;
  }).subscribe();
  assert.not(flow?.paused);
  assert.is(flow?.ready(), undefined);
});

test('pauses at the high-water mark and resumes synchronously when a value is taken', async () => {
  const { out, flow, read } = await opened();
  assert.not(flow.paused);
  out.next(1);
  assert.ok(flow.paused);
  let resumed = false;
  flow.onResume(() => {
    resumed = true;
  });
  void read();
  assert.ok(resumed);
  assert.not(flow.paused);
});

test('a callback registered while paused is called once', async () => {
  const { out, flow, read } = await opened();
  let calls = 0;
  out.next(1);
  flow.onResume(() => calls++);
  await read();
  out.next(2);
  await read();
  assert.is(calls, 1);
});

test('a callback registered while not paused is called at the end of every pause', async () => {
  const { out, flow, read } = await opened();
  let calls = 0;
  flow.onResume(() => calls++);
  for (let i = 0; i < 3; i++) {
    out.next(i);
    await read();
  }
  assert.is(calls, 3);
});

test('callbacks may be registered within a callback: the same one once, a new one for the pauses to come', async () => {
  const { out, flow, read, leave } = await opened();
  let calls = 0;
  let others = 0;
  const again = (): void => {
    calls++;
    flow.onResume(again);
    flow.onResume(() => others++);
  };
  flow.onResume(again);
  for (const [pause, expected] of [
    [1, 0],
    [2, 1],
    [3, 3],
  ]) {
    out.next(1);
    await read();
    assert.equal([calls, others], [pause, expected]);
  }
  leave();
});

test('callbacks not called because one of them filled the consumer wait on, in order', async () => {
  const { out, flow, read } = await opened();
  const log: string[] = [];
  out.next(1);
  flow.onResume(() => {
    log.push('a');
    out.next(2);
  });
  flow.onResume(() => log.push('b'));
  await read();
  assert.equal(log, ['a']);
  await read();
  assert.equal(log, ['a', 'b']);
});

test('ready() is undefined while not paused, else resolves on resume', async () => {
  const { out, flow, read } = await opened();
  assert.is(flow.ready(), undefined);
  out.next(1);
  const ready = flow.ready();
  assert.instance(ready, Promise);
  assert.is(flow.ready(), ready, 'one promise for one pause');
  void read();
  await ready;
  assert.not(flow.paused);
});

test('ready() resolves also when the consumer leaves, and callbacks end with it', async () => {
  const { out, flow, leave } = await opened();
  let called = false;
  out.next(1);
  flow.onResume(() => {
    called = true;
  });
  const ready = flow.ready();
  leave();
  await ready;
  assert.ok(out.closed);
  assert.not(called);
});

test('stays paused from the high-water mark down to half of it', async () => {
  let ends: { out: Emitter<number>; flow: Flow } | undefined;
  const iterator = new Stream<number>((out, flow) => {
    ends = { out, flow };
  }).values({ highWaterMark: 8 });
  const first = iterator.next();
  const { out, flow } = ends as unknown as { out: Emitter<number>; flow: Flow };
  for (let i = 0; i < 9; i++) out.next(i);
  await first;
  assert.ok(flow.paused);
  for (let i = 0; i < 3; i++) await iterator.next();
  assert.ok(flow.paused);
  await iterator.next();
  assert.not(flow.paused);
});

test.run();
