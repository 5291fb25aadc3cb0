/** The door `@oxbow/crawler/command`: what a program that shows a crawl shares with the command of this package. */
export {
  type CommandLine,
  type CrawlRequest,
  type OutputFormat,
  type Program,
  readCommandLine,
  type Verb,
} from './command-line.ts';
export {
  CrawlJob,
  type FailureNote,
  type JobCounts,
  type JobFiles,
  type JobListener,
  type JobState,
} from './crawl-job.ts';
export { EXIT, type PreparedCrawl, prepareCrawl, type Surroundings } from './crawl-verb.ts';
export { type FailureKind, failureKind } from './failure-words.ts';
export { OBSERVATORY_HELP } from './help.ts';
export { type Output, plainCrawl } from './plain-crawl.ts';
export type { ProgressTarget } from './progress.ts';
export { packageVersion, runCommand } from './run-command.ts';
export { type CrawlTotals, summaryLine } from './summary-line.ts';
