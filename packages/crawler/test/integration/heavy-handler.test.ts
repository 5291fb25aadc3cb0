import { assert, suite } from '@oxbow/testkit';
import { ThreadPool } from '@oxbow/threads';
import { Crawler } from '../../src/index.ts';
import { linksTo, serveSite } from './site.ts';

const test = suite('a handler in a thread');
test('does not hold back the pages beside it', async () => {
  const site = await serveSite({ '/': linksTo('/slow', '/quick'), '/slow': 's', '/quick': 'q' });
  const pool = new ThreadPool({ size: 1 });
  const shared = new SharedArrayBuffer(4);
  const handled: string[] = [];
  const crawl = new Crawler({ seeds: `${site.origin}/`, robots: false });
  crawl.route('/slow', async () => {
    const said = await pool.run(() => import('../fixtures/wait-in-thread.ts'), 'holdThread', shared);
    handled.push(said);
  });
  crawl.route('/quick', () => {
    handled.push('quick');
    // The thread is held until now; on the loop's own it would be held for ever.
    Atomics.store(new Int32Array(shared), 0, 1);
    Atomics.notify(new Int32Array(shared), 0);
  });
  await crawl.forEach(() => {});
  assert.equal(handled, ['quick', 'went on']);
  await pool.close();
  await site.close();
});
test('fails its page when its work in the thread fails, and no other', async () => {
  const site = await serveSite({ '/': linksTo('/bad', '/good'), '/bad': 'b', '/good': 'g' });
  const pool = new ThreadPool({ size: 1 });
  const crawl = new Crawler({ seeds: `${site.origin}/`, robots: false, observer: { notice: () => {} } });
  crawl.route('/bad', () =>
    pool.run(() => import('../fixtures/wait-in-thread.ts'), 'holdThread', 1 as never),
  );
  await crawl.forEach(() => {});
  const { failures, pages } = crawl.statistics();
  assert.equal([failures, pages], [{ handler: 1 }, 2]);
  await pool.close();
  await site.close();
});
test.run();
