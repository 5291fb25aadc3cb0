import { createTask, sleep } from '@oxbow/loop';
import { Channel } from '@oxbow/stream';
import { assert, suite } from '@oxbow/testkit';

const test = suite('Channel');

test('values sent before the first consumer wait for it', async () => {
  const channel = new Channel<number>();
  await channel.send(1);
  assert.ok(channel.trySend(2));
  channel.close();
  assert.equal(await channel.collect(), [1, 2]);
});

test('trySend says false at the bound, send waits there', async () => {
  const channel = new Channel<number>({ highWaterMark: 2 });
  assert.ok(channel.trySend(0));
  assert.ok(channel.trySend(1));
  assert.not(channel.trySend(2));
  let sent = false;
  const waiting = channel.send(2).then(() => {
    sent = true;
  });
  await sleep(0);
  assert.not(sent);
  const iterator = channel.values();
  assert.equal((await iterator.next()).value, 0);
  await waiting;
  assert.equal((await iterator.next()).value, 1);
  assert.equal((await iterator.next()).value, 2);
});

test('senders are served in order', async () => {
  const channel = new Channel<number>({ highWaterMark: 1 });
  const senders = Array.from({ length: 20 }, (_, i) => channel.send(i));
  const seen: number[] = [];
  for await (const value of channel.values({ highWaterMark: 1 })) {
    if (seen.push(value) === 20) break;
    await sleep(0);
  }
  await Promise.all(senders);
  channel.close();
  assert.equal(
    seen,
    Array.from({ length: 20 }, (_, i) => i),
  );
  assert.equal(await channel.collect(), []);
});

test('a cancelled sender has not sent', async () => {
  const channel = new Channel<string>({ highWaterMark: 1 });
  await channel.send('kept');
  const task = createTask(async () => {
    await channel.send('lost');
  });
  await sleep(0);
  task.cancel();
  await Promise.resolve(task).catch(() => {});
  const iterator = channel.values({ highWaterMark: 1 });
  assert.is((await iterator.next()).value, 'kept');
  const next = iterator.next();
  await channel.send('after');
  assert.is((await next).value, 'after');
  await iterator.return();
});

test('close delivers what waits, then the end; its error too', async () => {
  const channel = new Channel<number>();
  channel.trySend(1);
  channel.close(new Error('why'));
  channel.close();
  const seen: number[] = [];
  const reading = channel.forEach((value) => {
    seen.push(value);
  });
  assert.is(await reading.catch((error: Error) => error.message), 'why');
  assert.equal(seen, [1]);
});

test('close refuses waiting senders and later ones, with the cause', async () => {
  const channel = new Channel<number>({ highWaterMark: 1 });
  channel.trySend(0);
  const waiting = channel
    .send(1)
    .catch((error: { code: string; cause: unknown }) => [error.code, error.cause]);
  channel.close('why');
  assert.equal(await waiting, ['ERR_OXBOW_STREAM_CLOSED', 'why']);
  assert.is(await channel.send(2).catch((error: { code: string }) => error.code), 'ERR_OXBOW_STREAM_CLOSED');
  assert.not(channel.trySend(3));
  assert.ok(channel.closed);
});

test('a second consumer is refused, a later one goes on', async () => {
  const channel = new Channel<number>();
  for (let i = 0; i < 3; i++) channel.trySend(i);
  const iterator = channel.values();
  assert.equal((await iterator.next()).value, 0);
  assert.is(await channel.collect().catch((error: { code: string }) => error.code), 'ERR_OXBOW_STREAM_BUSY');
  await iterator.return();
  channel.close();
  assert.equal(await channel.collect(), [1, 2]);
});

test('under a policy that drops no sender waits', async () => {
  const channel = new Channel<number>({ highWaterMark: 2, overflow: 'drop-newest' });
  for (let i = 0; i < 5; i++) await channel.send(i);
  channel.close();
  assert.equal(await channel.collect(), [0, 1]);
});

test('a disposed channel is closed', async () => {
  const channel = new Channel<number>();
  channel[Symbol.dispose]();
  assert.equal(await channel.collect(), []);
});

test('refuses an unknown option, naming the nearest', () => {
  assert.throws(() => new Channel({ overflw: 'pause' } as never), /overflow/);
});

test.run();
