import { assert, suite } from '@oxbow/testkit';
import { MEMORY_BROKER_DEFAULTS, memoryBroker } from '../../src/topic/memory-broker.ts';

const test = suite('memory broker');

test('delivers within the call', () => {
  const broker = memoryBroker();
  const got: unknown[] = [];
  void broker.subscribe('a', { onMessage: ({ data }) => got.push(data), onGap: () => {} });
  void broker.publish('a', 'x');
  assert.equal(got, ['x']);
});

test('remembers 100 messages and 1 MiB of each topic, and 1,000 topics nobody follows', () => {
  assert.equal(MEMORY_BROKER_DEFAULTS, {
    historyMessages: 100,
    historyBytes: 1_048_576,
    maxIdleTopics: 1_000,
  });
});

test('forgets the topic that was unused for longest, and begins a new epoch when it comes back', async () => {
  const broker = memoryBroker({ maxIdleTopics: 2 });
  const { epoch } = await broker.publish('a', 'x');
  await broker.publish('b', 'x');
  await broker.publish('a', 'y');
  await broker.publish('c', 'x');
  assert.is((await broker.history('a')).position.epoch, epoch);
  const again = await broker.publish('b', 'x');
  assert.is(again.offset, 1);
  assert.not.equal(again.epoch, epoch);
});

test('forgets no topic that somebody follows', async () => {
  const broker = memoryBroker({ maxIdleTopics: 1 });
  const { position, unsubscribe } = await broker.subscribe('followed', {
    onMessage: () => {},
    onGap: () => {},
  });
  for (const name of ['a', 'b', 'c']) await broker.publish(name, 'x');
  assert.is((await broker.history('followed')).position.epoch, position.epoch);
  unsubscribe();
  for (const name of ['a', 'b']) await broker.publish(name, 'x');
  assert.not.equal((await broker.history('followed')).position.epoch, position.epoch);
});

test('refuses unknown options and values out of range', () => {
  assert.throws(() => memoryBroker({ historyMessage: 3 } as never), /historyMessages/);
  assert.throws(() => memoryBroker({ historyBytes: 0 }), /historyBytes/);
});

test.run();
