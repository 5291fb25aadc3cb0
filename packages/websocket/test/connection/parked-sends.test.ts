import { createTask, run } from '@oxbow/loop';
import { assert, suite } from '@oxbow/testkit';
import {
  LEAST_PARKED_BYTES,
  PARKED_SEND_COST_BYTES,
  ParkedSends,
} from '../../src/connection/parked-sends.ts';
import { Opcode } from '../../src/protocol/opcode.ts';

const test = suite('parked sends');

test('are released in order, until one does not fit', async () => {
  const parked = new ParkedSends(1_000_000);
  const done: string[] = [];
  for (const name of ['a', 'b', 'c']) void parked.park(Opcode.TEXT, name).then(() => done.push(name));
  parked.release(({ data }) => data !== 'c');
  await Promise.resolve();
  assert.equal(done, ['a', 'b']);
  assert.is(parked.size, 1);
  parked.release(() => true);
  await Promise.resolve();
  assert.equal(done, ['a', 'b', 'c']);
});

test('a cancelled task takes its send back, and the others move up', async () => {
  const parked = new ParkedSends(1_000_000);
  const sent: unknown[] = [];
  await run(async () => {
    const task = createTask(async () => parked.park(Opcode.TEXT, 'cancelled'));
    const other = createTask(async () => parked.park(Opcode.TEXT, 'other'));
    await Promise.resolve();
    await new Promise((resolve) => setImmediate(resolve));
    assert.is(parked.size, 2);
    task.cancel();
    await new Promise((resolve) => setImmediate(resolve));
    assert.is(task.cancelled, true);
    parked.release(({ data }) => sent.push(data) > 0);
    await other;
  });
  assert.equal(sent, ['other']);
});

test('one byte more than may wait is refused, with the limit and what it would have been', async () => {
  const parked = new ParkedSends(200_000);
  const fitting = new Uint8Array(100_000 - PARKED_SEND_COST_BYTES);
  void parked.park(Opcode.BINARY, fitting);
  void parked.park(Opcode.BINARY, fitting);
  assert.is(parked.bytes, 200_000);
  const error = await parked
    .park(Opcode.BINARY, new Uint8Array(0))
    .catch((caught: { code: string; limit: number; actual: number }) => caught);
  const { code, limit, actual } = error as { code: string; limit: number; actual: number };
  assert.equal(
    [code, limit, actual],
    ['ERR_OXBOW_WS_TOO_MANY_SENDS', 200_000, 200_000 + PARKED_SEND_COST_BYTES],
  );
  parked.rejectAll(new Error('over'));
  assert.equal([parked.size, parked.bytes], [0, 0]);
});

test('small sends are counted with what their wait costs', async () => {
  const parked = new ParkedSends(1);
  const most = LEAST_PARKED_BYTES / PARKED_SEND_COST_BYTES;
  for (let i = 0; i < most; i += 1) void parked.park(Opcode.TEXT, '');
  const code = await parked.park(Opcode.TEXT, '').catch((error: { code: string }) => error.code);
  assert.is(code, 'ERR_OXBOW_WS_TOO_MANY_SENDS');
  assert.is(parked.size, most);
});

test('one message alone may be larger than the budget; a second beside it may not', async () => {
  const parked = new ParkedSends(100_000);
  void parked.park(Opcode.BINARY, new Uint8Array(1_000_000));
  const code = await parked.park(Opcode.TEXT, 'x').catch((error: { code: string }) => error.code);
  assert.is(code, 'ERR_OXBOW_WS_TOO_MANY_SENDS');
});

test('what is bounded elsewhere waits all the same', () => {
  const parked = new ParkedSends(1);
  void parked.park(Opcode.BINARY, new Uint8Array(100_000), false);
  void parked.park(Opcode.BINARY, new Uint8Array(100_000), false);
  assert.is(parked.size, 2);
});

test('handed over all at once, each ends like what it was handed to', async () => {
  const parked = new ParkedSends(1_000_000);
  const ends = [parked.park(Opcode.TEXT, 'good'), parked.park(Opcode.TEXT, 'bad')];
  parked.releaseAll(({ data }) => (data === 'good' ? Promise.resolve() : Promise.reject(new Error('no'))));
  const outcomes = await Promise.allSettled(ends);
  assert.equal(
    outcomes.map(({ status }) => status),
    ['fulfilled', 'rejected'],
  );
});

test.run();
