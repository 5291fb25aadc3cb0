/** npm, as most people install with it: one cache for all installs and runs, patient with a slow registry. */
import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { fetchFailure, fetchFailureSentence } from '@oxbow/bootstrap/fetch-failure';
import { until } from '@oxbow/testkit';

const execute = promisify(execFile);

/** Beside the tools that the workspace fetched: what was installed once is not asked for again. */
const CACHE = fileURLToPath(new URL('../../../.toolchain/npm-cache', import.meta.url));

const FLAGS = [
  '--no-audit',
  '--no-fund',
  '--ignore-scripts',
  '--prefer-offline',
  '--no-update-notifier',
  '--loglevel=error',
  `--cache=${CACHE}`,
  // A registry may be slow and drop a connection now and then.
  '--fetch-retries=5',
  '--fetch-retry-mintimeout=1000',
  '--fetch-retry-maxtimeout=20000',
];

/** The registry gave nothing: no fault of what is under test. */
export class RegistryError extends Error {
  override name = 'RegistryError';
}

/**
 * Installs into `folder`, whose `package.json` must be there.
 *
 * @throws RegistryError when the registry does not answer; Error with npm's words when it has no such package, or anything
 *   else of what is installed is wrong
 */
export async function npmInstall(folder: string, specs: readonly string[]): Promise<void> {
  await mkdir(CACHE, { recursive: true });
  const installing = execute('npm', ['install', ...FLAGS, ...specs], {
    cwd: folder,
    env: cleanEnvironment(),
  });
  await until(`npm to install ${specs.map((spec) => spec.split('/').at(-1)).join(' ')}`, () =>
    installing.then(
      () => true,
      (failed: { code?: number; stdout?: string; stderr?: string }) => {
        throw installFailure(specs, {
          exitCode: failed.code ?? 1,
          output: `${failed.stderr}${failed.stdout}`,
        });
      },
    ),
  );
}

/** The error for an npm that failed. */
export function installFailure(
  specs: readonly string[],
  run: { readonly exitCode: number; readonly output: string },
): Error {
  if (fetchFailure(run) !== 'network')
    return new Error(`npm install ${specs.join(' ')} failed:\n${run.output}`);
  return new RegistryError(
    `not a fault of ours: ${fetchFailureSentence(`what ${specs.join(', ')} brings`, run)}`,
  );
}

/**
 * This process's environment without what a package manager tells its scripts: which one it is, and how loud. The way to the
 * registry stays.
 */
export function cleanEnvironment(): NodeJS.ProcessEnv {
  const { env } = process;
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !/^p?npm_/i.test(name) || TO_REGISTRY.test(name)),
  );
}

const TO_REGISTRY = /^npm_config_(registry|userconfig|globalconfig|ca|cafile|cert|key|.*proxy)$/i;
