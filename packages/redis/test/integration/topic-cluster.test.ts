// covers: src/topics/redis-broker.ts
/** Topics on a cluster of three: each topic on one node, all topics on all. */
import { assert, skipUnless, suite, until } from '@oxbow/testkit';
import type { TopicBroker } from '@oxbow/websocket';
import { checkTopicBroker } from '@oxbow/websocket/contract';
import { connectRedis } from '../../src/index.ts';
import { type RedisBrokerOptions, redisBroker } from '../../src/topics/index.ts';
import { startCluster, type ThrowawayCluster } from '../fixtures/redis-cluster.ts';
import { isInstalled, NEEDS_SERVER } from '../fixtures/redis-server.ts';

const test = suite('contract of a topic broker: a cluster');

let cluster: ThrowawayCluster;
test.before(async () => {
  skipUnless(isInstalled('redis-server'), NEEDS_SERVER);
  cluster = await startCluster();
});
test.after(() => cluster?.stop());

const options = new WeakMap<TopicBroker, RedisBrokerOptions>();
let stores = 0;

function open(given: RedisBrokerOptions): TopicBroker {
  const broker = redisBroker(cluster.url, given);
  options.set(broker, given);
  return broker;
}

const checks = checkTopicBroker({
  open: () => open({ prefix: `store-${(stores += 1)}` }),
  openBeside: (first) => open(options.get(first)!),
});
for (const { title, run } of checks) test(title, run);

test('topics spread over all nodes, whatever their names', async () => {
  const broker = redisBroker(cluster.url, { prefix: 'spread' });
  const heard: string[] = [];
  const names = [...Array.from({ length: 20 }, (_, number) => `topic ${number}`), '{}', '}{', '{a}b'];
  try {
    for (const name of names) {
      await broker.subscribe(name, { onMessage: ({ topic }) => void heard.push(topic), onGap: () => {} });
      await broker.publish(name, 'x', { id: 'once' });
      await broker.presence.enter(name, { id: 'me', info: name });
    }
    await until('all to be heard', () => heard.length === names.length);
    for (const { url } of cluster.servers) {
      const node = await connectRedis(url);
      assert.ok(Number(await node.send(['DBSIZE'])) > 0, url);
      await node.close();
    }
  } finally {
    await broker.close();
  }
});

test.run();
