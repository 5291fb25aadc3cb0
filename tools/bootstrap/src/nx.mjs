/**
 * Running a target of many projects through nx, with its cache.
 */
import { join } from 'node:path';
import { attach } from './run.mjs';
import { root } from './workspace.mjs';

/**
 * @param {import('./toolchain.mjs').Toolchain} toolchain
 * @param {string} target
 * @param {readonly import('./workspace.mjs').Project[]} projects
 * @param {{ flags?: readonly string[], args?: readonly string[], env?: NodeJS.ProcessEnv }} [more] flags: for nx; args:
 *   for the projects' scripts
 * @returns {Promise<number>} the exit code
 */
export function runMany({ node, env }, target, projects, { flags = [], args = [], env: extra = {} } = {}) {
  const names = projects.map(({ name }) => name).join(',');
  return attach(
    node,
    [
      join(root, 'node_modules/nx/dist/bin/nx.js'),
      'run-many',
      `--targets=${target}`,
      `--projects=${names}`,
      '--output-style=static',
      ...flags,
      ...(args.length > 0 ? ['--', ...args] : []),
    ],
    { cwd: root, env: { ...env, ...extra } },
  );
}
