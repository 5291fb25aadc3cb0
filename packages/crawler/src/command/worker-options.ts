/** Whether what a worker was told agrees with the crawl it joins. It compares values. */
import type { CrawlerOptions } from '../options/crawl-options.ts';
import { rulesOf, type StoredRules } from '../options/stored-rules.ts';

/**
 * What a worker was told that is not so in its crawl, in a sentence; undefined when there is nothing. A worker takes the rules of the
 * crawl: what it sends at a time and where it writes are its own.
 */
export function differenceOf(given: CrawlerOptions, stored: StoredRules): string | undefined {
  const { concurrency: _own, ...asked } = given;
  const { options, scope } = rulesOf(asked, undefined);
  if (scope !== undefined && JSON.stringify(scope) !== JSON.stringify(stored.scope ?? 'same-origin'))
    return `scope is ${JSON.stringify(stored.scope ?? 'same-origin')} in this crawl, not ${JSON.stringify(scope)}`;
  for (const [name, value] of Object.entries(options)) {
    const kept = stored.options[name];
    const parts =
      typeof value === 'object' && value !== null ? Object.entries(value) : [['', value] as const];
    for (const [part, wanted] of parts) {
      const has = part === '' ? kept : (kept as Record<string, unknown> | undefined)?.[part];
      if (JSON.stringify(wanted) === JSON.stringify(has)) continue;
      const what = part === '' ? name : `${name}.${part}`;
      return `${what} is ${JSON.stringify(has) ?? 'the default'} in this crawl, not ${JSON.stringify(wanted)}`;
    }
  }
  return undefined;
}
