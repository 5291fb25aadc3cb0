/** What `oxbow-crawl` does: reads its words and gives them to their verb. */
import { readFileSync } from 'node:fs';
import { benchVerb } from './bench-verb.ts';
import { type CrawlRequest, readCommandLine, type Verb } from './command-line.ts';
import { crawl, EXIT, type Surroundings } from './crawl-verb.ts';
import { isFrontierUrl } from './frontier-table.ts';
import { HELP } from './help.ts';
import { explainVerb, exportVerb, fetchVerb, statsVerb } from './look-verbs.ts';
import { runVerb } from './run-verb.ts';
import { controlVerb, statusVerb } from './shared-verbs.ts';
import { shellVerb } from './shell-verb.ts';

/** Runs the program; gives its exit code. Cancelling the calling task ends it cleanly. */
export async function runCommand(args: readonly string[], surroundings: Surroundings): Promise<number> {
  const { stdout, stderr } = surroundings;
  const line = readCommandLine(args.length === 0 ? ['--help'] : args);
  switch (line.kind) {
    case 'help':
      stdout.write(HELP);
      return 0;
    case 'version':
      stdout.write(`${packageVersion()}\n`);
      return 0;
    case 'refused':
      stderr.write(`oxbow-crawl: ${line.message}\n`);
      return EXIT.usage;
    case 'crawl':
      if (line.request.hasCredentials)
        stderr.write('oxbow-crawl: the user name and password in a URL are not sent\n');
      return runVerbOf(line.verb, line.words, line.request, surroundings);
  }
}

/** The version of this package. */
export function packageVersion(): string {
  const manifest = readFileSync(new URL(import.meta.resolve('@oxbow/crawler/package.json')), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}

function runVerbOf(
  verb: Verb,
  words: readonly string[],
  request: CrawlRequest,
  surroundings: Surroundings,
): Promise<number> {
  const word = words[0];
  switch (verb) {
    case 'status':
      return statusVerb(request.frontier!, surroundings);
    case 'pause':
      return controlVerb(request.frontier!, 'paused', surroundings);
    case 'stop':
      return controlVerb(request.frontier!, 'stopping', surroundings);
    case 'resume':
      // Without an output of its own, this process works on nothing: it tells those that do.
      return isFrontierUrl(request.frontier!) && request.out === undefined
        ? controlVerb(request.frontier!, 'running', surroundings)
        : crawl(request, surroundings);
    case 'crawl':
    case 'worker':
    case 'retry-failed':
      return crawl(request, surroundings);
    case 'run':
      return runVerb(word!, request, surroundings);
    case 'fetch':
      return fetchVerb(word!, request, surroundings);
    case 'explain':
      return explainVerb(word!, request, surroundings);
    case 'stats':
      return statsVerb(word!, surroundings);
    case 'export':
      return exportVerb(word!, request, surroundings);
    case 'shell':
      return shellVerb(word, request, surroundings);
    case 'bench':
      return benchVerb(word, request, surroundings);
  }
}
