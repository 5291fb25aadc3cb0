import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert, suite } from '@oxbow/testkit';
import { readProjects } from '../src/workspace.mjs';

const test = suite('the workspace', { root: '' });

test.before((context) => {
  context.root = mkdtempSync(join(tmpdir(), 'oxbow-workspace-'));
});
test.after(({ root }) => rmSync(root, { recursive: true }));

test('lists the folders that hold a package.json, but not those installed apart', ({ root }) => {
  mkdirSync(join(root, 'tools/bench'), { recursive: true });
  writeFileSync(join(root, 'tools/bench/package.json'), '{"name":"@oxbow/bench"}');
  mkdirSync(join(root, 'packages/loop'), { recursive: true });
  mkdirSync(join(root, 'packages/no-manifest'));
  mkdirSync(join(root, 'elsewhere/loop'), { recursive: true });
  writeFileSync(join(root, 'packages/loop/package.json'), '{"name":"@oxbow/loop","scripts":{"test":"x"}}');
  const [loop, ...others] = readProjects(root);
  const { name, shortName, folder, scripts } = loop ?? {};
  assert.equal([name, shortName, folder, scripts], ['@oxbow/loop', 'loop', 'packages/loop', { test: 'x' }]);
  assert.equal(others, []);
});

test('knows whose tests look at what is built', ({ root }) => {
  mkdirSync(join(root, 'packages/built'), { recursive: true });
  writeFileSync(
    join(root, 'packages/built/package.json'),
    '{"name":"@oxbow/built","nx":{"targets":{"test":{"dependsOn":["^build"]}}}}',
  );
  assert.equal(
    readProjects(root).map(({ shortName, testsNeedBuild }) => [shortName, testsNeedBuild]),
    [
      ['built', true],
      ['loop', false],
    ],
  );
});

test.run();
