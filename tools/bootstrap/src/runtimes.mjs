/**
 * `npm test -- --runtimes`: programs of every package on Bun and Deno. They are the examples, which must run and end well, and
 * what stands in `test/runtimes`, which compares. Both runtimes come from the npm registry; no other command fetches them.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { runQuietly } from './run.mjs';
import { lastLine } from './tally.mjs';
import { bringProgram } from './toolchain.mjs';
import { root } from './workspace.mjs';

/** How long a program may take, in milliseconds. */
const PROGRAM_TIMEOUT_MS = 60_000;

/** What is shown of a program that failed, in characters. */
const SHOWN_CHARACTERS = 2_000;

/**
 * @typedef {object} Runtime
 * @property {string} name
 * @property {string} version
 * @property {(platform: string, arch: string) => string} packageOf the package with the build of a platform
 * @property {string} binary path inside that package
 * @property {readonly string[]} flags before the program's file
 */

const onWindows = process.platform === 'win32';

/** @type {readonly Runtime[]} */
export const RUNTIMES = [
  {
    name: 'Bun',
    version: '1.4.5',
    packageOf: (platform, arch) =>
      `@oven/bun-${platform === 'win32' ? 'windows' : platform}-${arch === 'arm64' ? 'aarch64' : arch}`,
    binary: onWindows ? 'bin/bun.exe' : 'bin/bun',
    flags: [],
  },
  {
    name: 'Deno',
    version: '2.9.6',
    packageOf: (platform, arch) => `@deno/${platform}-${arch}${platform === 'linux' ? '-glibc' : ''}`,
    binary: onWindows ? 'deno.exe' : 'deno',
    flags: ['run', '-A', '--no-lock'],
  },
];

/**
 * What a runtime cannot do, by program, and the words with which it fails. A program that stands here and runs is a failure
 * too: then its line is to go, here and in the package's README.
 *
 * @type {readonly { readonly runtime: string, readonly program: string, readonly says: string }[]}
 */
export const GAPS = ['thread-pool', 'word-count'].map((name) => ({
  runtime: 'Bun',
  program: `packages/threads/examples/${name}.ts`,
  says: 'this runtime has no module.registerHooks',
}));

/**
 * The verdict on one program.
 *
 * @param {{ exitCode: number, output: string }} ended
 * @param {string | undefined} gap the words with which it is known to fail
 * @returns {string | undefined} why it failed
 */
export function faultOf({ exitCode, output }, gap) {
  if (gap === undefined) {
    if (exitCode !== 0) return `ended with exit code ${exitCode}`;
    return output.trim() === '' ? 'said nothing' : undefined;
  }
  if (exitCode === 0) return 'is said to fail here, and runs: take its line out of GAPS';
  return output.includes(gap) ? undefined : `failed otherwise than by "${gap}"`;
}

/**
 * @param {import('./toolchain.mjs').Toolchain} toolchain
 * @param {readonly import('./workspace.mjs').Project[]} projects
 * @returns {Promise<number>} the exit code
 */
export async function runtimesRun({ env }, projects) {
  const programs = projects.flatMap(programsOf);
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const { name, version, packageOf, binary, flags } of RUNTIMES) {
    const spec = `${packageOf(process.platform, process.arch)}@${version}`;
    const runtime = await bringProgram(name, spec, binary, env);
    for (const program of programs) {
      const ended = await runQuietly(runtime, [...flags, program], {
        cwd: root,
        env: { ...env, NO_COLOR: '1' },
        timeout: PROGRAM_TIMEOUT_MS,
      });
      const gap = GAPS.find((each) => each.runtime === name && each.program === program);
      const fault = faultOf(ended, gap?.says);
      if (fault === undefined) counts.passed += 1;
      else {
        counts.failed += 1;
        console.log(`✘ ${name} ${program}: ${fault}\n${ended.output.slice(-SHOWN_CHARACTERS)}`);
      }
    }
  }
  console.log(lastLine(counts));
  return counts.failed === 0 ? 0 : 1;
}

/** @param {import('./workspace.mjs').Project} project */
function programsOf({ folder }) {
  return ['examples', 'test/runtimes'].flatMap((inside) => {
    const path = join(root, folder, inside);
    if (!folder.startsWith('packages/') || !existsSync(path)) return [];
    const files = readdirSync(path).filter((file) => file.endsWith('.ts'));
    return files.sort().map((file) => `${folder}/${inside}/${file}`);
  });
}
