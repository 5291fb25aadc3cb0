/**
 * The outside tools of the check, in two lanes for two cores. Packages are packed from what the compiler wrote, so
 * `publint` comes after `types` in the same lane.
 */

import type { Step, StepContext, StepResult } from './step.ts';
import { checkSnippets } from './steps/check-snippets.ts';
import { proveCovers } from './steps/prove-covers.ts';
import { runExamples } from './steps/run-examples.ts';

/** `ci` changes nothing; `check --write` mends. */
const lint: Step = {
  name: 'lint',
  about: 'biome: format, imports, floating promises',
  run: ({ run, fix }) => run('biome', fix ? ['check', '--write', '.', ...BIOME] : ['ci', '.', ...BIOME]),
};
const BIOME = [
  '--colors=off',
  '--diagnostic-level=warn',
  '--max-diagnostics=100',
  '--no-errors-on-unmatched',
];

const types: Step = {
  name: 'types',
  about: 'tsc -b over every project',
  run: ({ run }) => run('tsc', ['-b', '--pretty', 'false']),
};

const unused: Step = {
  name: 'unused',
  about: 'knip: unused files, exports and dependencies',
  run: ({ run }) => run('knip', ['--no-progress', '--no-config-hints']),
};

const publint: Step = {
  name: 'publint',
  about: 'publint and attw on the packed packages',
  run: async (context) =>
    tidy(await context.run('nx', ['run-many', '-t', 'publint', '--outputStyle=static'])),
};

/** nx prints every task's log; the rest of a green run is noise. */
function tidy(result: StepResult): StepResult {
  return result.ok ? { ok: true } : result;
}

/** Steps that run one after another; the lanes run beside each other. */
export const LANES: readonly (readonly Step[])[] = [
  [types, publint, proveCovers],
  [lint, checkSnippets, unused, runExamples],
];

/** Every step. */
export const STEPS: readonly Step[] = LANES.flat();

/** Runs the chosen steps, lanes beside each other, and calls `done` as each ends. */
export async function runSteps(
  chosen: (name: string) => boolean,
  context: StepContext,
  done: (step: Step, result: StepResult, ms: number) => void,
): Promise<void> {
  await Promise.all(
    LANES.map(async (lane) => {
      for (const step of lane) {
        if (!chosen(step.name)) continue;
        const start = performance.now();
        done(step, await step.run(context), performance.now() - start);
      }
    }),
  );
}
