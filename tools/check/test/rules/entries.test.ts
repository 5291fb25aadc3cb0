import { assert, suite } from '@oxbow/testkit';
import { entries } from '../../src/rules/entries.ts';
import { audit, madeUpTree, packageManifest } from '../made-up-tree.ts';

const config = (...references: string[]): string =>
  JSON.stringify({ include: ['src'], references: references.map((path) => ({ path })) });

const buildConfig = (...references: string[]): string =>
  JSON.stringify({
    compilerOptions: { emitDeclarationOnly: true },
    include: ['src'],
    references: references.map((path) => ({ path })),
  });

/** A package that has everything. */
function wholePackage(
  folder: string,
  fields: object = {},
  buildReferences: string[] = [],
): Record<string, string> {
  const at = (entry: string): string => `packages/${folder}/${entry}`;
  return {
    [at('package.json')]: packageManifest(folder, fields),
    [at('tsconfig.json')]: config('./tsconfig.build.json', './tsconfig.test.json'),
    [at('tsconfig.build.json')]: buildConfig(...buildReferences),
    [at('tsconfig.test.json')]: config('./tsconfig.build.json'),
    [at('README.md')]: '',
    [at('CHANGELOG.md')]: '',
    [at('src/index.ts')]: '',
    [at('test/index.test.ts')]: '',
    [at('bench/a.bench.ts')]: '',
    [at('examples/a.ts')]: '',
  };
}

const loop: Record<string, string> = { ...wholePackage('loop'), 'tsconfig.json': config('packages/loop') };

const test = suite('entries');

test('lets a whole package pass', () => {
  assert.equal(audit(entries, loop), []);
});

test('names each entry that is missing', () => {
  const { 'packages/loop/README.md': _, 'packages/loop/bench/a.bench.ts': __, ...rest } = loop;
  assert.equal(audit(entries, rest), [
    'packages/loop/package.json:1 add README.md: every package has it',
    'packages/loop/package.json:1 add bench/: every package has it',
  ]);
});

test('wants README, sources and tests of an app', () => {
  const found = audit(entries, { 'apps/site/package.json': packageManifest('site', { private: true }) });
  assert.equal(
    found.map((line) => line.split(':')[1]),
    ['1 add tsconfig.json', '1 add README.md', '1 add src/', '1 add test/'],
  );
});

test('reports empty folders', () => {
  assert.equal(audit(entries, loop, { emptyFolders: ['packages/loop/docs'] }), [
    'packages/loop/docs:1 remove the empty folder',
  ]);
});

for (const [key, fields] of Object.entries({
  engines: { engines: { node: '>=20' } },
  license: { license: 'ISC' },
  sideEffects: { sideEffects: true },
  files: { files: ['dist'] },
  description: { description: '' },
  access: { publishConfig: {} },
})) {
  test(`refuses a package whose ${key} differs from the others'`, () => {
    const found = audit(entries, { ...loop, 'packages/loop/package.json': packageManifest('loop', fields) });
    assert.match(found[0] ?? '', new RegExp(`packages/loop/package\\.json:\\d+ set ${key} to`));
  });
}

test('wants the same script verbs in every package', () => {
  const scripts = { ...JSON.parse(packageManifest('loop')).scripts, fuzz: 'node fuzz.ts' };
  const files = {
    ...wholePackage('loop', { scripts }),
    ...wholePackage('codec'),
    'tsconfig.json': config('packages/codec', 'packages/loop'),
  };
  assert.equal(audit(entries, files), [
    "packages/loop/package.json:37 give codec the script 'fuzz' too, or take it away: packages share their verbs",
  ]);
});

test('lets one package alone have a long proof', () => {
  const scripts = { ...JSON.parse(packageManifest('loop')).scripts, soak: 'node test/soak/main.ts' };
  const files = {
    ...wholePackage('loop', { scripts }),
    ...wholePackage('codec'),
    'tsconfig.json': config('packages/codec', 'packages/loop'),
  };
  assert.equal(audit(entries, files), []);
});

test('wants the standard command behind each verb', () => {
  const scripts = { ...JSON.parse(packageManifest('loop')).scripts, test: 'uvu' };
  const found = audit(entries, {
    ...loop,
    'packages/loop/package.json': packageManifest('loop', { scripts }),
  });
  assert.equal(found, ['packages/loop/package.json:35 set test to "oxbow-test"']);
});

test('wants publishConfig.exports to mirror exports, and every door to lead to a file', () => {
  const exports = {
    '.': './src/index.ts',
    './threads': './src/threads.ts',
    './package.json': './package.json',
  };
  const found = audit(entries, {
    ...loop,
    'packages/loop/package.json': packageManifest('loop', { exports }),
  });
  assert.is(found.length, 2);
  assert.match(found[0] ?? '', "write ./src/threads.ts, or close the door './threads'");
  assert.match(found[1] ?? '', '"./threads":{"types":"./dist/threads.d.ts","default":"./dist/threads.js"}');
});

test('wants references equal to the workspace dependencies, and can write them', () => {
  const fields = {
    dependencies: { '@oxbow/loop': 'workspace:^' },
    devDependencies: { '@oxbow/codec': 'workspace:^' },
  };
  const files = {
    ...loop,
    ...wholePackage('codec'),
    ...wholePackage('stream', fields, ['../gone/tsconfig.build.json']),
    'tsconfig.json': config('packages/codec', 'packages/loop', 'packages/stream'),
  };
  const problems = entries.audit(madeUpTree(files));
  assert.equal(
    problems.map(({ path, fix }) => [path, JSON.parse(fix ?? '{}').references]),
    [
      ['packages/stream/tsconfig.build.json', [{ path: '../loop/tsconfig.build.json' }]],
      [
        'packages/stream/tsconfig.test.json',
        [{ path: './tsconfig.build.json' }, { path: '../codec/tsconfig.build.json' }],
      ],
    ],
  );
  const fixed = Object.fromEntries(problems.map(({ path, fix = '' }) => [path, fix]));
  assert.equal(audit(entries, { ...files, ...fixed }), []);
});

test('lets tests compile the sources of a package whose build leaves internals out', () => {
  const stripping = JSON.stringify({
    compilerOptions: { emitDeclarationOnly: true, stripInternal: true },
    references: [],
  });
  const alone = { ...loop, 'packages/loop/tsconfig.test.json': config() };
  assert.match(audit(entries, alone)[0] ?? '', 'dependencies: ./tsconfig.build.json');
  assert.equal(audit(entries, { ...alone, 'packages/loop/tsconfig.build.json': stripping }), []);
});

test('keeps what else a tsconfig says when it writes references', () => {
  const [problem] = entries.audit(
    madeUpTree({ ...loop, 'tsconfig.json': '{ "files": [], "references": [] }' }),
  );
  assert.equal(JSON.parse(problem?.fix ?? ''), { files: [], references: [{ path: 'packages/loop' }] });
});

test('adds up the references of an app that is compiled in parts', () => {
  const app = (pageReferences: string[]): Record<string, string> => ({
    ...loop,
    'apps/site/package.json': packageManifest('site', {
      private: true,
      dependencies: { '@oxbow/loop': 'workspace:^' },
    }),
    'apps/site/README.md': '',
    'apps/site/src/main.ts': '',
    'apps/site/test/site.test.ts': '',
    'apps/site/tsconfig.json': config('./tsconfig.page.json'),
    'apps/site/tsconfig.page.json': config(...pageReferences),
    'tsconfig.json': config('packages/loop', 'apps/site'),
  });
  assert.equal(audit(entries, app(['../../packages/loop/tsconfig.build.json'])), []);
  assert.match(audit(entries, app([]))[0] ?? '', 'of its parts together');
});

test('leaves a workspace of its own out of the references', () => {
  const bench = {
    'tools/bench/package.json': packageManifest('bench', {
      private: true,
      dependencies: { '@oxbow/loop': 'link:../../packages/loop' },
    }),
    'tools/bench/tsconfig.json': config(),
  };
  assert.is(audit(entries, { ...loop, ...bench }).length, 2);
  const workspace = "packages:\n  - packages/*\n  - '!tools/bench'\n";
  assert.equal(audit(entries, { ...loop, ...bench, 'pnpm-workspace.yaml': workspace }), []);
});

test('asks for plain JSON where it would have to keep comments', () => {
  assert.match(audit(entries, { ...loop, 'tsconfig.json': '// a comment\n{}' })[0] ?? '', 'plain JSON');
});

test('a package that npm create runs has templates instead of examples and benchmarks', () => {
  const starter = {
    'packages/create-x/package.json': packageManifest('create-x', {
      files: ['dist', '!dist/.tsbuildinfo', 'src', 'templates', 'README.md', 'CHANGELOG.md'],
    }),
  };
  const said = audit(entries, { ...loop, ...starter }).filter((line) => line.includes('create-x'));
  assert.ok(
    said.some((line) => line.includes('add templates/')),
    said.join('\n'),
  );
  assert.not.ok(
    said.some((line) => /add (bench|examples)\/|set files/.test(line)),
    said.join('\n'),
  );
});

test('the compiler may not write the JavaScript that is joined afterwards', () => {
  assert.equal(audit(entries, { ...loop, 'packages/loop/tsconfig.build.json': config() }), [
    'packages/loop/tsconfig.build.json:1 set emitDeclarationOnly: join.mjs writes the JavaScript of dist/',
  ]);
});

test.run();
