/**
 * Small made-up trees for the tests of rules: a few files, with the manifests that make their folders projects.
 */
import type { Problem } from '../src/problem.ts';
import type { Rule } from '../src/rule.ts';
import { Tree, type TreeFacts } from '../src/tree.ts';

/** A manifest of a package as it should be, with the given fields on top. */
export function packageManifest(folder: string, fields: object = {}): string {
  const manifest = {
    name: `@oxbow/${folder}`,
    version: '0.1.0',
    description: 'made up',
    license: 'MIT',
    type: 'module',
    sideEffects: false,
    engines: { node: '>=22.19' },
    exports: { '.': './src/index.ts', './package.json': './package.json' },
    publishConfig: {
      access: 'public',
      exports: {
        '.': { types: './dist/index.d.ts', default: './dist/index.js' },
        './package.json': './package.json',
      },
    },
    files: ['dist', '!dist/.tsbuildinfo', 'src', 'README.md', 'CHANGELOG.md'],
    scripts: {
      build:
        'tsc -b tsconfig.build.json && node --disable-warning=ExperimentalWarning ../../tools/bootstrap/join.mjs',
      typecheck: 'tsc -b',
      test: 'oxbow-test',
      publint: 'node ../../tools/bootstrap/pack.mjs',
    },
    ...fields,
  };
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

/** A tree of the given files; each folder under packages/, apps/ and tools/ gets a manifest where none is given. */
export function madeUpTree(files: Readonly<Record<string, string>>, facts: TreeFacts = {}): Tree {
  const all: Record<string, string> = {};
  for (const path of Object.keys(files)) {
    const [, kind, folder = ''] = /^(packages|apps|tools)\/([^/]+)\//.exec(path) ?? [];
    if (kind === undefined) continue;
    all[`${kind}/${folder}/package.json`] = packageManifest(folder);
  }
  return new Tree({ ...all, ...files }, facts);
}

/** What a rule says of a made-up tree, as `path:line message` lines. */
export function audit(
  rule: Rule,
  files: Readonly<Record<string, string>>,
  facts: TreeFacts = {},
): readonly string[] {
  return rule.audit(madeUpTree(files, facts)).map(print);
}

function print({ path, line, message }: Problem): string {
  return `${path}:${line} ${message}`;
}
