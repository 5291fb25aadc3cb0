/** What a frontier's file says of the crawl it keeps: the seeds, the outputs, the counts. It opens the file, reads, and closes it. */
import { existsSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { FrontierStatistics } from '../frontier/frontier.ts';
import { openFrontierFile } from '../frontier/frontier-file.ts';
import { type StoredRules, storedRules } from '../options/stored-rules.ts';

/** A crawl as its file keeps it. */
export interface StoredCrawl {
  /** Undefined for a file that no crawl has used yet. */
  readonly rules: StoredRules | undefined;
  readonly statistics: FrontierStatistics;
}

/** Reads a frontier's file. @throws FrontierError when it is not there, in use, or no frontier */
export async function readStoredCrawl(path: string): Promise<StoredCrawl> {
  const { frontier } = await openFrontierFile(path, { create: false });
  try {
    const rules = storedRules(await frontier.rules(), basename(path));
    return { rules, statistics: await frontier.statistics() };
  } finally {
    await frontier.close();
  }
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
