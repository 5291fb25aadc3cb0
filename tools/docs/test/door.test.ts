import { assert, suite } from '@oxbow/testkit';
import { readPackage } from '../src/door.ts';

const test = suite('doors');

test('every source of the exports is a door with a page in its folder, the main one the page of the folder', () => {
  const { doors } = readPackage('loop', {
    name: '@oxbow/loop',
    exports: { '.': './src/index.ts', './lowlevel': './src/lowlevel.ts' },
  });
  assert.equal(doors, [
    { specifier: '@oxbow/loop', source: 'src/index.ts', page: 'loop/README' },
    { specifier: '@oxbow/loop/lowlevel', source: 'src/lowlevel.ts', page: 'loop/lowlevel' },
  ]);
});

test('what holds no exports is no door', () => {
  const exports = {
    './package.json': './package.json',
    './x': { import: './src/x.ts' },
    './internal/*': null,
  };
  assert.equal(readPackage('loop', { name: '@oxbow/loop', exports }).doors, []);
});

test('a package without a description has an empty one', () => {
  assert.is(readPackage('loop', { name: '@oxbow/loop', exports: {} }).description, '');
});

test.run();
