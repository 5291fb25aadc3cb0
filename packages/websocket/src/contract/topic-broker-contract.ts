/**
 * What every topic broker promises, as checks. An engine is given by how to open it, empty; it must remember at least ten
 * messages of a topic. Delivery is waited for: an engine may resolve `publish` before its copies have arrived.
 */
import type {
  PresenceChange,
  TopicBroker,
  TopicGap,
  TopicMessage,
  TopicSubscription,
} from '../topic/topic-broker.ts';
import { type Check, eventually, expectCode, expectEqual } from './check.ts';

/** How to open an engine. */
export interface BrokerContract {
  /** Opens a broker on an empty store of its own. The check closes it. */
  readonly open: () => TopicBroker | Promise<TopicBroker>;
  /** For an engine that several processes share: opens a second broker on the store of an open one. */
  readonly openBeside?: ((first: TopicBroker) => TopicBroker | Promise<TopicBroker>) | undefined;
}

interface Collected {
  readonly got: TopicMessage[];
  readonly gaps: TopicGap[];
  readonly subscription: TopicSubscription;
}

async function collect(broker: TopicBroker, topic: string): Promise<Collected> {
  const got: TopicMessage[] = [];
  const gaps: TopicGap[] = [];
  const subscription = await broker.subscribe(topic, {
    onMessage: (message) => void got.push(message),
    onGap: (gap) => void gaps.push(gap),
  });
  return { got, gaps, subscription };
}

const dataOf = (messages: readonly TopicMessage[]) => messages.map(({ data }) => data);
const offsetsOf = (messages: readonly { readonly offset: number }[]) => messages.map(({ offset }) => offset);
const SILENT = { onMessage: () => {}, onGap: () => {} };

/** The checks; run each, in any order, one after the other. */
export function checkTopicBroker(contract: BrokerContract): readonly Check[] {
  const checks: Check[] = [];
  const check = (title: string, body: (broker: TopicBroker) => Promise<void>): void => {
    checks.push({
      title,
      run: async () => {
        const broker = await contract.open();
        try {
          await body(broker);
        } finally {
          await broker.close();
        }
      },
    });
  };
  delivery(check);
  history(check);
  presence(check);
  audience(check);
  closing(check);
  if (contract.openBeside !== undefined) sharing(check, contract.openBeside);
  return checks;
}

type Declare = (title: string, body: (broker: TopicBroker) => Promise<void>) => void;

function delivery(check: Declare): void {
  check(
    'delivers what is published to every subscriber of the topic, in order, and to no other',
    async (broker) => {
      const [first, second, other] = [
        await collect(broker, 'a'),
        await collect(broker, 'a'),
        await collect(broker, 'b'),
      ];
      await broker.publish('a', 'one');
      await broker.publish('a', Uint8Array.of(2, 0, 255));
      for (const { got } of [first, second]) {
        await eventually(() => got.length >= 2, 'both messages');
        expectEqual(dataOf(got), ['one', Uint8Array.of(2, 0, 255)], 'data');
        expectEqual(
          got.map(({ topic }) => topic),
          ['a', 'a'],
          'topics',
        );
      }
      expectEqual(other.got, [], 'another topic');
    },
  );

  check('numbers messages from 1 without holes, and tells the publisher', async (broker) => {
    const { got, subscription } = await collect(broker, 'a');
    expectEqual(subscription.position.offset, 0, 'the position of an empty topic');
    const places = [await broker.publish('a', 'x'), await broker.publish('a', 'y')];
    expectEqual(offsetsOf(places), [1, 2], 'offsets for the publisher');
    await eventually(() => got.length >= 2, 'both messages');
    expectEqual(offsetsOf(got), [1, 2], 'offsets for the subscriber');
    expectEqual(
      new Set([...places, ...got, subscription.position].map(({ epoch }) => epoch)).size,
      1,
      'epochs',
    );
  });

  check('numbers messages published at once in the order of the calls', async (broker) => {
    const { got } = await collect(broker, 'a');
    const texts = Array.from({ length: 10 }, (_, i) => `m${i}`);
    const places = await Promise.all(texts.map((text) => broker.publish('a', text)));
    expectEqual(offsetsOf(places), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 'offsets');
    await eventually(() => got.length >= 10, 'all messages');
    expectEqual(dataOf(got), texts, 'order');
  });

  check('a subscription begins behind its position', async (broker) => {
    await broker.publish('a', 'before');
    const { got, subscription } = await collect(broker, 'a');
    expectEqual(subscription.position.offset, 1, 'position');
    await broker.publish('a', 'after');
    await eventually(() => got.length >= 1, 'the message');
    expectEqual(dataOf(got), ['after'], 'data');
  });

  check('delivers nothing once unsubscribed; the same listener may subscribe twice', async (broker) => {
    let calls = 0;
    const listener = { onMessage: () => void (calls += 1), onGap: () => {} };
    const [first, second] = [await broker.subscribe('a', listener), await broker.subscribe('a', listener)];
    const witness = await collect(broker, 'a');
    const publish = async (count: number): Promise<void> => {
      await broker.publish('a', 'x');
      await eventually(() => witness.got.length >= count, 'the message');
    };
    await publish(1);
    expectEqual(calls, 2, 'calls while both subscribe');
    first.unsubscribe();
    first.unsubscribe();
    await publish(2);
    expectEqual(calls, 3, 'calls while one subscribes');
    second.unsubscribe();
    await publish(3);
    expectEqual(calls, 3, 'calls while none subscribes');
  });

  check('a subscriber may leave while a message is delivered', async (broker) => {
    const got: string[] = [];
    const first = await broker.subscribe('a', {
      onMessage: () => {
        got.push('first');
        first.unsubscribe();
      },
      onGap: () => {},
    });
    await broker.subscribe('a', { onMessage: () => void got.push('second'), onGap: () => {} });
    await broker.publish('a', 'x');
    await broker.publish('a', 'x');
    await eventually(() => got.length >= 3, 'both messages');
    expectEqual(got, ['first', 'second', 'second'], 'calls');
  });

  check('a message published again under its name keeps its place and is delivered once', async (broker) => {
    const { got } = await collect(broker, 'a');
    const first = await broker.publish('a', 'x', { id: 'order 7' });
    const again = await broker.publish('a', 'x', { id: 'order 7' });
    expectEqual(again, first, 'place');
    await broker.publish('a', 'y', { id: 'order 8' });
    await broker.publish('b', 'x', { id: 'order 7' });
    await eventually(() => got.length >= 2, 'both messages');
    expectEqual(dataOf(got), ['x', 'y'], 'data');
  });

  check('carries along whom a message is not for', async (broker) => {
    const { got } = await collect(broker, 'a');
    await broker.publish('a', 'x', { except: ['one', 'two'] });
    await broker.publish('a', 'y');
    await eventually(() => got.length >= 2, 'both messages');
    expectEqual(
      got.map(({ except }) => except ?? []),
      [['one', 'two'], []],
      'exceptions',
    );
  });

  check('names of object properties are topics like others', async (broker) => {
    const { got } = await collect(broker, '__proto__');
    await broker.publish('__proto__', 'x');
    await broker.publish('constructor', 'y');
    await broker.publish('__proto__', 'z');
    await eventually(() => got.length >= 2, 'both messages');
    expectEqual(dataOf(got), ['x', 'z'], 'data');
  });
}

function history(check: Declare): void {
  check('remembers messages as they were published, oldest first', async (broker) => {
    const bytes = Uint8Array.of(1);
    const publishing = broker.publish('a', bytes);
    bytes[0] = 9;
    await publishing;
    await broker.publish('a', 'two');
    const past = await broker.history('a');
    expectEqual(dataOf(past.messages), [Uint8Array.of(1), 'two'], 'data');
    expectEqual([past.position.offset, past.isComplete], [2, true], 'position and verdict');
  });

  check('gives what came since a position, and says that nothing is missing', async (broker) => {
    for (let i = 1; i <= 10; i += 1) await broker.publish('a', `m${i}`);
    const { position } = await broker.history('a');
    const past = await broker.history('a', { since: { epoch: position.epoch, offset: 7 } });
    expectEqual(dataOf(past.messages), ['m8', 'm9', 'm10'], 'data');
    expectEqual(past.isComplete, true, 'verdict');
    const newest = await broker.history('a', { limit: 1 });
    expectEqual(dataOf(newest.messages), ['m10'], 'the newest');
    const none = await broker.history('a', { since: position });
    expectEqual([none.messages, none.isComplete], [[], true], 'since the newest');
  });

  check('a limit that leaves something out says so', async (broker) => {
    for (let i = 1; i <= 3; i += 1) await broker.publish('a', `m${i}`);
    const { position } = await broker.history('a');
    const past = await broker.history('a', { since: { epoch: position.epoch, offset: 0 }, limit: 2 });
    expectEqual([dataOf(past.messages), past.isComplete], [['m2', 'm3'], false], 'history');
  });

  check(
    'says that something may be missing for a position of another epoch, or of the future',
    async (broker) => {
      const { epoch } = await broker.publish('a', 'x');
      for (const since of [
        { epoch: 'of another life', offset: 1 },
        { epoch, offset: 5 },
      ]) {
        const past = await broker.history('a', { since });
        expectEqual(past.isComplete, false, 'verdict');
      }
    },
  );

  check('a topic nobody used is empty', async (broker) => {
    const past = await broker.history('never');
    expectEqual([past.messages, past.position.offset, past.isComplete], [[], 0, true], 'history');
  });
}

function presence(check: Declare): void {
  check(
    'keeps who is present, if it keeps presence: in order, each once, with changes told',
    async (broker) => {
      const { presence: present } = broker;
      if (present === undefined) return;
      const changes: PresenceChange[] = [];
      const stop = await present.watch('a', (change) => void changes.push(change));
      await present.enter('a', { id: '1', info: { name: 'Ann' } });
      await present.enter('a', { id: '2', info: null });
      await present.enter('a', { id: '1', info: { name: 'Anna' } });
      await present.enter('b', { id: '3', info: null });
      expectEqual(
        await present.members('a'),
        [
          { id: '1', info: { name: 'Anna' } },
          { id: '2', info: null },
        ],
        'members',
      );
      await present.leave('a', '1');
      await present.leave('a', '1');
      expectEqual(await present.members('a'), [{ id: '2', info: null }], 'members after one left');
      await eventually(() => changes.length >= 3, 'three changes');
      expectEqual(
        changes.map(({ kind, member }) => [kind, member.id]),
        [
          ['join', '1'],
          ['join', '2'],
          ['leave', '1'],
        ],
        'changes',
      );
      stop();
    },
  );
}

function audience(check: Declare): void {
  check('asks every subscription how many hear a topic, if it can', async (broker) => {
    if (broker.audience === undefined) return;
    expectEqual(await broker.audience('a'), { servers: 0, followers: 0, silent: 0 }, 'nobody');
    let followers = 3;
    const first = await broker.subscribe('a', { ...SILENT, followers: () => followers });
    await broker.subscribe('a', { ...SILENT, followers: async () => 4 });
    await broker.subscribe('b', SILENT);
    expectEqual((await broker.audience('a')).followers, 7, 'followers');
    followers = 5;
    expectEqual((await broker.audience('a')).followers, 9, 'followers, when they are more');
    first.unsubscribe();
    expectEqual((await broker.audience('a')).followers, 4, 'followers, when some are gone');
    expectEqual((await broker.audience('b')).followers, 1, 'a listener that does not count');
  });

  check('an answer about a place comes when everything up to it was handed on', async (broker) => {
    if (broker.audience === undefined) return;
    const { got } = await collect(broker, 'a');
    let at = await broker.publish('a', 'm0');
    for (let i = 1; i < 20; i += 1) at = await broker.publish('a', `m${i}`);
    const { servers, silent } = await broker.audience('a', { at });
    expectEqual([servers, silent, got.length], [1, 0, 20], 'servers, silent ones, messages');
  });

  check('who does not answer in time is counted as silent', async (broker) => {
    if (broker.audience === undefined) return;
    await broker.subscribe('a', { ...SILENT, followers: () => new Promise(() => {}) });
    expectEqual(
      await broker.audience('a', { timeoutMs: 20 }),
      { servers: 0, followers: 0, silent: 1 },
      'audience',
    );
  });
}

function closing(check: Declare): void {
  check('once closed it delivers nothing and refuses all', async (broker) => {
    const { got } = await collect(broker, 'a');
    await broker.close();
    await broker.close();
    const code = 'ERR_OXBOW_WS_BROKER_CLOSED';
    await expectCode(broker.publish('a', 'x'), code, 'publish');
    await expectCode(broker.history('a'), code, 'history');
    await expectCode(broker.subscribe('a', SILENT), code, 'subscribe');
    expectEqual(got, [], 'delivered');
  });
}

function sharing(
  check: Declare,
  openBeside: (first: TopicBroker) => TopicBroker | Promise<TopicBroker>,
): void {
  const withSecond = (
    title: string,
    body: (first: TopicBroker, second: TopicBroker) => Promise<void>,
  ): void =>
    check(title, async (first) => {
      const second = await openBeside(first);
      try {
        await body(first, second);
      } finally {
        await second.close();
      }
    });

  withSecond('two brokers on one store deliver each other’s messages in one order', async (first, second) => {
    const here = await collect(first, 'a');
    const there = await collect(second, 'a');
    for (let i = 0; i < 5; i += 1) {
      await Promise.all([first.publish('a', `f${i}`), second.publish('a', `s${i}`)]);
    }
    await eventually(() => here.got.length >= 10 && there.got.length >= 10, 'all messages on both sides');
    expectEqual(dataOf(here.got), dataOf(there.got), 'one order');
    expectEqual(offsetsOf(there.got), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 'offsets');
    expectEqual([here.gaps, there.gaps], [[], []], 'gaps');
  });

  withSecond('closing one leaves the other, and the history, as they are', async (first, second) => {
    await second.publish('a', 'kept');
    const { got } = await collect(first, 'a');
    await second.close();
    await first.publish('a', 'after');
    await eventually(() => got.length >= 1, 'the message');
    const past = await first.history('a');
    expectEqual(dataOf(past.messages), ['kept', 'after'], 'history');
  });

  withSecond('followers are counted on both sides', async (first, second) => {
    if (first.audience === undefined) return;
    await first.subscribe('a', { ...SILENT, followers: () => 2 });
    await second.subscribe('a', { ...SILENT, followers: () => 3 });
    const at = await second.publish('a', 'x');
    const answer = await first.audience('a', { at });
    expectEqual(answer, { servers: 2, followers: 5, silent: 0 }, 'audience');
  });

  withSecond('a broker that closes leaves with its members', async (first, second) => {
    if (first.presence === undefined || second.presence === undefined) return;
    const changes: PresenceChange[] = [];
    await first.presence.watch('a', (change) => void changes.push(change));
    await second.presence.enter('a', { id: 'far', info: 1 });
    expectEqual(await first.presence.members('a'), [{ id: 'far', info: 1 }], 'members');
    await second.close();
    await eventually(() => changes.length >= 2, 'the leave');
    expectEqual(await first.presence.members('a'), [], 'members after it closed');
  });
}
