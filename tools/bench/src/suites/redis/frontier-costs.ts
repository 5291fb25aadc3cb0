/**
 * What a crawl costs its server: processor time of a page with 20 links, memory of a URL. Each measurement has a server of its own. A page
 * has two new links and eighteen known ones, whichever frontier keeps the URLs.
 */
import { createHash } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { connectRedis } from '@oxbow/redis';
import { openRedisFrontier } from '@oxbow/redis/frontier';
import { Queue, Worker } from 'bullmq';
import type { Workload } from '../../harness/workload.ts';
import { ThrowawayServer } from './throwaway-server.ts';

const LINKS = 20;
const BATCH = 64;
const HOSTS = 200;
/** How full the buckets of fingerprints are: as those of a crawl of a million URLs with the default. */
const URLS_PER_EXPECTED = 0.1;

const urlOf = (at: number): string =>
  `https://host-${100 + (at % HOSTS)}.example.org/docs/section/page-${String(at).padStart(10, '0')}.html`;
const linksOf = (page: number): string[] =>
  Array.from({ length: LINKS }, (_, at) =>
    urlOf(at < 2 ? page * 2 + at + 1 : (page * 7 + at) % (page * 2 + 1)),
  );
const sha1 = (text: string): string => createHash('sha1').update(text).digest('hex');
/** A pickled request of Scrapy has some 400 bytes. */
const requestOf = (link: string): string => link + 'x'.repeat(340);

/** A server of its own for one measurement. */
async function withServer(body: (server: ThrowawayServer) => Promise<number>): Promise<number> {
  const server = await ThrowawayServer.start();
  try {
    return await body(server);
  } finally {
    server.stop();
  }
}

/** Microseconds of the server's main thread for each of `pages`. */
async function cpuOf(server: ThrowawayServer, pages: number, act: () => Promise<void>): Promise<number> {
  const before = await server.cpuUs();
  await act();
  return ((await server.cpuUs()) - before) / pages;
}

async function usedBytes(server: ThrowawayServer): Promise<number> {
  return Number(/used_memory:(\d+)/.exec(await server.ask('INFO memory'))?.[1]);
}

const pagesOf = (quick: boolean): number => (quick ? 1000 : 4000);
const urlsOf = (quick: boolean): number => (quick ? 50_000 : 200_000);

const ours = (quick: boolean): Promise<number> =>
  withServer(async (server) => {
    const pages = pagesOf(quick);
    const frontier = await openRedisFrontier(`${server.url}?crawl=bench`, {
      maxInFlightPerHost: pages,
    });
    await frontier.offer([urlOf(0)]);
    const cost = await cpuOf(server, pages, async () => {
      for (let done = 0; done < pages; ) {
        const { items } = await frontier.claim({ workerId: 'w', count: BATCH, leaseMs: 60_000 });
        const results = items.map(({ token }) => ({
          token,
          outcome: 'done' as const,
          discovered: linksOf(done++),
        }));
        await frontier.settle({ results, sums: { pages: items.length } });
      }
    });
    await frontier.close();
    return cost;
  });

/** Its dupe filter and its priority queue: SADD for each link, ZADD for a new one, ZRANGE and ZREMRANGEBYRANK for a page. */
const scrapy = (quick: boolean): Promise<number> =>
  withServer(async (server) => {
    const connection = await connectRedis(server.url);
    const pages = pagesOf(quick);
    await connection.send(['ZADD', 'requests', '0', requestOf(urlOf(0))]);
    const cost = await cpuOf(server, pages, async () => {
      for (let page = 0; page < pages; page++) {
        for (const argv of [
          ['MULTI'],
          ['ZRANGE', 'requests', '0', '0'],
          ['ZREMRANGEBYRANK', 'requests', '0', '0'],
          ['EXEC'],
        ])
          await connection.send(argv);
        for (const link of linksOf(page))
          if ((await connection.send(['SADD', 'dupefilter', sha1(link)])) === 1)
            await connection.send(['ZADD', 'requests', '0', requestOf(link)]);
      }
    });
    await connection.close();
    return cost;
  });

/** A job for each URL, with the URL's hash as its id, so that a known one is not added again. */
const bullmq = (quick: boolean): Promise<number> =>
  withServer(async (server) => {
    const connection = { host: '127.0.0.1', port: server.port };
    const pages = pagesOf(quick) / 4;
    const queue = new Queue('crawl', { connection });
    const add = (links: readonly string[]) =>
      queue.addBulk(links.map((url) => ({ name: 'page', data: { url }, opts: { jobId: sha1(url) } })));
    await add([urlOf(0)]);
    const cost = await cpuOf(server, pages, async () => {
      let done = 0;
      const worker = new Worker(
        'crawl',
        async () => {
          if (done >= pages) return;
          await add(linksOf(done++));
        },
        { connection, concurrency: BATCH },
      );
      while (done < pages) await wait(5);
      await worker.close();
    });
    await queue.close();
    return cost;
  });

/** Bytes of the server for each URL, while it waits or when it is settled. */
const memoryOf =
  (settled: boolean) =>
  (quick: boolean): Promise<number> =>
    withServer(async (server) => {
      const urls = urlsOf(quick);
      const frontier = await openRedisFrontier(`${server.url}?crawl=bench`, {
        maxInFlightPerHost: urls,
        expectedUrls: urls / URLS_PER_EXPECTED,
      });
      const used = (): Promise<number> => usedBytes(server);
      const settleAll = async (): Promise<void> => {
        for (;;) {
          const { items } = await frontier.claim({ workerId: 'w', count: 1000, leaseMs: 60_000 });
          if (items.length === 0) return;
          await frontier.settle({ results: items.map(({ token }) => ({ token, outcome: 'done' })) });
        }
      };
      // The scripts themselves take half a megabyte, whatever the crawl's size.
      await frontier.offer(['https://example.org/']);
      await settleAll();
      const empty = await used();
      for (let at = 0; at < urls; at += 1000)
        await frontier.offer(
          Array.from({ length: 1000 }, (_, next) => ({
            url: urlOf(at + next),
            referrer: urlOf(at),
            depth: 1,
          })),
        );
      if (settled) await settleAll();
      const bytes = ((await used()) - empty) / urls;
      await frontier.close();
      return bytes;
    });

const scrapyKnown = (quick: boolean): Promise<number> =>
  withServer(async (server) => {
    const connection = await connectRedis(server.url);
    const urls = urlsOf(quick);
    const empty = await usedBytes(server);
    for (let at = 0; at < urls; at += 1000)
      await connection.send([
        'SADD',
        'dupefilter',
        ...Array.from({ length: 1000 }, (_, next) => sha1(urlOf(at + next))),
      ]);
    const bytes = ((await usedBytes(server)) - empty) / urls;
    await connection.close();
    return bytes;
  });

/** The jobs, by name. */
export const workloads: Readonly<Record<string, Workload>> = {
  ours: { measure: ours },
  scrapy: { measure: scrapy },
  bullmq: { measure: bullmq },
  'ours-known': { measure: memoryOf(true) },
  'ours-waiting': { measure: memoryOf(false) },
  'scrapy-known': { measure: scrapyKnown },
};
