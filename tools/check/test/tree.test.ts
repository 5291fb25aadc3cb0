import { assert, suite } from '@oxbow/testkit';
import { madeUpTree } from './made-up-tree.ts';

const tree = madeUpTree(
  {
    'README.md': '# hello',
    'packages/loop/src/a.ts': '',
    'packages/loop/test/fixtures/odd.ts': 'using x = 1',
    'tools/check/src/main.ts': '',
  },
  { binaries: ['docs/picture.png'] },
);

const test = suite('tree');

test('knows files, folders and files that are no text', () => {
  const asked = ['README.md', 'packages/loop/src', 'docs/picture.png', 'docs', 'packages/loop/lib'];
  assert.equal(
    asked.map((path) => tree.has(path)),
    [true, true, true, true, false],
  );
});

test('finds the projects and who owns a path', () => {
  assert.equal(
    tree.projects.map(({ path }) => path),
    ['packages/loop', 'tools/check'],
  );
  assert.equal(
    tree.packages.map(({ folder }) => folder),
    ['loop'],
  );
  assert.is(tree.byName('@oxbow/check')?.path, 'tools/check');
  assert.is(tree.byName('rxjs'), undefined);
  assert.is(tree.source('packages/loop/src/gone.ts'), undefined);
  assert.is(tree.owner('packages/loop/src/a.ts')?.name, '@oxbow/loop');
  assert.is(tree.owner('README.md'), undefined);
});

test('takes code files as sources and leaves fixtures out', () => {
  assert.equal(
    tree.sources().map(({ path }) => path),
    ['packages/loop/src/a.ts', 'tools/check/src/main.ts'],
  );
});

test('resolves relative specifiers, .js to the .ts beside it too', () => {
  assert.is(tree.resolve('packages/loop/src/b.ts', './a.ts'), 'packages/loop/src/a.ts');
  assert.is(tree.resolve('packages/loop/test/b.ts', '../src/a.js'), 'packages/loop/src/a.ts');
  assert.is(tree.resolve('packages/loop/src/b.ts', './c.ts'), undefined);
});

test('parses each file once', () => {
  assert.is(tree.source('packages/loop/src/a.ts'), tree.source('packages/loop/src/a.ts'));
});

test.run();
