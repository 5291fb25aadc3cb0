import { assert, suite } from '@oxbow/testkit';
import { builtDoors } from '../src/doors.ts';

const test = suite('doors');

test('are what the published manifest opens, where there is code behind it', () => {
  const exports = {
    '.': { types: './dist/index.d.ts', default: './dist/index.js' },
    './lowlevel': { types: './dist/lowlevel.d.ts', default: './dist/lowlevel.js' },
    './package.json': './package.json',
  };
  assert.equal(builtDoors('/p', { name: '@oxbow/loop', publishConfig: { exports } }), [
    { name: '@oxbow/loop', file: '/p/dist/index.js' },
    { name: '@oxbow/loop/lowlevel', file: '/p/dist/lowlevel.js' },
  ]);
});

test.run();
