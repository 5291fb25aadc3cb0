/** What a crawl was asked to do, in the words of its page. */
import type { CrawlRequest, JobFiles } from '@oxbow/crawler/command';
import type { CrawlSettings } from './feed-message.ts';

/** What is not said when a crawl goes on holds as it was said at its beginning. */
const AS_BEGUN = 'as it was begun';

/** The settings of a crawl as its command line has them. @param subject what the seeds are, where their URLs do not tell */
export function settingsOf(request: CrawlRequest, files: JobFiles, subject: string | null): CrawlSettings {
  const { delayMs, maxPages, maxDepth, ignoreRobots, userAgent } = request;
  return {
    subject,
    isResumed: request.resume,
    delayMs: delayMs ?? null,
    maxPages: maxPages ?? null,
    maxDepth: maxDepth ?? null,
    obeysRobots: !ignoreRobots,
    scope: scopeInWords(request),
    userAgent: userAgent ?? null,
    frontier: typeof files.frontier === 'object' ? files.frontier.name : (files.frontier ?? null),
    output: files.out === '-' ? 'standard output' : (files.out ?? null),
  };
}

function scopeInWords({ scope, include, exclude, resume }: CrawlRequest): string {
  const rules = [
    ...include.map((pattern) => `only ${pattern}`),
    ...exclude.map((pattern) => `without ${pattern}`),
  ];
  if (rules.length > 0) return rules.join(', ');
  if (resume && scope === undefined) return AS_BEGUN;
  return scope === 'same-site' ? "every host under the seeds' domains" : 'the origins of the seeds';
}
