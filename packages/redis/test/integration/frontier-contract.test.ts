// covers: src/frontier/redis-frontier.ts, src/frontier/open-frontier.ts, src/frontier/store-link.ts, src/frontier/scripts/prelude.ts, src/frontier/scripts/claim.ts, src/frontier/scripts/settle.ts, src/frontier/scripts/keep.ts, src/frontier/scripts/look.ts, src/frontier/scripts/steer.ts
/** The contract of every frontier, on a real server, by both client libraries. */
import { checkFrontier } from '@oxbow/crawler/contract';
import { skipUnless, suite } from '@oxbow/testkit';
import { openFrontierOn } from '../../src/frontier/open-frontier.ts';
import { type ClientLibrary, connectRedis, type RedisConnection } from '../../src/index.ts';
import { isInstalled, NEEDS_SERVER, ThrowawayServer } from '../fixtures/redis-server.ts';

const LIBRARIES: readonly ClientLibrary[] = ['ioredis', '@redis/client'];

for (const client of LIBRARIES) {
  const test = suite(`a frontier on a server, by ${client}`);
  let server: ThrowawayServer;
  let connection: RedisConnection;
  let made = 0;

  test.before(async () => {
    skipUnless(isInstalled('redis-server'), NEEDS_SERVER);
    server = await ThrowawayServer.start();
    connection = await connectRedis(server.url, { client });
  });
  test.after(async () => {
    await connection?.close();
    await server?.stop();
  });

  const checks = checkFrontier(
    ({ now, ...options }) =>
      openFrontierOn(connection, { ...options, crawl: `c${++made}` }, { ownsConnection: false, now }),
    { histories: 20 },
  );
  for (const check of checks) test(check.title, check.run);
  test.run();
}
