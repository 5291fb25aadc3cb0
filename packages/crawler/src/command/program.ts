/** `oxbow-crawl` as a program: gives the command this process's arguments and streams, and the process its exit code. */
import { CancelledError, OxbowError, run } from '@oxbow/loop';
import { EXIT } from './crawl-verb.ts';
import { runCommand } from './run-command.ts';

/** Runs the command; a failure is told in one sentence. */
export async function program(): Promise<void> {
  const surroundings = {
    stdout: process.stdout,
    stderr: process.stderr,
    folder: process.env.INIT_CWD ?? process.cwd(),
  };
  // The reader of this output may be gone (`| head`, a closed terminal): the crawl and its files go on without.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  try {
    process.exitCode = await run(() => runCommand(process.argv.slice(2), surroundings));
  } catch (error) {
    if (error instanceof CancelledError) return;
    process.exitCode = EXIT.failed;
    process.stderr.write(`oxbow-crawl: ${inOneSentence(error)}\n`);
  }
}

/** What we throw ourselves is written for people; anything else is a defect, and its stack is wanted. */
function inOneSentence(error: unknown): string {
  if (error instanceof OxbowError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
