/** A crawl whose wire to the server breaks: whatever is cut when, each page is in the output once, and the crawl ends. */
import { join } from 'node:path';
import { assert, skipUnless, suite } from '@oxbow/testkit';
import { crawlInto, tallyOf, urlsIn, withFolder } from '../fixtures/crawl-in-process.ts';
import { type Fault, FaultProxy } from '../fixtures/fault-proxy.ts';
import { LinkSite } from '../fixtures/link-site.ts';
import { isInstalled, NEEDS_SERVER, ThrowawayServer } from '../fixtures/redis-server.ts';

const test = suite('a wire that breaks');
const PAGES = 12;
const LEASE_MS = 500;

let server: ThrowawayServer;
let site: LinkSite;
let crawls = 0;

test.before(async () => {
  skipUnless(isInstalled('redis-server'), NEEDS_SERVER);
  server = await ThrowawayServer.start();
  site = await LinkSite.serve(PAGES);
});
test.after(async () => {
  await site?.close();
  await server?.stop();
});

/** Crawls with a fault; gives how many commands there were. */
function crawlWith(
  fault: Fault | undefined,
): Promise<{ readonly commands: number; readonly struck: number }> {
  return withFolder(async (folder) => {
    const proxy = await FaultProxy.to(server.port);
    // Behind the opening, which says at once what is wrong.
    site.onVisit = () => {
      site.onVisit = () => {};
      proxy.arm(fault);
    };
    const path = join(folder, 'out.jsonl');
    try {
      const url = `redis://127.0.0.1:${proxy.port}?crawl=w${++crawls}`;
      await crawlInto(path, url, site, { limits: { leaseMs: LEASE_MS } });
    } finally {
      await proxy.close();
    }
    assert.equal(tallyOf(await urlsIn(path), site, PAGES), { lost: [], twice: [] }, JSON.stringify(fault));
    return proxy;
  });
}

/** Of the commands of a crawl; every single one is cut in test/endurance. */
const EVERY = 4;

for (const kind of ['before', 'after', 'half'] as const) {
  test(`cut ${kind === 'half' ? 'inside a reply' : `${kind} a command`}`, async () => {
    const { commands } = await crawlWith(undefined);
    let struck = 0;
    for (let at = 1; at <= commands; at += EVERY) struck += (await crawlWith({ kind, at })).struck;
    assert.ok(struck > 2);
  });
}

test('silent for longer than a lease', async () => {
  const { commands } = await crawlWith(undefined);
  for (let at = 1; at <= commands; at += 2 * EVERY) await crawlWith({ kind: 'stall', at, ms: 2 * LEASE_MS });
});

test('a server that starts, changes its role, is busy or full says so, and is asked again', async () => {
  const errors = [
    'LOADING Redis is loading',
    'READONLY a replica',
    'BUSY a script',
    'MISCONF disk',
    'CLUSTERDOWN it is down',
    'OOM full',
  ];
  for (const error of errors) {
    const { struck } = await crawlWith({ kind: 'answer', at: 2, times: 3, error });
    assert.is(struck, 3);
  }
});

test.run();
