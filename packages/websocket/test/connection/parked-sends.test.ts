import { createTask, run } from '@oxbow/loop';
import { assert, suite } from '@oxbow/testkit';
import { MAX_PARKED_SENDS, ParkedSends } from '../../src/connection/parked-sends.ts';
import { Opcode } from '../../src/protocol/opcode.ts';

const test = suite('parked sends');

test('are released in order, until one does not fit', async () => {
  const parked = new ParkedSends();
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
  const parked = new ParkedSends();
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

test('one more than may wait is refused', async () => {
  const parked = new ParkedSends();
  for (let i = 0; i < MAX_PARKED_SENDS; i += 1) parked.park(Opcode.TEXT, 'x').catch(() => {});
  const code = await parked.park(Opcode.TEXT, 'x').catch((error: { code: string }) => error.code);
  assert.is(code, 'ERR_OXBOW_WS_TOO_MANY_SENDS');
  parked.rejectAll(new Error('over'));
  assert.is(parked.size, 0);
});

test('handed over all at once, each ends like what it was handed to', async () => {
  const parked = new ParkedSends();
  const ends = [parked.park(Opcode.TEXT, 'good'), parked.park(Opcode.TEXT, 'bad')];
  parked.releaseAll(({ data }) => (data === 'good' ? Promise.resolve() : Promise.reject(new Error('no'))));
  const outcomes = await Promise.allSettled(ends);
  assert.equal(
    outcomes.map(({ status }) => status),
    ['fulfilled', 'rejected'],
  );
});

test.run();
