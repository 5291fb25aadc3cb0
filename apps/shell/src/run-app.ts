/** The frame around every app: signals end it cleanly, what goes wrong is one sentence, and the exit code says what happened. */
import { CancelledError, run } from '@oxbow/loop';

/** Exit codes beside 0 and those of signals (130, 143, 129). */
export const EXIT: { readonly failed: number; readonly usage: number } = { failed: 1, usage: 2 };

/** What an app throws to say in one sentence that it cannot do what was asked for; the exit code is 2. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}

/**
 * Runs `main` with the arguments of the process and leaves its exit code to the process. Ctrl-C cancels `main`, which closes what it
 * opened; a second one ends the process.
 */
export async function runApp(main: (args: readonly string[]) => Promise<number>): Promise<void> {
  // The reader of what is said here may be gone (`| head`, a closed terminal): that is no reason to fail.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  try {
    process.exitCode = await run(async () => main(process.argv.slice(2)));
  } catch (error) {
    if (error instanceof CancelledError) return;
    const isRefusal = error instanceof Refusal || (error as Error).name === 'PortTakenError';
    process.exitCode = isRefusal ? EXIT.usage : EXIT.failed;
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
