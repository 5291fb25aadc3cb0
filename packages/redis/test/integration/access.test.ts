/** The access rules that the README names are enough for a crawl, and no more than needed where that matters. */
import { readFile } from 'node:fs/promises';
import { assert, skipUnless, suite } from '@oxbow/testkit';
import { openRedisFrontier } from '../../src/frontier/open-frontier.ts';
import { type ClientLibrary, connectRedis } from '../../src/index.ts';
import { isInstalled, NEEDS_SERVER, ThrowawayServer } from '../fixtures/redis-server.ts';

const test = suite('the least access');

/** The rules in the README. */
async function rules(): Promise<string[]> {
  const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
  return /^ACL (SETUSER crawl .*)$/m.exec(readme)![1]!.split(' ');
}

for (const client of ['ioredis', '@redis/client'] satisfies ClientLibrary[]) {
  test(`is enough for a crawl by ${client}`, async () => {
    skipUnless(isInstalled('redis-server'), NEEDS_SERVER);
    const server = await ThrowawayServer.start({ args: ['--appendonly', 'yes'] });
    const admin = await connectRedis(server.url);
    await admin.send(['ACL', ...(await rules())]);
    const url = `redis://crawl:password@127.0.0.1:${server.port}?crawl=least`;
    const frontier = await openRedisFrontier(url, { client });
    await frontier.offer(['http://h/']);
    const { items } = await frontier.claim({ workerId: 'w', count: 1, leaseMs: 60_000 });
    await frontier.renew(
      items.map(({ token }) => token),
      60_000,
    );
    await frontier.settle({
      results: items.map(({ token }) => ({ token, outcome: 'done' })),
      output: 'o',
      sequence: 1,
    });
    await frontier.rules({ a: 1 });
    await frontier.workers();
    assert.equal(
      [(await frontier.statistics()).done, (await frontier.lookup('http://h/')).state],
      [1, 'done'],
    );
    await frontier.close();
    const connection = await connectRedis(url.replace('?crawl=least', ''), { client });
    for (const forbidden of [['SET', 'other', 'x'], ['FLUSHALL'], ['CONFIG', 'GET', '*']]) {
      const message = await connection.send(forbidden).then(String, (error: Error) => error.message);
      assert.match(message, 'NOPERM', forbidden.join(' '));
    }
    await connection.close();
    await admin.close();
    await server.stop();
  });
}

test.run();
