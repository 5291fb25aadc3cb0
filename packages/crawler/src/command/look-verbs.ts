/** The verbs that look and do not crawl: fetch, explain, stats, export. */
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { resolve } from 'node:path';
import { Crawler } from '../crawler.ts';
import type { CrawlNotice } from '../report/observer.ts';
import type { Page } from '../visit/page.ts';
import type { CrawlRequest } from './command-line.ts';
import { EXIT, type Surroundings } from './crawl-verb.ts';
import { formatBytes } from './format.ts';
import { isFrontierUrl } from './frontier-table.ts';
import { describeCrawl, readStoredCrawl, withKeptFrontier } from './stored-crawl.ts';

/** Links that `fetch` lists. */
const LISTED_LINKS = 20;

/** Fetches one page as a crawl would, without following anything. Undefined when there was no answer; `why` says so then. */
export async function fetchPage(
  url: string,
  request: CrawlRequest,
): Promise<{ readonly page: Page } | { readonly why: string }> {
  let page: Page | undefined;
  let why = 'there was no answer';
  const { userAgent, headers } = request;
  const crawl = new Crawler({
    seeds: url,
    scope: () => false,
    limits: { maxDepth: 0, maxRedirects: 1 },
    politeness: { delayMs: 0 },
    ...(request.ignoreRobots ? { robots: false } : {}),
    ...(userAgent === undefined ? {} : { userAgent }),
    headers,
    observer: {
      failure: ({ message }) => {
        why = message;
      },
      notice: (_notice: CrawlNotice) => {},
    },
  });
  for await (const answered of crawl) page ??= answered;
  return page === undefined ? { why } : { page };
}

/** One request: its headers, timings, and what was found on the page. */
export async function fetchVerb(
  url: string,
  request: CrawlRequest,
  { stdout, stderr }: Surroundings,
): Promise<number> {
  const fetched = await fetchPage(url, request);
  if ('why' in fetched) {
    stderr.write(`oxbow-crawl: ${url}: ${fetched.why}\n`);
    return EXIT.failed;
  }
  stdout.write(describePage(fetched.page));
  return 0;
}

/** A page in words. */
export function describePage(page: Page): string {
  const headers = Object.entries(page.headers).map(([name, value]) => `  ${name}: ${value}`);
  const more = page.links.length - LISTED_LINKS;
  const lines = [
    `${page.status} ${page.url}`,
    ...(page.redirectTo === null ? [] : [`leads to ${page.redirectTo}`]),
    ...headers,
    '',
    `${formatBytes(page.bytes)}${page.isTruncated ? ' (cut)' : ''} in ${Math.round(page.elapsedMs)} ms`,
    ...(page.isHtml ? [`title: ${page.title ?? 'none'}`, `encoding: ${page.charset}`] : []),
    ...(page.canonical === null ? [] : [`canonical: ${page.canonical}`]),
    ...(page.refresh === null ? [] : [`refresh: ${page.refresh}`]),
    ...(page.isHtml ? [`links: ${page.links.length}`] : []),
    ...page.links.slice(0, LISTED_LINKS).map((link) => `  ${link}`),
    ...(more > 0 ? [`  … and ${more} more`] : []),
  ];
  return `${lines.map(printable).join('\n')}\n`;
}

/** Whether a crawl would fetch a URL, and why not; with a frontier, what became of it. */
export async function explainVerb(
  url: string,
  request: CrawlRequest,
  { stdout, folder }: Surroundings,
): Promise<number> {
  const { frontier } = request;
  if (frontier !== undefined) {
    const { state, failure, hostDelayMs } = await withKeptFrontier(frontier, folder, (opened) =>
      opened.lookup(url),
    );
    const why = failure === null ? '' : ` (${failure.reason}: ${failure.message})`;
    stdout.write(`${printable(`${url}: ${state}${why}, its host is asked every ${hostDelayMs} ms`)}\n`);
    return state === 'unknown' ? EXIT.failed : 0;
  }
  const fetched = await fetchPage(url, request);
  const verdict =
    'why' in fetched
      ? `a crawl would not have it: ${fetched.why}`
      : `a crawl would fetch it: it answers ${fetched.page.status} with ${fetched.page.links.length} links`;
  stdout.write(`${printable(`${url}: ${verdict}`)}\n`);
  return 'why' in fetched ? EXIT.failed : 0;
}

/** What a kept crawl has done and has left. */
export async function statsVerb(file: string, { stdout, folder }: Surroundings): Promise<number> {
  const { rules, statistics } = await readStoredCrawl(file, folder);
  const lines = describeCrawl(rules, statistics);
  stdout.write(`${lines.map(printable).join('\n')}\n`);
  return 0;
}

/** The URLs of a kept crawl and what became of them, as JSON Lines. */
export async function exportVerb(
  file: string,
  request: CrawlRequest,
  { stdout, stderr, folder }: Surroundings,
): Promise<number> {
  if (isFrontierUrl(file)) {
    stderr.write(
      'oxbow-crawl: export reads a file: a frontier on a server knows its URLs by fingerprints only\n',
    );
    return EXIT.usage;
  }
  const { DatabaseSync } = await import('node:sqlite');
  const path = resolve(folder, file);
  // Opened by the frontier first: it knows whether the file is one, and whether somebody else has it.
  await readStoredCrawl(path);
  const database = new DatabaseSync(path, { readOnly: true });
  const states = ['queued', 'done', 'failed'];
  const target =
    request.out === undefined || request.out === '-'
      ? undefined
      : createWriteStream(resolve(folder, request.out), { flags: request.overwrite ? 'w' : 'wx' });
  try {
    if (target !== undefined) await once(target, 'open');
    let count = 0;
    for (const row of database
      .prepare('SELECT url, depth, referrer, state, failure FROM url ORDER BY id')
      .iterate()) {
      const { url, depth, referrer, failure } = row;
      const line = {
        url,
        depth,
        referrer,
        state: states[Number(row.state)],
        ...(failure === null ? {} : { failure: JSON.parse(String(failure)) }),
      };
      const text = `${JSON.stringify(line)}\n`;
      if (target === undefined) stdout.write(text);
      else if (!target.write(text)) await once(target, 'drain');
      count++;
    }
    if (target !== undefined) {
      target.end();
      await once(target, 'finish');
      stdout.write(`${count} URLs written to ${request.out}\n`);
    }
    return 0;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    stderr.write(`oxbow-crawl: ${request.out} is there already: say --overwrite to replace it\n`);
    return EXIT.usage;
  } finally {
    database.close();
  }
}

/** A site's text is a stranger's: control characters would steer the terminal. */
export function printable(text: string): string {
  return text.replace(/[^\u0020-\u007e\u00a0-\uffff\n]/g, '?');
}
