/**
 * What every topic broker promises, as tests. An engine is given by how to open it; it must remember at least ten messages
 * of a topic.
 */
import { assert, suite } from '@oxbow/testkit';
import type { TopicBroker, TopicMessage } from '../../src/topic/topic-broker.ts';

/** Declares and queues the suite. @param open opens a fresh broker */
export function checkTopicBroker(engine: string, open: () => TopicBroker | Promise<TopicBroker>): void {
  const test = suite(`contract of a topic broker: ${engine}`);

  const collect = async (broker: TopicBroker, topic: string) => {
    const got: TopicMessage[] = [];
    const subscription = await broker.subscribe(topic, (message) => got.push(message));
    return { got, subscription };
  };

  test('delivers what is published to every subscriber of the topic, in order, and to no other', async () => {
    const broker = await open();
    const [first, second, other] = [
      await collect(broker, 'a'),
      await collect(broker, 'a'),
      await collect(broker, 'b'),
    ];
    await broker.publish('a', 'one');
    await broker.publish('a', Uint8Array.of(2));
    for (const { got } of [first, second]) {
      assert.equal(
        got.map(({ data }) => data),
        ['one', Uint8Array.of(2)],
      );
      assert.equal(
        got.map(({ topic }) => topic),
        ['a', 'a'],
      );
    }
    assert.equal(other.got, []);
    await broker.close();
  });

  test('numbers messages from 1 without holes, and tells the publisher', async () => {
    const broker = await open();
    const { got, subscription } = await collect(broker, 'a');
    assert.is(subscription.position.offset, 0);
    const places = [await broker.publish('a', 'x'), await broker.publish('a', 'y')];
    assert.equal(
      places.map(({ offset }) => offset),
      [1, 2],
    );
    assert.equal(
      got.map(({ offset }) => offset),
      [1, 2],
    );
    assert.is(new Set([...places, ...got, subscription.position].map(({ epoch }) => epoch)).size, 1);
    await broker.close();
  });

  test('a subscription begins behind its position', async () => {
    const broker = await open();
    await broker.publish('a', 'before');
    const { got, subscription } = await collect(broker, 'a');
    assert.is(subscription.position.offset, 1);
    await broker.publish('a', 'after');
    assert.equal(
      got.map(({ data }) => data),
      ['after'],
    );
    await broker.close();
  });

  test('delivers nothing once unsubscribed; the same function may subscribe twice', async () => {
    const broker = await open();
    let calls = 0;
    const count = () => {
      calls += 1;
    };
    const [first, second] = [await broker.subscribe('a', count), await broker.subscribe('a', count)];
    await broker.publish('a', 'x');
    assert.is(calls, 2);
    first.unsubscribe();
    first.unsubscribe();
    await broker.publish('a', 'x');
    assert.is(calls, 3);
    second.unsubscribe();
    await broker.publish('a', 'x');
    assert.is(calls, 3);
    await broker.close();
  });

  test('a subscriber may leave, or come, while a message is delivered', async () => {
    const broker = await open();
    const got: string[] = [];
    const first = await broker.subscribe('a', () => {
      got.push('first');
      first.unsubscribe();
    });
    await broker.subscribe('a', () => got.push('second'));
    await broker.publish('a', 'x');
    await broker.publish('a', 'x');
    assert.equal(got, ['first', 'second', 'second']);
    await broker.close();
  });

  test('remembers messages as they were published, oldest first', async () => {
    const broker = await open();
    const bytes = Uint8Array.of(1);
    await broker.publish('a', bytes);
    bytes[0] = 9;
    await broker.publish('a', 'two');
    const history = await broker.history('a');
    assert.equal(
      history.messages.map(({ data }) => data),
      [Uint8Array.of(1), 'two'],
    );
    assert.is(history.position.offset, 2);
    assert.is(history.isComplete, true);
    await broker.close();
  });

  test('gives what came since a position, and says that nothing is missing', async () => {
    const broker = await open();
    for (let i = 1; i <= 10; i += 1) await broker.publish('a', `m${i}`);
    const { position } = await broker.history('a');
    const since = { epoch: position.epoch, offset: 7 };
    const history = await broker.history('a', { since });
    assert.equal(
      history.messages.map(({ data }) => data),
      ['m8', 'm9', 'm10'],
    );
    assert.is(history.isComplete, true);
    assert.equal(
      (await broker.history('a', { limit: 1 })).messages.map(({ data }) => data),
      ['m10'],
    );
    await broker.close();
  });

  test('says that something may be missing for a position of another epoch', async () => {
    const broker = await open();
    await broker.publish('a', 'x');
    const history = await broker.history('a', { since: { epoch: 'of another life', offset: 1 } });
    assert.is(history.isComplete, false);
    await broker.close();
  });

  test('a topic nobody used is empty', async () => {
    const broker = await open();
    const history = await broker.history('never');
    assert.equal([history.messages, history.position.offset, history.isComplete], [[], 0, true]);
    await broker.close();
  });

  test('names of object properties are topics like others', async () => {
    const broker = await open();
    const { got } = await collect(broker, '__proto__');
    await broker.publish('__proto__', 'x');
    await broker.publish('constructor', 'y');
    assert.is(got.length, 1);
    await broker.close();
  });

  test('once closed it delivers nothing and refuses all', async () => {
    const broker = await open();
    const { got } = await collect(broker, 'a');
    await broker.close();
    await broker.close();
    for (const call of [broker.publish('a', 'x'), broker.history('a'), broker.subscribe('a', () => {})]) {
      assert.is(
        await call.then(
          () => 'no error',
          (error: { code: string }) => error.code,
        ),
        'ERR_OXBOW_WS_BROKER_CLOSED',
      );
    }
    assert.equal(got, []);
  });

  test.run();
}
