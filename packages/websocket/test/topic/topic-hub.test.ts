// covers: src/topic/topic-hub.ts, src/server/topic.ts, src/topic/presence-keeper.ts, src/topic/catch-up.ts, src/topic/topic-tail.ts
import { assert, suite } from '@oxbow/testkit';
import type { SharedFrame } from '../../src/connection/shared-frame.ts';
import { FrameWriter } from '../../src/protocol/frame-writer.ts';
import { Topic } from '../../src/server/topic.ts';
import type { TopicMember } from '../../src/topic/membership.ts';
import { memoryBroker } from '../../src/topic/memory-broker.ts';
import type { TopicBroker, TopicGap, TopicListener } from '../../src/topic/topic-broker.ts';
import { MAX_TOPIC_NAME_LENGTH, TopicHub, type TopicRules } from '../../src/topic/topic-hub.ts';
import { bufferText } from '../../src/transport/buffer-text.ts';
import { hear } from '../fixtures/wire.ts';

interface Member extends TopicMember {
  readonly frames: Uint8Array[];
  readonly missedTopics: string[];
  isOpen: boolean;
  /** Called before a message of the past is taken. */
  beforePaced: () => Promise<void>;
}

let members = 0;

function member(): Member {
  const made: Member = {
    id: `member ${(members += 1)}`,
    isOpen: true,
    frames: [],
    missedTopics: [],
    beforePaced: async () => {},
    sendShared: (frame: SharedFrame) => made.frames.push(frame.plain),
    sendPaced: async (frame: SharedFrame) => {
      await made.beforePaced();
      made.frames.push(frame.plain);
    },
    missed: (topic) => made.missedTopics.push(topic),
  };
  return made;
}

const texts = ({ frames }: Member) => hear('client', frames).map(([, data]) => data);

function hub(broker: TopicBroker = memoryBroker(), rules: Partial<TopicRules> = {}) {
  const errors: unknown[] = [];
  const made = new TopicHub(broker, new FrameWriter(bufferText), {
    positions: false,
    onError: (error) => errors.push(error),
    ...rules,
  });
  return { hub: made, broker, errors };
}

const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => 'no error',
    (error: { code: string }) => error.code,
  );

/** A broker whose subscription the test speaks through. */
function scripted() {
  const inner = memoryBroker();
  let listener!: TopicListener;
  const broker: TopicBroker = {
    publish: (...args) => inner.publish(...args),
    history: (...args) => inner.history(...args),
    close: () => inner.close(),
    subscribe: async (topic, given) => {
      listener = given;
      const { position } = await inner.history(topic);
      return { position, unsubscribe: () => {} };
    },
  };
  const tell = (epoch: string, offset: number, data: string) =>
    listener.onMessage({ topic: 'news', epoch, offset, data });
  return { broker, tell, gap: (gap: TopicGap) => listener.onGap(gap) };
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
  assert.is(topics.followers('news').size, 1);
  assert.equal(topics.topicsOf(socket), ['news']);
});

test('the broker is subscribed to once for each topic, and left with the last follower', async () => {
  const inner = memoryBroker();
  let subscriptions = 0;
  const counting: TopicBroker = {
    publish: (topic, data) => inner.publish(topic, data),
    history: (topic, query) => inner.history(topic, query),
    close: () => inner.close(),
    subscribe: async (topic, listener) => {
      subscriptions += 1;
      const subscription = await inner.subscribe(topic, listener);
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
  assert.is(topics.size, 0);
});

test('a message goes to all but those it names, also from the past', async () => {
  const { hub: topics, broker } = hub();
  const topic = new Topic('news', topics, broker);
  const [first, second, third] = [member(), member(), member()];
  for (const each of [first, second, third]) await topics.join(each, 'news', {});
  const place = await topic.publish('a', { except: first.id });
  await topic.publish('b', { except: [first.id, second as never] });
  await topics.publishFrom(third, 'news', 'c', {});
  assert.equal([texts(first), texts(second), texts(third)], [['c'], ['a', 'c'], ['a', 'b']]);
  const back = {
    ...first,
    frames: [] as Uint8Array[],
    sendPaced: async (f: SharedFrame) => void back.frames.push(f.plain),
  };
  await topics.join(back, 'news', { since: { epoch: place.epoch, offset: 0 } });
  assert.equal(texts(back), ['c']);
});

test('knows who follows a topic, in order', async () => {
  const { hub: topics, broker } = hub();
  const topic = new Topic('news', topics, broker);
  const [first, second] = [member(), member()];
  await topics.join(first, 'news', {});
  await topics.join(second, 'news', {});
  assert.equal(topic.members(), [first, second]);
  assert.is(topic.followers, 2);
});

test('rules keep a socket out, also one that throws or says something else than true', async () => {
  const names = ['open', 'shut', 'throws', 'odd'];
  const rule = (_member: unknown, topic: string) => {
    if (topic === 'throws') throw new Error('a bug');
    return topic === 'odd' ? ('yes' as never) : Promise.resolve(topic === 'open');
  };
  const { hub: topics, errors } = hub(memoryBroker(), { mayJoin: rule, mayPublish: rule });
  const socket = member();
  const forbidden = 'ERR_OXBOW_WS_TOPIC_FORBIDDEN';
  const codes = async (act: (name: string) => Promise<unknown>) =>
    Promise.all(names.map((name) => failure(act(name))));
  assert.equal(await codes((name) => topics.join(socket, name, {})), [
    'no error',
    forbidden,
    forbidden,
    forbidden,
  ]);
  assert.equal(await codes((name) => topics.publishFrom(socket, name, 'x', {})), [
    'no error',
    forbidden,
    forbidden,
    forbidden,
  ]);
  assert.equal(topics.topicsOf(socket), ['open']);
  assert.is(errors.length, 2);
});

test('one that left while it was asked about is not a follower', async () => {
  const socket = member();
  const { hub: topics } = hub(memoryBroker(), {
    mayJoin: async () => {
      socket.isOpen = false;
      return true;
    },
  });
  assert.is(await failure(topics.join(socket, 'news', {})), 'ERR_OXBOW_WS_CLOSED');
  assert.is(topics.followers('news').size, 0);
});

test('a topic counts what it has on this server while somebody follows it', async () => {
  const broker = memoryBroker();
  const hub = new TopicHub(broker, new FrameWriter(bufferText), { positions: false, onError: () => {} });
  const topic = new Topic('news', hub, broker);
  const nothing = { followers: 0, catchingUp: 0, messages: 0, bytes: 0, gaps: 0 };
  assert.equal(topic.statistics(), nothing);
  const [one, other] = [member(), member()];
  await hub.join(one, 'news', {});
  await hub.join(other, 'news', {});
  await topic.publish('four');
  await topic.publish(new Uint8Array(10));
  assert.equal(topic.statistics(), { ...nothing, followers: 2, messages: 2, bytes: 14 });
  hub.leaveAll(one);
  hub.leaveAll(other);
  assert.equal(topic.statistics(), nothing);
});

test.run();

const past = suite('a follower that comes back');

past('since: what was missed comes first, then what is published meanwhile, each once', async () => {
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

past('gets the past at its own pace, and what is published while it reads after it, exactly', async () => {
  const { hub: topics, broker } = hub();
  const { epoch } = await broker.publish('news', 'm1');
  await broker.publish('news', 'm2');
  const socket = member();
  let published = 2;
  socket.beforePaced = async () => {
    if (published < 6) await broker.publish('news', `m${(published += 1)}`);
  };
  const result = await topics.join(socket, 'news', { since: { epoch, offset: 0 } });
  assert.equal(texts(socket), ['m1', 'm2', 'm3', 'm4', 'm5', 'm6']);
  assert.equal(result, { position: { epoch, offset: 6 }, isComplete: true });
});

past('one that reads more slowly than the history forgets is told of a gap', async () => {
  const { hub: topics, broker } = hub(memoryBroker({ historyMessages: 2 }));
  const { epoch } = await broker.publish('news', 'm1');
  await broker.publish('news', 'm2');
  const socket = member();
  let isFirst = true;
  socket.beforePaced = async () => {
    if (!isFirst) return;
    isFirst = false;
    for (const text of ['m3', 'm4', 'm5']) await broker.publish('news', text);
  };
  const result = await topics.join(socket, 'news', { since: { epoch, offset: 0 } });
  assert.equal(texts(socket), ['m1', 'm2', 'm4', 'm5']);
  assert.equal(result, { position: { epoch, offset: 5 }, isComplete: false });
});

past('one that leaves while it catches up gets nothing more', async () => {
  const { hub: topics, broker } = hub();
  const { epoch } = await broker.publish('news', 'm1');
  await broker.publish('news', 'm2');
  const socket = member();
  socket.beforePaced = async () => topics.leaveAll(socket);
  await topics.join(socket, 'news', { since: { epoch, offset: 0 } });
  await broker.publish('news', 'm3');
  assert.equal(texts(socket), ['m1']);
  assert.is(topics.isFollowing(socket), false);
});

past('looks into one topic at a time', async () => {
  const { hub: topics, broker } = hub();
  const { epoch } = await broker.publish('a', 'a1');
  const other = await broker.publish('b', 'b1');
  const socket = member();
  let inside = 0;
  socket.beforePaced = async () => {
    inside += 1;
    assert.is(inside, 1);
    await new Promise((resolve) => setImmediate(resolve));
    inside -= 1;
  };
  await Promise.all([
    topics.join(socket, 'a', { since: { epoch, offset: 0 } }),
    topics.join(socket, 'b', { since: { epoch: other.epoch, offset: 0 } }),
  ]);
  assert.equal(texts(socket), ['a1', 'b1']);
});

past('since: a gap is told', async () => {
  const { hub: topics, broker } = hub(memoryBroker({ historyMessages: 1 }));
  const { epoch } = await broker.publish('news', 'm1');
  await broker.publish('news', 'm2');
  await broker.publish('news', 'm3');
  const socket = member();
  const result = await topics.join(socket, 'news', { since: { epoch, offset: 1 } });
  assert.is(result.isComplete, false);
  assert.equal(texts(socket), ['m3']);
});

past('a position that a peer made up is refused', async () => {
  const { hub: topics } = hub();
  for (const since of [
    { epoch: 'e', offset: -1 },
    { epoch: 'e', offset: 1.5 },
    { epoch: 3, offset: 1 },
    null,
  ]) {
    assert.is(await failure(topics.join(member(), 'news', { since } as never)), 'ERR_OXBOW_WS_INPUT');
  }
});

past.run();

const gaps = suite('messages that an engine lost');

gaps('are told to whoever wants to know; the others have to come back', async () => {
  const { broker, gap } = scripted();
  const { hub: topics } = hub(broker);
  const [told, untold] = [member(), member()];
  const heard: TopicGap[] = [];
  await topics.join(told, 'news', { onGap: (each) => heard.push(each) });
  await topics.join(untold, 'news', {});
  gap({ topic: 'news', from: undefined, position: { epoch: 'e2', offset: 9 }, missed: undefined });
  assert.equal(heard, [
    { topic: 'news', from: undefined, position: { epoch: 'e2', offset: 9 }, missed: undefined },
  ]);
  assert.equal([told.missedTopics, untold.missedTopics], [[], ['news']]);
});

gaps('are found by their offsets when the engine says nothing', async () => {
  const { broker, tell } = scripted();
  const { hub: topics } = hub(broker);
  const socket = member();
  const heard: TopicGap[] = [];
  const { position } = await topics.join(socket, 'news', { onGap: (each) => heard.push(each) });
  tell(position.epoch, 1, 'm1');
  tell(position.epoch, 1, 'm1');
  tell(position.epoch, 4, 'm4');
  tell('another', 9, 'x');
  assert.equal(texts(socket), ['m1', 'm4', 'x']);
  assert.equal(
    heard.map(({ missed, position: place }) => [missed, place.offset]),
    [
      [2, 3],
      [undefined, 8],
    ],
  );
});

gaps('an onGap that throws has an owner, and the others hear of it', async () => {
  const { broker, gap } = scripted();
  const { hub: topics, errors } = hub(broker);
  const heard: string[] = [];
  await topics.join(member(), 'news', {
    onGap: () => {
      throw new Error('a bug');
    },
  });
  await topics.join(member(), 'news', { onGap: () => heard.push('second') });
  gap({ topic: 'news', from: undefined, position: { epoch: 'e', offset: 1 }, missed: 1 });
  assert.equal([heard, errors.length], [['second'], 1]);
});

gaps.run();

const audience = suite('audience');

audience(
  'counts the followers of all servers, and a broadcast waits until they were handed the message',
  async () => {
    const broker = memoryBroker();
    const [here, there] = [hub(broker).hub, hub(broker).hub];
    const [first, second, third] = [member(), member(), member()];
    await here.join(first, 'news', {});
    for (const far of [second, third]) await there.join(far, 'news', {});
    const topic = new Topic('news', here, broker);
    assert.equal(await topic.audience(), { servers: 2, followers: 3, silent: 0 });
    const { position, ...answer } = await topic.broadcast('hello');
    assert.equal([position.offset, answer], [1, { servers: 2, followers: 3, silent: 0 }]);
    assert.equal(
      [first, second, third].map(({ frames }) => frames.length),
      [1, 1, 1],
    );
  },
);

audience('a broker that cannot ask says so, before anything is published', async () => {
  const broker = memoryBroker();
  const plain: TopicBroker = {
    publish: (...args) => broker.publish(...args),
    history: (...args) => broker.history(...args),
    subscribe: (...args) => broker.subscribe(...args),
    close: () => broker.close(),
  };
  const topic = new Topic('news', hub(plain).hub, plain);
  assert.is(await failure(topic.audience()), 'ERR_OXBOW_WS_NO_AUDIENCE');
  assert.is(await failure(topic.broadcast('x')), 'ERR_OXBOW_WS_NO_AUDIENCE');
  assert.is((await broker.history('news')).messages.length, 0);
  assert.is(
    await failure(new Topic('news', hub().hub, broker).audience({ timeoutMs: -1 })),
    'ERR_OXBOW_WS_INPUT',
  );
});

audience.run();

const presence = suite('presence');

presence('shows who joined with it, tells who comes and goes, and forgets who leaves', async () => {
  const { hub: topics, broker } = hub();
  const topic = new Topic('news', topics, broker);
  const changes: string[] = [];
  const stop = await topic.onPresence(({ kind, member: { info } }) =>
    changes.push(`${kind} ${String(info)}`),
  );
  const [first, second, hidden] = [member(), member(), member()];
  await topics.join(first, 'news', { presence: 'Ann' });
  await topics.join(second, 'news', { presence: 'Bob' });
  await topics.join(hidden, 'news', {});
  assert.equal(
    (await topic.presence()).map(({ id, info }) => [id, info]),
    [
      [first.id, 'Ann'],
      [second.id, 'Bob'],
    ],
  );
  topics.leaveAll(first);
  topics.leaveAll(hidden);
  await Promise.resolve();
  assert.equal(changes, ['join Ann', 'join Bob', 'leave Ann']);
  stop();
});

presence('what JSON cannot carry, and what is too long, is refused, and nobody follows', async () => {
  const { hub: topics } = hub();
  const loop: { self?: unknown } = {};
  loop.self = loop;
  for (const bad of [loop, () => {}, 'x'.repeat(5_000)]) {
    assert.is(await failure(topics.join(member(), 'news', { presence: bad })), 'ERR_OXBOW_WS_INPUT');
  }
  assert.is(topics.followers('news').size, 0);
});

presence('an engine without it says so', async () => {
  const { hub: topics } = hub(scripted().broker);
  assert.is(await failure(topics.join(member(), 'news', { presence: 'Ann' })), 'ERR_OXBOW_WS_NO_PRESENCE');
});

presence.run();

const door = suite('topics at the door');

door('a join that fails leaves nothing behind', async () => {
  const broker = memoryBroker();
  await broker.close();
  const { hub: topics } = hub(broker);
  const socket = member();
  assert.is(await failure(topics.join(socket, 'news', {})), 'ERR_OXBOW_WS_BROKER_CLOSED');
  assert.equal([topics.followers('news').size, topics.isFollowing(socket)], [0, false]);
});

door('names have 1 to 256 characters', async () => {
  const { hub: topics } = hub();
  await topics.join(member(), 'x'.repeat(MAX_TOPIC_NAME_LENGTH), {});
  for (const bad of ['', 'x'.repeat(MAX_TOPIC_NAME_LENGTH + 1), 3 as never]) {
    assert.is(await failure(topics.join(member(), bad, {})), 'ERR_OXBOW_WS_INPUT');
  }
});

door('a topic publishes, counts its followers and knows its history', async () => {
  const { hub: topics, broker } = hub();
  const topic = new Topic('news', topics, broker);
  const socket = member();
  await topics.join(socket, 'news', {});
  assert.is(topic.followers, 1);
  const { offset } = await topic.publish(Uint8Array.of(1).buffer);
  assert.is(offset, 1);
  assert.equal((await topic.history()).messages[0]?.data, Uint8Array.of(1));
  assert.throws(() => topic.publish({} as never), /codec/);
  assert.throws(() => topic.publish('x', { id: '' }), /id/);
  assert.throws(() => topic.publish('x', { exept: 'x' } as never), /except/);
});

door.run();
