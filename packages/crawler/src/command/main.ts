#!/usr/bin/env node
/** The program behind `oxbow-crawl`: gives the command this process's arguments, streams and exit code. */
import { CancelledError, OxbowError, run } from '@oxbow/loop';
import { EXIT } from './crawl-verb.ts';
import { runCommand } from './run-command.ts';

const surroundings = {
  stdout: process.stdout,
  stderr: process.stderr,
  folder: process.env.INIT_CWD ?? process.cwd(),
};

// Whoever read what is said here may be gone (`| head`, a closed terminal): the crawl and its files go on without.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

try {
  process.exitCode = await run(() => runCommand(process.argv.slice(2), surroundings));
} catch (error) {
  if (!(error instanceof CancelledError)) {
    process.exitCode = EXIT.failed;
    process.stderr.write(`oxbow-crawl: ${inOneSentence(error)}\n`);
  }
}

/** What we throw ourselves is written for people; anything else is a defect, and its stack is wanted. */
function inOneSentence(error: unknown): string {
  if (error instanceof OxbowError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
