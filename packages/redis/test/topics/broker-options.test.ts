import { assert, suite } from '@oxbow/testkit';
import { brokerSettings, REDIS_BROKER_DEFAULTS } from '../../src/topics/broker-options.ts';

const test = suite('what can be set for topics on a server');

test('what is not given has its default', () => {
  const { onError, client, ...rest } = brokerSettings({ historyMessages: undefined });
  assert.equal(rest, REDIS_BROKER_DEFAULTS);
  assert.is(client, undefined);
  assert.type(onError, 'function');
});

test('every number at its least, and one below', () => {
  const least = {
    historyMessages: 1,
    historyBytes: 1,
    historyMs: 1,
    topicMs: 1,
    idMs: 1,
    leaseMs: 1000,
    probeMs: 100,
    timeoutMs: 0,
  };
  assert.is(brokerSettings(least).leaseMs, 1000);
  for (const [name, value] of Object.entries(least)) {
    for (const wrong of [value - 1, Number.NaN, '5', Number.MAX_VALUE]) {
      assert.throws(() => brokerSettings({ [name]: wrong }), new RegExp(`${name} is `), `${name} ${wrong}`);
    }
  }
});

test('Infinity is no limit where there may be none', () => {
  const unlimited = { historyMs: Number.POSITIVE_INFINITY, historyMessages: Number.POSITIVE_INFINITY };
  assert.is(brokerSettings(unlimited).topicMs, Number.POSITIVE_INFINITY);
  for (const name of ['leaseMs', 'probeMs'])
    assert.throws(() => brokerSettings({ [name]: Number.POSITIVE_INFINITY }), `${name} is `);
});

test('a topic lives at least as long as its messages', () => {
  assert.is(brokerSettings({ historyMs: 1000, topicMs: 10 }).topicMs, 1000);
});

test('a prefix has no braces, and is not empty or long', () => {
  assert.is(brokerSettings({ prefix: 'my-app:v1.0_x' }).prefix, 'my-app:v1.0_x');
  assert.is(brokerSettings({ prefix: 'x'.repeat(64) }).prefix.length, 64);
  for (const prefix of ['', '{x}', 'a b', 'x'.repeat(65)])
    assert.throws(() => brokerSettings({ prefix }), 'prefix is 1 to 64');
});

test('an option that does not exist is refused, with the nearest that does', () => {
  assert.throws(() => brokerSettings({ historyMessage: 1 } as never), 'historyMessages');
  assert.throws(() => brokerSettings({ onError: 1 } as never), 'onError is a function');
});

test.run();
