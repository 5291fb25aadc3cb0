/**
 * Typechecks the TypeScript blocks of all Markdown pages and doc comments in one compiler run. Imports resolve there as in a user's
 * folder: node_modules holds a link to every package and to everything the packages depend on.
 *
 * Takes the blocks from snippets.ts; changes nothing in the tree.
 */
import { existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { collectSnippets, problemsOf } from '../snippets.ts';
import type { Step, StepContext, StepResult } from '../step.ts';
import type { Tree } from '../tree.ts';

const FOLDER = 'node_modules/.cache/oxbow-check/snippets';

const TSCONFIG = {
  extends: '../../../../tsconfig.base.json',
  compilerOptions: {
    noEmit: true,
    composite: false,
    declaration: false,
    declarationMap: false,
    isolatedDeclarations: false,
    noEmitOnError: false,
    rewriteRelativeImportExtensions: false,
    allowImportingTsExtensions: true,
    // A block may show an import type that only names a type, and a page for the browser.
    verbatimModuleSyntax: false,
    lib: ['es2024', 'esnext', 'dom', 'dom.iterable', 'dom.asynciterable'],
  },
  include: ['pages'],
};

/** Step `snippets`. */
export const checkSnippets: Step = {
  name: 'snippets',
  about: 'TypeScript blocks of Markdown pages and doc comments compile',
  run: (context) => checkSnippetsIn(FOLDER, context),
};

/**
 * The step in a folder of its own, so that two runs in one clone do not take away each other's files.
 *
 * @param path where the blocks are written, from the root and four folders deep; what is there is removed
 */
export async function checkSnippetsIn(path: string, { root, tree, run }: StepContext): Promise<StepResult> {
  const { snippets, problems } = collectSnippets(tree);
  if (snippets.length === 0) return { ok: problems.length === 0, problems };
  const folder = join(root, path);
  rmSync(folder, { recursive: true, force: true });
  const writeOut = (name: string, text: string): void => {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  };
  for (const { file, text } of snippets) writeOut(`pages/${file}`, text);
  writeOut('package.json', '{ "type": "module" }\n');
  writeOut('tsconfig.json', JSON.stringify(TSCONFIG));
  linkPackages(folder, root, tree);
  const { ok, output } = await run('tsc', ['-p', '.', '--pretty', 'false'], folder);
  const found = problemsOf(output.replaceAll('\\', '/').replace(/^(\.\/)?pages\//gm, ''), snippets);
  // Errors of the packages' own sources are the step `types`' to tell; a compiler that did not start is ours.
  const lost = !ok && found.length === 0 && !/\bTS\d+/.test(output);
  return {
    ok: !lost && found.length + problems.length === 0,
    problems: [...problems, ...found],
    ...(lost ? { output } : {}),
  };
}

/** Gives a folder a node_modules in which the packages, and what they declare, are found by name. */
export function linkPackages(folder: string, root: string, tree: Tree): void {
  for (const [name, target] of linkTargets(root, tree)) {
    mkdirSync(dirname(join(folder, 'node_modules', name)), { recursive: true });
    symlinkSync(target, join(folder, 'node_modules', name), 'junction');
  }
}

/** What stands there. */
function linkTargets(root: string, tree: Tree): ReadonlyMap<string, string> {
  const targets = new Map<string, string>();
  for (const project of tree.projects.filter(({ kind }) => kind !== 'tools')) {
    if (project.kind === 'packages') targets.set(project.name, join(root, project.path));
    for (const name of [...project.runtimeDependencies, ...project.devDependencies]) {
      const target = join(root, project.path, 'node_modules', name);
      if (!targets.has(name) && existsSync(target)) targets.set(name, target);
    }
  }
  return targets;
}
