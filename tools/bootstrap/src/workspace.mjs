/**
 * The workspace on disk: its root, its projects and what they are called. Knows nothing about the toolchain.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The workspace's root folder. */
export const root = fileURLToPath(new URL('../../../', import.meta.url)).replace(/[\\/]$/, '');

/** Where projects live; the patterns of pnpm-workspace.yaml. */
const GROUPS = ['packages', 'apps', 'tools'];

/** Workspaces of their own, which only their own command installs; left out in pnpm-workspace.yaml too. */
const APART = ['tools/bench', 'tools/docs', 'tools/frameworks'];

/**
 * @typedef {object} Project
 * @property {string} name as in its package.json: `@oxbow/loop`
 * @property {string} shortName without the scope: `loop`
 * @property {string} folder from the root, with `/`: `packages/loop`
 * @property {Readonly<Record<string, string>>} scripts
 * @property {boolean} testsNeedBuild whether its tests look at what `build` makes
 */

/**
 * @param {string} [from] another root
 * @returns {Project[]} every project of the workspace, in the order of the folders
 */
export function readProjects(from = root) {
  const projects = [];
  for (const group of GROUPS.filter((name) => existsSync(join(from, name)))) {
    for (const entry of readdirSync(join(from, group)).sort()) {
      const manifest = join(from, group, entry, 'package.json');
      if (!existsSync(manifest) || APART.includes(`${group}/${entry}`)) continue;
      const { name, scripts = {}, nx } = JSON.parse(readFileSync(manifest, 'utf8'));
      projects.push({
        name,
        shortName: name.replace(/^@[^/]*\//, ''),
        folder: `${group}/${entry}`,
        scripts,
        testsNeedBuild: nx?.targets?.test?.dependsOn !== undefined,
      });
    }
  }
  return projects;
}

/**
 * Finds the project a word means: its name with or without the scope, or a path to or into its folder.
 *
 * @param {readonly Project[]} projects
 * @param {string} word
 * @returns {Project | undefined}
 */
export function findProject(projects, word) {
  const path = word.replace(/^\.\//, '').replace(/\/$/, '');
  return projects.find(
    ({ name, shortName, folder }) =>
      word === name || word === shortName || path === folder || path.startsWith(`${folder}/`),
  );
}
