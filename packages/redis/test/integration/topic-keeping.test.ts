// covers: src/topics/topic-scripts.ts, src/topics/presence-scripts.ts, src/topics/redis-presence.ts
/** What a server keeps of a topic, for how long, and how much of it. */
import { assert, skipUnless, suite, until } from '@oxbow/testkit';
import { connectRedis, type RedisConnection } from '../../src/index.ts';
import { type RedisBroker, type RedisBrokerOptions, redisBroker } from '../../src/topics/index.ts';
import { batchKeyOf, keysOf } from '../../src/topics/topic-keys.ts';
import { writeRecord } from '../../src/topics/topic-record.ts';
import { PUBLISH } from '../../src/topics/topic-scripts.ts';
import { isInstalled, NEEDS_SERVER, ThrowawayServer } from '../fixtures/redis-server.ts';

interface Context {
  server: ThrowawayServer;
  control: RedisConnection;
  readonly brokers: RedisBroker[];
}

const test = suite<Context>('what is kept of a topic', { brokers: [] } as unknown as Context);

test.before(async (context) => {
  skipUnless(isInstalled('redis-server'), NEEDS_SERVER);
  context.server = await ThrowawayServer.start();
  context.control = await connectRedis(context.server.url);
});
test.after(async ({ control, server }) => {
  await control?.close();
  await server?.stop();
});
test.before.each(async ({ control }) => void (await control.send(['FLUSHALL'])));
test.after.each(async ({ brokers }) => {
  await Promise.all(brokers.splice(0).map((broker) => broker.close()));
});

function open({ brokers, server }: Context, options: RedisBrokerOptions = {}): RedisBroker {
  const broker = redisBroker(server.url, options);
  brokers.push(broker);
  return broker;
}

const texts = async (broker: RedisBroker): Promise<readonly unknown[]> =>
  (await broker.history('t')).messages.map(({ data }) => data);

test('as many messages as may be remembered, and one more', async (context) => {
  const broker = open(context, { historyMessages: 3 });
  for (const text of ['1', '2', '3']) await broker.publish('t', text);
  assert.equal(await texts(broker), ['1', '2', '3']);
  await broker.publish('t', '4');
  assert.equal(await texts(broker), ['2', '3', '4']);
  for (let number = 5; number <= 500; number += 1) await broker.publish('t', String(number));
  assert.equal(await texts(broker), ['498', '499', '500']);
  const kept = Number(await context.control.send(['XLEN', keysOf('ox', 't').messages]));
  assert.ok(kept < 250, `the server keeps ${kept}: whole pieces are forgotten`);
});

test('without a limit all is remembered', async (context) => {
  const none = Number.POSITIVE_INFINITY;
  const broker = open(context, { historyMessages: none, historyBytes: none, historyMs: none, idMs: none });
  for (let number = 1; number <= 300; number += 1)
    await broker.publish('t', String(number), { id: String(number) });
  assert.is((await texts(broker)).length, 300);
});

test('as many bytes as may be remembered, and one more; one message may be all, or too much', async (context) => {
  const bytesOf = writeRecord({ data: '' }).byteLength;
  const broker = open(context, { historyBytes: 100 });
  const long = (bytes: number, letter: string): string => letter.repeat(bytes - bytesOf);
  for (const letter of 'abcd') await broker.publish('t', long(25, letter));
  assert.is((await texts(broker)).length, 4);
  await broker.publish('t', long(26, 'e'));
  assert.equal(await texts(broker), [long(25, 'c'), long(25, 'd'), long(26, 'e')]);
  await broker.publish('t', long(100, 'f'));
  assert.equal(await texts(broker), [long(100, 'f')]);
  const { position } = await broker.history('t');
  await broker.publish('t', long(101, 'g'));
  assert.equal(await texts(broker), []);
  const since = await broker.history('t', { since: position });
  assert.equal([since.isComplete, since.position.offset], [false, position.offset + 1]);
  await broker.publish('t', 'h');
  assert.equal(await texts(broker), ['h']);
});

test('a message is remembered as long as it may be, its place and epoch for longer', async (context) => {
  const broker = open(context, { historyMs: 300 });
  const { epoch } = await broker.publish('t', 'old');
  await until('it to be forgotten', async () => (await texts(broker)).length === 0);
  const { offset, epoch: still } = await broker.publish('t', 'new');
  assert.equal([offset, still], [2, epoch]);
  const past = await broker.history('t', { since: { epoch, offset: 0 } });
  assert.equal([past.messages.length, past.isComplete], [1, false]);
});

test('a topic that nobody uses is forgotten, and begins another epoch', async (context) => {
  const broker = open(context, { historyMs: 50, topicMs: 300 });
  const first = await broker.publish('t', 'x', { id: 'name' });
  const { state } = keysOf('ox', 't');
  await until('it to be forgotten', async () => (await context.control.send(['EXISTS', state])) === 0);
  const second = await broker.publish('t', 'y');
  assert.is(second.offset, 1);
  assert.is.not(second.epoch, first.epoch);
  assert.ok((await broker.history('t', { since: first })).isComplete === false);
});

test('the name of a message is remembered for its time', async (context) => {
  const broker = open(context, { idMs: 300 });
  const first = await broker.publish('t', 'x', { id: 'n' });
  assert.equal(await broker.publish('t', 'x', { id: 'n' }), first);
  const name = `${keysOf('ox', 't').named}n`;
  await until('it to be forgotten', async () => (await context.control.send(['EXISTS', name])) === 0);
  assert.is((await broker.publish('t', 'x', { id: 'n' })).offset, first.offset + 1);
});

test('a batch that is sent again under its number keeps its places; the next one does not', async ({
  control,
}) => {
  const keys = keysOf('ox', 't');
  const send = (number: number, isRepeat: boolean): Promise<unknown> =>
    PUBLISH.run(
      control,
      [keys.messages, keys.state, batchKeyOf(keys, 'me')],
      [
        'e',
        String(number),
        isRepeat ? '1' : '0',
        keys.channel,
        keys.named,
        '100',
        '10000',
        '60000',
        '60000',
        '60000',
        '60000',
        '',
        writeRecord({ data: 'a' }),
        'named',
        writeRecord({ data: 'b' }),
      ],
    );
  assert.is(await send(7, false), 'e=1 e=2');
  assert.is(await send(7, true), 'e=1 e=2');
  assert.is(await send(8, true), 'e=3 e=2', 'this one was never carried out; its named message was');
  assert.is(Number(await control.send(['XLEN', keys.messages])), 3);
});

test('100,000 messages are read from where one left off', async (context) => {
  const broker = open(context, { historyMessages: 100_000, historyBytes: 2 ** 30 });
  for (let sent = 0; sent < 100_000; sent += 5000) {
    await Promise.all(Array.from({ length: 5000 }, (_, at) => broker.publish('t', `message ${sent + at}`)));
  }
  const { epoch } = (await broker.history('t', { limit: 1 })).position;
  const { messages, isComplete } = await broker.history('t', { since: { epoch, offset: 0 } });
  assert.equal([messages.length, isComplete], [100_000, true]);
  assert.is(messages.at(-1)?.data, 'message 99999');
});

test('members are entered again where the server has lost them, and changes that were not heard are told', async (context) => {
  const [mine, yours] = [open(context, { leaseMs: 1000 }), open(context, { leaseMs: 1000 })];
  const changes: string[] = [];
  await yours.presence.watch('t', ({ kind, member }) => void changes.push(`${kind} ${member.id}`));
  for (let number = 1; number <= 3; number += 1)
    await mine.presence.enter('t', { id: `m${number}`, info: number });
  await until('three to be told', () => changes.length === 3);
  await context.control.send(['FLUSHALL']);
  await until('all to be back', async () => (await yours.presence.members('t')).length === 3);
  assert.equal(
    (await yours.presence.members('t')).map(({ id, info }) => [id, info]),
    [
      ['m1', 1],
      ['m2', 2],
      ['m3', 3],
    ],
  );
  await mine.presence.leave('t', 'm2');
  await until('the leave to be told', () => changes.at(-1) === 'leave m2');
});

test('a broker that says nothing for longer than its lease has no members, until it speaks again', async (context) => {
  const broker = open(context, { leaseMs: 1000 });
  await broker.presence.enter('t', { id: 'a', info: null });
  const { members, leases } = keysOf('ox', 't');
  // Its lease is set into the past, as if it had been silent for long.
  const [owner = ''] = (await context.control.send(['ZRANGE', leases, '0', '-1'])) as string[];
  await context.control.send(['ZADD', leases, '1', owner]);
  assert.equal(await broker.presence.members('t'), []);
  assert.is(await context.control.send(['EXISTS', members]), 0);
  await until('it to be back', async () => (await broker.presence.members('t')).length === 1);
});

test.run();
