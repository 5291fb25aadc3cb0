// covers: src/cluster/remote-broker.ts, src/cluster/broker-host.ts, src/cluster/broker-wire.ts
import { assert, suite, until } from '@oxbow/testkit';
import { hostBroker, MAX_BYTES_TO_PROCESS } from '../../src/cluster/broker-host.ts';
import type { BrokerPort } from '../../src/cluster/broker-wire.ts';
import { MAX_QUESTIONS, remoteBroker } from '../../src/cluster/remote-broker.ts';
import { checkTopicBroker } from '../../src/contract.ts';
import { memoryBroker } from '../../src/topic/memory-broker.ts';
import type { TopicBroker, TopicGap, TopicMessage } from '../../src/topic/topic-broker.ts';

type Listener = Parameters<BrokerPort['listen']>[0];

/** A channel as processes have it: ordered, JSON, a turn later. What is sent leaves when `flows` allows it. */
function channel() {
  const ends: { listener: Listener | undefined; waiting: (() => void)[] }[] = [
    { listener: undefined, waiting: [] },
    { listener: undefined, waiting: [] },
  ];
  const state = { flows: true };
  const port = (own: number): BrokerPort => ({
    send: (message, sent) => {
      const text = JSON.stringify(message);
      const deliver = () => {
        ends[1 - own]!.listener?.message(JSON.parse(text));
        sent?.();
      };
      if (state.flows) setImmediate(deliver);
      else ends[own]!.waiting.push(deliver);
    },
    listen: (listener) => {
      ends[own]!.listener = listener;
      return () => {
        ends[own]!.listener = undefined;
      };
    },
  });
  return {
    near: port(0),
    far: port(1),
    hold: () => {
      state.flows = false;
    },
    flow: () => {
      state.flows = true;
      for (const end of ends) for (const deliver of end.waiting.splice(0)) deliver();
    },
    cut: () => {
      for (const { listener } of ends) listener?.closed();
    },
  };
}

const hosts = new WeakMap<TopicBroker, TopicBroker>();

function openOn(host: TopicBroker): TopicBroker {
  const { near, far } = channel();
  hostBroker(host, far);
  const broker = remoteBroker(near);
  hosts.set(broker, host);
  return broker;
}

const contract = suite('contract of a topic broker: over a channel between processes');

const checks = checkTopicBroker({
  open: () => openOn(memoryBroker()),
  openBeside: (first) => openOn(hosts.get(first)!),
});
for (const { title, run } of checks) contract(title, run);

contract.run();

const test = suite('a broker in another process');

const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => 'no error',
    (error: { code: string }) => error.code,
  );

test('that goes ends what waits, and leaves with its members and subscriptions', async () => {
  const host = memoryBroker();
  const { near, far, hold, cut } = channel();
  hostBroker(host, far);
  const broker = remoteBroker(near);
  await broker.presence!.enter('a', { id: '1', info: null });
  const left = new Promise((resolve) => void host.presence!.watch('a', resolve));
  hold();
  const waiting = failure(broker.publish('a', 'x'));
  cut();
  assert.is(await waiting, 'ERR_OXBOW_WS_BROKER_CLOSED');
  assert.equal(await left, { kind: 'leave', member: { id: '1', info: null } });
});

test('questions that wait are bounded', async () => {
  const { near, hold } = channel();
  hold();
  const broker = remoteBroker(near);
  for (let i = 0; i < MAX_QUESTIONS; i += 1) broker.publish('a', 'x').catch(() => {});
  assert.is(await failure(broker.publish('a', 'x')), 'ERR_OXBOW_WS_BROKER_BUSY');
});

test('a process that does not take its messages is told of a gap instead of holding them here', async () => {
  const host = memoryBroker({ historyBytes: 1 });
  const { near, far, hold, flow } = channel();
  hostBroker(host, far);
  const broker = remoteBroker(near);
  const got: TopicMessage[] = [];
  const gaps: TopicGap[] = [];
  await broker.subscribe('a', { onMessage: (message) => got.push(message), onGap: (gap) => gaps.push(gap) });
  hold();
  const text = 'x'.repeat(2 ** 20);
  const fitting = MAX_BYTES_TO_PROCESS / (2 * text.length) + 1;
  for (let i = 0; i < fitting + 3; i += 1) await host.publish('a', text);
  flow();
  await host.publish('a', 'after');
  await until('the message behind the gap', () => got.at(-1)?.data === 'after');
  assert.equal(
    gaps.map(({ missed, from, position }) => [missed, from?.offset, position.offset]),
    [[3, fitting, fitting + 3]],
  );
  assert.is(got.length, fitting + 1);
});

test.run();
