import { assert, suite } from '@oxbow/testkit';
import { readPackage } from '../src/door.ts';
import { renderIndex } from '../src/index-page.ts';

const test = suite('index page');

test('a row for each package links to every door', () => {
  const exports = { '.': './src/index.ts', './lowlevel': './src/lowlevel.ts' };
  const page = renderIndex([
    readPackage('loop', { name: '@oxbow/loop', description: 'tasks | time', exports }),
  ]);
  const doors = '[`@oxbow/loop`](loop/README.md)<br>[`@oxbow/loop/lowlevel`](loop/lowlevel.md)';
  assert.ok(page.includes(`| ${doors} | tasks \\| time |\n`), page);
});

test.run();
