/** A whole crawl of a made-up site of 1,000 pages into a JSONL file: processor seconds of the whole process. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Crawler, jsonl } from '@oxbow/crawler';
import { Parser } from 'htmlparser2';
import { Agent, request } from 'undici';
import type { Workload } from '../../harness/workload.ts';

const PAGES = 1000;
const CONCURRENCY = 16;

/** Crawls from a seed into a file; may keep its own files in the folder. */
type Crawl = (seed: string, out: string, folder: string) => Promise<void>;

const ours =
  (durable: boolean): Crawl =>
  async (seed, out, folder) => {
    const crawl = new Crawler({
      seeds: seed,
      concurrency: CONCURRENCY,
      limits: { maxUrlsPerHost: 2 * PAGES },
      ...(durable ? { frontier: join(folder, 'frontier.db') } : {}),
    });
    await crawl.to(jsonl(out));
  };

/** What one writes without a crawler: no robots.txt, no politeness, no retries, nothing durable. */
const handWritten: Crawl = async (seed, out) => {
  const dispatcher = new Agent({ connections: CONCURRENCY });
  const seen = new Set([seed]);
  const queue = [seed];
  const file = createWriteStream(out);
  let isOut = 0;
  const visit = async (url: string): Promise<void> => {
    const { statusCode, body } = await request(url, { dispatcher });
    const links = new Set<string>();
    let title = '';
    let inTitle = false;
    const parser = new Parser({
      onopentag: (name, { href }) => {
        inTitle = name === 'title';
        if (name === 'a' && href !== undefined) links.add(new URL(href, url).href);
      },
      ontext: (text) => {
        if (inTitle) title += text;
      },
      onclosetag: () => {
        inTitle = false;
      },
    });
    body.setEncoding('utf8');
    for await (const chunk of body) parser.write(chunk as string);
    parser.end();
    for (const link of links) {
      if (seen.has(link)) continue;
      seen.add(link);
      queue.push(link);
    }
    file.write(`${JSON.stringify({ url, status: statusCode, title, links: [...links] })}\n`);
  };
  await new Promise<void>((resolve, reject) => {
    const go = (): void => {
      for (let url = isOut < CONCURRENCY ? queue.shift() : undefined; url !== undefined; ) {
        isOut++;
        visit(url).then(() => {
          isOut--;
          go();
        }, reject);
        url = isOut < CONCURRENCY ? queue.shift() : undefined;
      }
      if (isOut === 0 && queue.length === 0) resolve();
    };
    go();
  });
  file.end();
  await once(file, 'close');
  await dispatcher.close();
};

async function cpuSeconds(crawl: Crawl): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'oxbow-bench-'));
  const server = fork(new URL('./site-server.ts', import.meta.url), [String(PAGES)]);
  try {
    const [port] = (await once(server, 'message')) as [number];
    const out = join(folder, 'pages.jsonl');
    const before = process.cpuUsage();
    await crawl(`http://127.0.0.1:${port}/pages/0.html`, out, folder);
    const { user, system } = process.cpuUsage(before);
    const found = readFileSync(out, 'utf8').split('\n').length - 1;
    if (found !== PAGES) throw new Error(`${found} of ${PAGES} pages came`);
    return (user + system) / 1e6;
  } finally {
    server.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}

const whole = (crawl: Crawl): Workload => ({ measure: () => cpuSeconds(crawl) });

export const workloads: Readonly<Record<string, Workload>> = {
  memory: whole(ours(false)),
  sqlite: whole(ours(true)),
  'hand-written': whole(handWritten),
};
