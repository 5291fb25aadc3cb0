// covers: src/topics/publisher.ts, src/topics/redis-topic-error.ts
import { assert, suite } from '@oxbow/testkit';
import type { TopicPosition } from '@oxbow/websocket';
import {
  MAX_BATCH_BYTES,
  MAX_BATCH_MESSAGES,
  MAX_WAITING_MESSAGES,
  type OutgoingBatch,
  Publisher,
} from '../../src/topics/publisher.ts';

const test = suite('messages on their way to the server');

const message = (bytes = 1) => ({ name: '', record: new Uint8Array(bytes) });

/** A server that answers when it is told to. */
function server() {
  const batches: (OutgoingBatch & { answer(): void; fail(error: Error): void })[] = [];
  let offset = 0;
  const publisher = new Publisher((batch) => {
    const { promise, resolve, reject } = Promise.withResolvers<readonly TopicPosition[]>();
    const answer = (): void => resolve(batch.messages.map(() => ({ epoch: 'e', offset: (offset += 1) })));
    batches.push({ ...batch, answer, fail: reject });
    return promise;
  });
  return { batches, publisher };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('one batch of a topic is under way at a time; what comes meanwhile goes together, in order', async () => {
  const { batches, publisher } = server();
  const published = ['a', 'b'].map(() => publisher.publish('t', message()));
  await turn();
  const later = [publisher.publish('t', message()), publisher.publish('t', message())];
  const other = publisher.publish('u', message());
  await turn();
  assert.equal(
    batches.map(({ topic, messages }) => [topic, messages.length]),
    [
      ['t', 2],
      ['u', 1],
    ],
  );
  batches[0]!.answer();
  await turn();
  assert.is(batches[2]!.messages.length, 2);
  assert.ok(batches[2]!.number > batches[0]!.number);
  for (const batch of batches.slice(1)) batch.answer();
  assert.equal(
    (await Promise.all([...published, ...later])).map(({ offset }) => offset),
    [1, 2, 4, 5],
  );
  assert.is((await other).offset, 3);
});

test('a batch that fails fails its messages, and the next one goes on', async () => {
  const { batches, publisher } = server();
  const first = publisher.publish('t', message());
  await turn();
  const second = publisher.publish('t', message());
  batches[0]!.fail(new Error('gone'));
  await first.then(
    () => assert.unreachable(),
    (error: Error) => assert.is(error.message, 'gone'),
  );
  await turn();
  batches[1]!.answer();
  assert.is((await second).offset, 1);
});

test('as many messages and bytes as a batch may have, and one more', async () => {
  const { batches, publisher } = server();
  const all = Array.from({ length: MAX_BATCH_MESSAGES + 1 }, () => publisher.publish('t', message()));
  await turn();
  assert.is(batches[0]!.messages.length, MAX_BATCH_MESSAGES);
  batches[0]!.answer();
  await turn();
  batches[1]!.answer();
  await Promise.all(all);
  const large = [MAX_BATCH_BYTES - 1, 1, 1, 2 * MAX_BATCH_BYTES].map((bytes) =>
    publisher.publish('u', message(bytes)),
  );
  for (const [at, count] of [2, 1, 1].entries()) {
    await turn();
    assert.is(batches[2 + at]!.messages.length, count);
    batches[2 + at]!.answer();
  }
  await Promise.all(large);
});

test('as many messages wait as may, and one more is refused', async () => {
  const { batches, publisher } = server();
  const all = Array.from({ length: MAX_WAITING_MESSAGES }, () => publisher.publish('t', message()));
  await publisher.publish('u', message()).then(
    () => assert.unreachable(),
    (error: { code?: string }) => assert.is(error.code, 'ERR_OXBOW_REDIS_TOPICS_BUSY'),
  );
  for (let at = 0; at * MAX_BATCH_MESSAGES < MAX_WAITING_MESSAGES; at += 1) {
    await turn();
    batches[at]!.answer();
  }
  await Promise.all(all);
  const next = publisher.publish('u', message());
  await turn();
  batches.at(-1)!.answer();
  await next;
});

test.run();
