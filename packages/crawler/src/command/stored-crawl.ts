/** What a frontier says of the crawl it keeps, in a file or elsewhere: the seeds, the outputs, the counts. It opens it, reads, and closes it. */
import { existsSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { Frontier, FrontierStatistics } from '../frontier/frontier.ts';
import { openFrontierFile } from '../frontier/frontier-file.ts';
import { type StoredRules, storedRules } from '../options/stored-rules.ts';
import { frontierAt, isFrontierUrl } from './frontier-table.ts';

/** A crawl as its frontier keeps it. */
export interface StoredCrawl {
  /** Undefined for a frontier that no crawl has used yet. */
  readonly rules: StoredRules | undefined;
  readonly statistics: FrontierStatistics;
}

/**
 * Opens the frontier that is kept in a file or at a URL for what `act` does with it.
 * @throws FrontierError when it is not there, in use, or no frontier
 */
export async function withKeptFrontier<T>(
  kept: string,
  folder: string,
  act: (frontier: Frontier, name: string) => Promise<T>,
): Promise<T> {
  let name = basename(kept);
  let frontier: Frontier;
  if (isFrontierUrl(kept)) {
    const opener = await frontierAt(kept, folder);
    name = opener.name;
    frontier = await opener.open({ create: false, output: '' });
  } else {
    ({ frontier } = await openFrontierFile(resolve(folder, kept), { create: false }));
  }
  try {
    return await act(frontier, name);
  } finally {
    await frontier.close();
  }
}

/** Reads what a frontier keeps. @throws FrontierError when it is not there, in use, or no frontier */
export function readStoredCrawl(kept: string, folder = ''): Promise<StoredCrawl> {
  return withKeptFrontier(kept, folder, async (frontier, name) => ({
    rules: storedRules(await frontier.rules(), name),
    statistics: await frontier.statistics(),
  }));
}

/** A kept crawl in lines of words. */
export function describeCrawl(rules: StoredRules | undefined, statistics: FrontierStatistics): string[] {
  const { known, queued, done, failed, hosts, perHost, outputs, sums } = statistics;
  return [
    `seeds: ${rules?.seeds.join(', ') ?? 'none'}`,
    `URLs: ${known} known, ${queued} wait, ${done} answered, ${failed} failed, on ${hosts} hosts`,
    ...Object.entries(sums).map(([name, count]) => `${name}: ${count}`),
    `outputs: ${outputs.filter((name) => name !== '').join(', ') || 'none'}`,
    ...perHost
      .slice(0, 10)
      .map(({ host, queued: waits, delayMs }) => `  ${host}: ${waits} wait, one every ${delayMs} ms`),
  ];
}

/**
 * Where a crawl that goes on writes: the one output it has, in the present folder or beside its frontier.
 * @returns undefined when it has none, or a sentence that says why it cannot be told
 */
export function outputOf(
  { statistics }: StoredCrawl,
  frontier: string,
  folder: string,
): { readonly path: string } | { readonly refusal: string } | undefined {
  const names = statistics.outputs.filter((name) => name !== '').map((name) => name.replace(/#[^#]*$/, ''));
  const [name, ...others] = names;
  if (name === undefined) return undefined;
  if (others.length > 0) return { refusal: `the crawl is written to ${names.join(', ')}: name one by --out` };
  const path = [join(folder, name), join(dirname(resolve(folder, frontier)), name)].find((each) =>
    existsSync(each),
  );
  return path === undefined
    ? {
        refusal: `the crawl is written to ${name}, which is neither here nor beside ${frontier}: name it by --out`,
      }
    : { path };
}
