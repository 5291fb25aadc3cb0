/**
 * Runs every example of the packages, as a reader would, and wants it to print something and to end by itself.
 *
 * Does not judge what is printed.
 */
import { basename } from 'node:path';
import type { Problem } from '../problem.ts';
import type { Step, StepContext } from '../step.ts';

/** How long an example may take, in milliseconds: a reader waits, and the check has many. */
export const EXAMPLE_TIMEOUT_MS = 20_000;

/** Step `examples`. */
export const runExamples: Step = {
  name: 'examples',
  about: 'packages/*/examples/*.ts run, print something and end by themselves',
  async run(context) {
    const problems: Problem[] = [];
    for (const path of exampleFiles(context)) {
      const message = await fault(context, path);
      if (message !== undefined) problems.push({ path, line: 1, message });
    }
    return { ok: problems.length === 0, problems };
  },
};

function exampleFiles({ tree }: StepContext): readonly string[] {
  return [...tree.files.keys()].filter((path) => /^packages\/[^/]+\/examples\/[^/]+\.ts$/.test(path));
}

async function fault({ root, run }: StepContext, path: string): Promise<string | undefined> {
  const folder = path.replace(/\/examples\/.*$/, '');
  const args = [`examples/${basename(path)}`];
  const { ok, output } = await run('node', args, `${root}/${folder}`, EXAMPLE_TIMEOUT_MS);
  if (ok) return output.trim() === '' ? 'let the example print what it found out' : undefined;
  const lines = output.trimEnd().split('\n');
  const telling =
    lines.findLast((line) => /^\s*(\w*Error|ended|could not)\b/.test(line)) ?? lines.at(-1) ?? '';
  return `let the example run to its end: ${telling.trim()}`;
}
