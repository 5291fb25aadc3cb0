// covers: src/topics/index.ts, src/topics/redis-broker.ts
import { assert, skipUnless, suite } from '@oxbow/testkit';
import type { TopicBroker } from '@oxbow/websocket';
import { checkTopicBroker } from '@oxbow/websocket/contract';
import { type RedisBrokerOptions, redisBroker } from '../../src/topics/index.ts';
import { isInstalled, NEEDS_SERVER, ThrowawayServer } from '../fixtures/redis-server.ts';

let server: ThrowawayServer;
for (const client of ['ioredis', '@redis/client'] as const) {
  const test = suite(`contract of a topic broker: ${client}`);
  test.before(async () => {
    skipUnless(isInstalled('redis-server'), NEEDS_SERVER);
    server = await ThrowawayServer.start();
  });
  test.after(() => server?.stop());
  const options = new WeakMap<TopicBroker, RedisBrokerOptions>();
  let stores = 0;
  const open = (with_: RedisBrokerOptions): TopicBroker => {
    const broker = redisBroker(server.url, with_);
    options.set(broker, with_);
    return broker;
  };
  const checks = checkTopicBroker({
    open: () => open({ client, prefix: `store-${(stores += 1)}` }),
    openBeside: (first) => open(options.get(first)!),
  });
  for (const { title, run } of checks) test(title, run);
  test('there are checks', () => assert.ok(checks.length > 10));
  test.run();
}
