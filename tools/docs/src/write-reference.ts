/** Runs the thread that writes the reference, and ends it when it is no longer wanted. */
import { Worker } from 'node:worker_threads';
import type { Finding } from './finding.ts';
import type { ReferenceJob, ReferenceMessage } from './reference-job.ts';

/**
 * Writes the pages of a job.
 *
 * @param signal ends the thread; the folder then holds part of the pages, and nobody writes to it any more
 * @param say given a line for each stage
 * @returns what typedoc found; with an error among it, there are no pages
 * @throws the signal's reason, or what broke the thread
 */
export async function writeReference(
  job: ReferenceJob,
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<readonly Finding[]> {
  signal.throwIfAborted();
  const worker = new Worker(new URL('./reference-worker.ts', import.meta.url), { workerData: job });
  const stop = (): void => void worker.terminate();
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await new Promise((resolve, reject) => {
      let findings: readonly Finding[] | undefined;
      worker.on('message', (message: ReferenceMessage) => {
        if (message.kind === 'progress') say(message.line);
        else findings = message.findings;
      });
      worker.on('error', reject);
      worker.on('exit', (code) => {
        if (signal.aborted) reject(signal.reason);
        else if (findings === undefined) reject(new Error(`typedoc's thread ended early, with code ${code}`));
        else resolve(findings);
      });
    });
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
