/**
 * Which package keeps a frontier for which scheme of URL. The one place that names packages this one does not depend on: they are imported
 * from the user's project when a URL asks for one.
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { CrawlerOptionError } from '../errors.ts';
import type { FrontierOpener } from '../frontier/frontier-opener.ts';

/** A package that keeps frontiers. */
interface Keeper {
  readonly door: string;
  /** What a person types to have it. */
  readonly install: string;
}

/** What a keeper's door has to have. */
interface KeeperDoor {
  frontierAt(url: string): FrontierOpener;
}

const REDIS: Keeper = { door: '@oxbow/redis/frontier', install: 'npm install @oxbow/redis ioredis' };

const KEEPERS: Readonly<Record<string, Keeper>> = {
  redis: REDIS,
  rediss: REDIS,
  valkey: REDIS,
  valkeys: REDIS,
  'redis+cluster': REDIS,
  'rediss+cluster': REDIS,
};

/** True for a frontier that is named by a URL; false for a file. A letter and a colon begin a path on Windows. */
export function isFrontierUrl(text: string): boolean {
  return /^[a-z][a-z0-9+.-]+:\/\//i.test(text);
}

/**
 * What opens the frontier at a URL.
 * @param folder of the user's project
 * @throws CrawlerOptionError for a scheme nobody keeps, or a package that is not installed
 */
export async function frontierAt(url: string, folder: string): Promise<FrontierOpener> {
  const scheme = url.slice(0, url.indexOf(':')).toLowerCase();
  const keeper = Object.hasOwn(KEEPERS, scheme) ? KEEPERS[scheme] : undefined;
  if (keeper === undefined)
    throw new CrawlerOptionError(
      'frontier',
      `a frontier is kept in a file, or at a URL of ${Object.keys(KEEPERS).join(', ')}, not of ${scheme}`,
    );
  const { door, install } = keeper;
  const path = pathOf(door, folder);
  if (path === undefined)
    throw new CrawlerOptionError(
      'frontier',
      `a frontier at ${scheme}:// needs a package of its own: ${install}`,
    );
  const module = (await import(pathToFileURL(path).href)) as KeeperDoor;
  return module.frontierAt(url);
}

/** Where a door is: as the user's project has it, else as the program that runs has it, else beside this package. */
function pathOf(door: string, folder: string): string | undefined {
  for (const from of [join(folder, 'package.json'), process.argv[1] ?? '', import.meta.filename]) {
    if (from === '') continue;
    try {
      return createRequire(from).resolve(door);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'MODULE_NOT_FOUND' && code !== 'ERR_PACKAGE_PATH_NOT_EXPORTED') throw error;
    }
  }
  return undefined;
}
