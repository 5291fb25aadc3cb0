#!/usr/bin/env node
/** The program behind `npm start`: gives the observatory this process's arguments, streams and exit code. */
import { fileURLToPath } from 'node:url';
import { EXIT } from '@oxbow/crawler/command';
import { CancelledError, run } from '@oxbow/loop';
import { Refusal } from '@oxbow/shell';
import { observatory } from './observatory.ts';

const surroundings = {
  stdout: process.stdout,
  stderr: process.stderr,
  root: fileURLToPath(new URL('../../..', import.meta.url)),
  folder: process.env.INIT_CWD ?? process.cwd(),
};

// The reader of this output may be gone (`| head`, a closed terminal): the crawl and its files go on without.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

try {
  process.exitCode = await run(async () => observatory(process.argv.slice(2), surroundings));
} catch (error) {
  if (!(error instanceof CancelledError)) {
    process.exitCode = error instanceof Refusal ? EXIT.usage : EXIT.failed;
    process.stderr.write(`oxbow: ${inOneSentence(error)}\n`);
  }
}

/** What we throw ourselves is written for people; anything else is a defect, and its stack is wanted. */
function inOneSentence(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as { code?: unknown };
  const isOurs =
    error instanceof Refusal ||
    error.name === 'PortTakenError' ||
    (typeof code === 'string' && code.startsWith('ERR_OXBOW_'));
  return isOurs ? error.message : (error.stack ?? error.message);
}
