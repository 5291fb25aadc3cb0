// covers: src/topic/topic-hub.ts, src/server/topic.ts
import { assert, suite } from '@oxbow/testkit';
import { FrameWriter } from '../../src/protocol/frame-writer.ts';
import { Topic } from '../../src/server/topic.ts';
import type { TopicMember } from '../../src/topic/membership.ts';
import { memoryBroker } from '../../src/topic/memory-broker.ts';
import type { TopicBroker } from '../../src/topic/topic-broker.ts';
import { MAX_TOPIC_NAME_LENGTH, TopicHub } from '../../src/topic/topic-hub.ts';
import { bufferText } from '../../src/transport/buffer-text.ts';
import { hear } from '../fixtures/wire.ts';

interface Member extends TopicMember {
  readonly frames: Uint8Array[];
}

function member(): Member {
  const frames: Uint8Array[] = [];
  return { frames, sendFrame: (frame) => frames.push(frame) };
}

const texts = ({ frames }: Member) => hear('client', frames).map(([, data]) => data);

function hub(broker: TopicBroker = memoryBroker()) {
  return { hub: new TopicHub(broker, new FrameWriter(bufferText)), broker };
}

const test = suite('topic hub');

test('joining takes effect at once, leaving too', () => {
  const { hub: topics } = hub();
  const socket = member();
  void topics.join(socket, 'news', {});
  void topics.publish('news', 'a');
  topics.leave(socket, 'news');
  void topics.publish('news', 'b');
  assert.equal(texts(socket), ['a']);
  assert.is(topics.isFollowing(socket), false);
});

test('a message is framed once for all followers', async () => {
  const { hub: topics } = hub();
  const [first, second] = [member(), member()];
  await topics.join(first, 'news', {});
  await topics.join(second, 'news', {});
  await topics.publish('news', 'a');
  assert.is(first.frames[0], second.frames[0]);
});

test('joining twice counts once', async () => {
  const { hub: topics } = hub();
  const socket = member();
  await topics.join(socket, 'news', {});
  await topics.join(socket, 'news', {});
  await topics.publish('news', 'a');
  assert.equal(texts(socket), ['a']);
  assert.is(topics.followers('news'), 1);
});

test('the broker is subscribed to once for each topic, and left with the last follower', async () => {
  const inner = memoryBroker();
  let subscriptions = 0;
  const counting: TopicBroker = {
    ...inner,
    publish: (topic, data) => inner.publish(topic, data),
    history: (topic, query) => inner.history(topic, query),
    close: () => inner.close(),
    subscribe: async (topic, onMessage) => {
      subscriptions += 1;
      const subscription = await inner.subscribe(topic, onMessage);
      return {
        position: subscription.position,
        unsubscribe: () => {
          subscriptions -= 1;
          subscription.unsubscribe();
        },
      };
    },
  };
  const { hub: topics } = hub(counting);
  const [first, second] = [member(), member()];
  await topics.join(first, 'news', {});
  await topics.join(second, 'news', {});
  assert.is(subscriptions, 1);
  topics.leaveAll(first);
  topics.leaveAll(second);
  await Promise.resolve();
  assert.is(subscriptions, 0);
});

test('since: what was missed comes first, then what is published meanwhile, each once', async () => {
  const { hub: topics, broker } = hub();
  const { epoch } = await broker.publish('news', 'm1');
  await broker.publish('news', 'm2');
  await broker.publish('news', 'm3');
  const socket = member();
  const joined = topics.join(socket, 'news', { since: { epoch, offset: 1 } });
  await broker.publish('news', 'm4');
  const result = await joined;
  await broker.publish('news', 'm5');
  assert.equal(texts(socket), ['m2', 'm3', 'm4', 'm5']);
  assert.equal(result, { position: { epoch, offset: 4 }, isComplete: true });
});

test('since: a gap is told', async () => {
  const { hub: topics, broker } = hub(memoryBroker({ historyMessages: 1 }));
  const { epoch } = await broker.publish('news', 'm1');
  await broker.publish('news', 'm2');
  await broker.publish('news', 'm3');
  const socket = member();
  const result = await topics.join(socket, 'news', { since: { epoch, offset: 1 } });
  assert.is(result.isComplete, false);
  assert.equal(texts(socket), ['m3']);
});

test('a join that fails leaves nothing behind', async () => {
  const broker = memoryBroker();
  await broker.close();
  const { hub: topics } = hub(broker);
  const socket = member();
  const code = await topics.join(socket, 'news', {}).catch((error: { code: string }) => error.code);
  assert.is(code, 'ERR_OXBOW_WS_BROKER_CLOSED');
  assert.equal([topics.followers('news'), topics.isFollowing(socket)], [0, false]);
});

test('names have 1 to 256 characters', async () => {
  const { hub: topics } = hub();
  await topics.join(member(), 'x'.repeat(MAX_TOPIC_NAME_LENGTH), {});
  for (const bad of ['', 'x'.repeat(MAX_TOPIC_NAME_LENGTH + 1), 3 as never]) {
    const code = await topics.join(member(), bad, {}).catch((error: { code: string }) => error.code);
    assert.is(code, 'ERR_OXBOW_WS_INPUT');
  }
});

test('a topic publishes, counts its followers and knows its history', async () => {
  const { hub: topics, broker } = hub();
  const topic = new Topic('news', topics, broker);
  const socket = member();
  await topics.join(socket, 'news', {});
  assert.is(topic.followers, 1);
  const { offset } = await topic.publish(Uint8Array.of(1).buffer);
  assert.is(offset, 1);
  assert.equal((await topic.history()).messages[0]?.data, Uint8Array.of(1));
  assert.throws(() => topic.publish({} as never), /codec/);
});

test.run();
