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
  assert.equal(readProjects(root), [
    { name: '@oxbow/loop', shortName: 'loop', folder: 'packages/loop', scripts: { test: 'x' } },
  ]);
});

test.run();
