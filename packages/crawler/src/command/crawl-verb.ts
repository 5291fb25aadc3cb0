/** The verbs that crawl: with URLs, on with a kept crawl, and again with what failed. */
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { CrawlRequest } from './command-line.ts';
import { CrawlJob, crawlerOptions, type JobFiles } from './crawl-job.ts';
import { frontierAt, isFrontierUrl } from './frontier-table.ts';
import { openInViewer } from './open-in-viewer.ts';
import { type Output, plainCrawl } from './plain-crawl.ts';
import { outputOf, readStoredCrawl, withKeptFrontier } from './stored-crawl.ts';
import { differenceOf } from './worker-options.ts';

/** Exit codes beside 0 and the 130 of Ctrl-C. */
export const EXIT: { readonly failed: 1; readonly usage: 2 } = { failed: 1, usage: 2 };

/** Where the program runs. */
export interface Surroundings extends Output {
  /** Where relative paths on the command line start. */
  readonly folder: string;
}

/** A crawl that may begin, or a sentence that says why not. */
export type PreparedCrawl =
  | { readonly refusal: string }
  | { readonly seeds: readonly string[]; readonly shownSeeds: readonly string[]; readonly files: JobFiles };

/**
 * Finds the files and seeds of a crawl. @param seeds what was named, or what the program crawls otherwise; a crawl that goes on
 * knows its own
 */
export async function prepareCrawl(
  request: CrawlRequest,
  seeds: readonly string[],
  folder: string,
): Promise<PreparedCrawl> {
  if (request.frontier !== undefined && isFrontierUrl(request.frontier))
    return prepareShared(request, seeds, request.frontier, folder);
  const inFolder = (file: string | undefined): string | undefined =>
    file === undefined || file === '-' ? file : resolve(folder, file);
  const frontier = inFolder(request.frontier);
  const out = inFolder(request.out);
  if (frontier === undefined) return { seeds, shownSeeds: seeds, files: { out, frontier } };
  if (frontier === out) return { refusal: '--out and --frontier name the same file: name two' };
  const isThere = statSync(frontier, { throwIfNoEntry: false })?.isFile() === true;
  if (!request.resume) {
    return isThere
      ? {
          refusal: `${request.frontier} holds an earlier crawl: go on with it by --resume, or name another file`,
        }
      : { seeds, shownSeeds: seeds, files: { out, frontier } };
  }
  if (!isThere && request.urls.length > 0) return { seeds, shownSeeds: seeds, files: { out, frontier } };
  if (!isThere)
    return { refusal: `${request.frontier} is not there: a crawl to go on with is kept in a file` };
  const stored = await readStoredCrawl(frontier);
  const kept = stored.rules?.seeds ?? [];
  if (kept.length === 0 && request.urls.length === 0)
    return { refusal: `${request.frontier} holds no crawl yet: name the URLs to begin with` };
  const known = out === undefined ? outputOf(stored, frontier, folder) : { path: out };
  if (known !== undefined && 'refusal' in known) return known;
  return {
    seeds: request.urls,
    shownSeeds: kept.length > 0 ? kept : request.urls,
    files: { out: known?.path, frontier },
  };
}

/** A crawl on a server: begun, gone on with, or joined by one worker more. */
async function prepareShared(
  request: CrawlRequest,
  seeds: readonly string[],
  url: string,
  folder: string,
): Promise<PreparedCrawl> {
  const frontier = await frontierAt(url, folder);
  const out = request.out === undefined || request.out === '-' ? request.out : resolve(folder, request.out);
  const files: JobFiles = { out, frontier };
  const stored = await readStoredCrawl(url, folder).catch((error: unknown) => {
    if ((error as { code?: string }).code === 'ERR_OXBOW_CRAWLER_FRONTIER_UNKNOWN' && !request.joins)
      return undefined;
    throw error;
  });
  const kept = stored?.rules?.seeds ?? [];
  if (kept.length === 0 && (request.joins || (request.resume && request.urls.length === 0)))
    return { refusal: `there is no crawl at ${frontier.name} yet: begin it with its URLs` };
  if (kept.length === 0) return { seeds, shownSeeds: seeds, files };
  if (request.joins) {
    const difference = differenceOf(crawlerOptions([], request, files, {}), stored!.rules!);
    if (difference !== undefined)
      return {
        refusal: `${difference}: leave it out, or change it for all workers by \`oxbow-crawl resume\``,
      };
    if (stored!.statistics.state === 'stopping')
      return {
        refusal: `the crawl at ${frontier.name} was told to stop: \`oxbow-crawl resume\` lets it go on`,
      };
  } else if (!request.resume) {
    return {
      refusal:
        `there is a crawl at ${frontier.name} already: join it by \`oxbow-crawl worker\`, go on with it by --resume, ` +
        'or name the new one otherwise (crawl= in the URL)',
    };
  } else {
    await withKeptFrontier(url, folder, (opened) => opened.control('running'));
  }
  return { seeds: request.urls, shownSeeds: kept, files };
}

/** Crawls as asked, and gives the exit code: 1 when no page was answered. */
export async function crawl(request: CrawlRequest, surroundings: Surroundings): Promise<number> {
  const prepared = await prepareCrawl(request, request.urls, surroundings.folder);
  if ('refusal' in prepared) {
    surroundings.stderr.write(`oxbow-crawl: ${prepared.refusal}\n`);
    return EXIT.usage;
  }
  const { seeds, files } = prepared;
  const startJob = (listener: ConstructorParameters<typeof CrawlJob>[3]) =>
    new CrawlJob(seeds, request, files, listener);
  const pages = await plainCrawl(startJob, request.maxPages, surroundings, files.out === '-');
  if (request.open && files.out !== undefined && files.out !== '-') await openInViewer(files.out);
  return pages === 0 ? EXIT.failed : 0;
}
