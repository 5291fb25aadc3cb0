/** The wire to the server is cut at every single command of a crawl, in every way; a few of them are cut in `npm test`. */
import { join } from 'node:path';
import { assert, skipUnless, suite } from '@oxbow/testkit';
import { crawlInto, tallyOf, urlsIn, withFolder } from '../fixtures/crawl-in-process.ts';
import { type Fault, FaultProxy } from '../fixtures/fault-proxy.ts';
import { LinkSite } from '../fixtures/link-site.ts';
import { isInstalled, NEEDS_SERVER, ThrowawayServer } from '../fixtures/redis-server.ts';

const test = suite('a wire that breaks at every command');
const PAGES = 12;
const LEASE_MS = 500;

for (const kind of ['before', 'after', 'half', 'stall'] as const) {
  test(kind, async () => {
    skipUnless(isInstalled('redis-server'), NEEDS_SERVER);
    const server = await ThrowawayServer.start();
    const site = await LinkSite.serve(PAGES);
    let crawls = 0;
    const crawlWith = (fault: Fault | undefined): Promise<number> =>
      withFolder(async (folder) => {
        const proxy = await FaultProxy.to(server.port);
        site.onVisit = () => {
          site.onVisit = () => {};
          proxy.arm(fault);
        };
        const path = join(folder, 'out.jsonl');
        const url = `redis://127.0.0.1:${proxy.port}?crawl=w${++crawls}`;
        await crawlInto(path, url, site, { limits: { leaseMs: LEASE_MS } });
        await proxy.close();
        assert.equal(
          tallyOf(await urlsIn(path), site, PAGES),
          { lost: [], twice: [] },
          JSON.stringify(fault),
        );
        return proxy.commands;
      });
    const commands = await crawlWith(undefined);
    for (let at = 1; at <= commands; at++) {
      await crawlWith(kind === 'stall' ? { kind, at, ms: 2 * LEASE_MS } : { kind, at });
    }
    await site.close();
    await server.stop();
  });
}

test.run();
