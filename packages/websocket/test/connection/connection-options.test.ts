// covers: src/connection/connection-options.ts, src/connection/slow-consumer.ts
import { assert, suite } from '@oxbow/testkit';
import { CONNECTION_DEFAULTS, connectionSettings, defined } from '../../src/connection/connection-options.ts';
import { SocketInputError } from '../../src/errors.ts';

const test = suite('connection options');

test('have these defaults', () => {
  assert.equal(CONNECTION_DEFAULTS, {
    maxMessageBytes: 1_048_576,
    maxBufferedBytes: 1_048_576,
    slowConsumer: 'pause',
    maxConcurrentRequests: 16,
    maxMessagesPerSecond: Number.POSITIVE_INFINITY,
    maxControlFramesPerSecond: 10_000,
    deflate: false,
    pingIntervalMs: 20_000,
    pongTimeoutMs: 20_000,
    idleTimeoutMs: Number.POSITIVE_INFINITY,
    closeTimeoutMs: 5_000,
  });
});

test('maxFragments follows maxMessageBytes unless it is given', () => {
  assert.is(connectionSettings({}).limits.maxFragments, 1_048_576);
  assert.is(connectionSettings({ maxMessageBytes: 10 }).limits.maxFragments, 131_072);
  assert.is(connectionSettings({ maxFragments: 7 }).limits.maxFragments, 7);
});

test('an option that is undefined is the default', () => {
  assert.is(connectionSettings({ closeTimeoutMs: undefined }).closeTimeoutMs, 5_000);
  assert.equal(defined({ a: 1, b: undefined }), { a: 1 });
});

for (const bad of [
  { maxMessageBytes: 0 },
  { maxMessageBytes: 1.5 },
  { maxBufferedBytes: Number.POSITIVE_INFINITY },
  { maxFragments: -1 },
  { maxMessagesPerSecond: 0 },
  { pingIntervalMs: 0 },
  { closeTimeoutMs: Number.NaN },
  { slowConsumer: 'explode' as never },
]) {
  test(`${JSON.stringify(bad)} is refused by name`, () => {
    const [name] = Object.keys(bad);
    assert.throws(
      () => connectionSettings(bad),
      (error: unknown) => error instanceof SocketInputError && error.message.includes(name!),
    );
  });
}

test.run();
