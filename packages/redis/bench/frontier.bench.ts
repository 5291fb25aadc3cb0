// The server's side of a crawl: memory of a URL, and processor time of a page, beside the commands that scrapy-redis sends for one.
// On an idle server of one's own (REDIS_URL, default redis://localhost:6379), which is emptied.
import { createHash } from 'node:crypto';
import { connectRedis, type RedisConnection, RedisConnectionError } from '@oxbow/redis';
import { openRedisFrontier } from '@oxbow/redis/frontier';

const URLS = 200_000;
/** As full as a crawl of a million URLs is with the default. */
const EXPECTED_URLS = 2_000_000;
const HOSTS = 200;
const PAGES = 4000;
const LINKS = 20;
const BATCH = 64;
const ROUNDS = 3;

const url = process.env.REDIS_URL ?? 'redis://localhost:6379';
/** 62 characters. */
const urlOf = (at: number): string =>
  `https://host-${100 + (at % HOSTS)}.example.org/docs/section/page-${String(at).padStart(10, '0')}.html`;
/** The links of a page: two new ones, the others known. */
const linksOf = (page: number): string[] =>
  Array.from({ length: LINKS }, (_, at) =>
    urlOf(at < 2 ? page * 2 + at + 1 : (page * 7 + at) % (page * 2 + 1)),
  );

async function info(connection: RedisConnection, section: string, field: string): Promise<number> {
  const text = String(await connection.send(['INFO', section]));
  return Number(new RegExp(`^${field}:([\\d.]+)`, 'm').exec(text)?.[1]);
}

async function cpuMs(connection: RedisConnection): Promise<number> {
  return (
    1000 *
    ((await info(connection, 'cpu', 'used_cpu_user_main_thread')) +
      (await info(connection, 'cpu', 'used_cpu_sys_main_thread')))
  );
}

async function memory(connection: RedisConnection): Promise<void> {
  await connection.send(['FLUSHALL']);
  const frontier = await openRedisFrontier(url, {
    crawl: 'bench',
    maxInFlightPerHost: URLS,
    expectedUrls: EXPECTED_URLS,
  });
  const used = (): Promise<number> => info(connection, 'memory', 'used_memory');
  // The scripts themselves take half a megabyte, whatever the crawl's size.
  await frontier.offer(['https://example.org/']);
  const { items: first } = await frontier.claim({ workerId: 'w', count: 1, leaseMs: 60_000 });
  await frontier.settle({ results: first.map(({ token }) => ({ token, outcome: 'done' })) });
  const empty = await used();
  for (let at = 0; at < URLS; at += 2000)
    await frontier.offer(
      Array.from({ length: 2000 }, (_, next) => ({ url: urlOf(at + next), referrer: urlOf(at), depth: 1 })),
    );
  const waiting = ((await used()) - empty) / URLS;
  for (;;) {
    const { items } = await frontier.claim({ workerId: 'w', count: 1000, leaseMs: 60_000 });
    if (items.length === 0) break;
    await frontier.settle({ results: items.map(({ token }) => ({ token, outcome: 'done' })) });
  }
  const known = ((await used()) - empty) / URLS;
  console.log(`memory: ${waiting.toFixed(0)} B a waiting URL, ${known.toFixed(1)} B a settled one`);
  await frontier.close();
  await connection.send(['FLUSHALL']);
  const before = await used();
  for (let at = 0; at < URLS; at += 1000)
    await connection.send([
      'SADD',
      'dupefilter',
      ...Array.from({ length: 1000 }, (_, next) => sha1(urlOf(at + next))),
    ]);
  console.log(
    `scrapy-redis's set of fingerprints: ${(((await used()) - before) / URLS).toFixed(1)} B a known URL`,
  );
}

async function oursPerPage(connection: RedisConnection): Promise<number> {
  await connection.send(['FLUSHALL']);
  const frontier = await openRedisFrontier(url, { crawl: 'bench', maxInFlightPerHost: PAGES });
  await frontier.offer([urlOf(0)]);
  const before = await cpuMs(connection);
  let pages = 0;
  while (pages < PAGES) {
    const { items } = await frontier.claim({ workerId: 'w', count: BATCH, leaseMs: 60_000 });
    const results = items.map(({ token }) => ({
      token,
      outcome: 'done' as const,
      counts: true,
      discovered: linksOf(pages++),
    }));
    await frontier.settle({ results, sums: { pages: items.length } });
  }
  const spent = (await cpuMs(connection)) - before;
  await frontier.close();
  return (1000 * spent) / pages;
}

/** scrapy-redis, as its dupe filter and its priority queue send it: SADD a link, ZADD a new one, ZRANGE and ZREM a page. */
async function scrapyPerPage(connection: RedisConnection): Promise<number> {
  await connection.send(['FLUSHALL']);
  await connection.send(['ZADD', 'requests', '0', requestOf(urlOf(0))]);
  const before = await cpuMs(connection);
  for (let page = 0; page < PAGES; page++) {
    await connection.send(['MULTI']);
    await connection.send(['ZRANGE', 'requests', '0', '0']);
    await connection.send(['ZREMRANGEBYRANK', 'requests', '0', '0']);
    await connection.send(['EXEC']);
    for (const link of linksOf(page))
      if ((await connection.send(['SADD', 'dupefilter', sha1(link)])) === 1)
        await connection.send(['ZADD', 'requests', '0', requestOf(link)]);
  }
  return (1000 * ((await cpuMs(connection)) - before)) / PAGES;
}

const sha1 = (text: string): string => createHash('sha1').update(text).digest('hex');
/** A pickled request has some 400 bytes. */
const requestOf = (link: string): string => link + 'x'.repeat(340);
const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!;

try {
  const connection = await connectRedis(url);
  await memory(connection);
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    ours.push(await oursPerPage(connection));
    theirs.push(await scrapyPerPage(connection));
  }
  console.log(
    `a page with ${LINKS} links, claimed and settled: ${median(ours).toFixed(0)} µs of the server's processor`,
  );
  console.log(`the commands of scrapy-redis for it: ${median(theirs).toFixed(0)} µs`);
  await connection.send(['FLUSHALL']);
  await connection.close();
} catch (error) {
  if (!(error instanceof RedisConnectionError)) throw error;
  console.log(error.message);
}
