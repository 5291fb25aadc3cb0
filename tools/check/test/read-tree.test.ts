import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { assert, suite } from '@oxbow/testkit';
import { readTree } from '../src/read-tree.ts';

const test = suite('read tree');
let root = '';

test.before(() => {
  root = mkdtempSync(join(tmpdir(), 'oxbow-read-tree-'));
  const write = (path: string, text: string | Uint8Array): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  execFileSync('git', ['init', '-q'], { cwd: root });
  write('.gitignore', 'dist/\n');
  write('packages/loop/package.json', '{ "name": "@oxbow/loop" }');
  write('packages/loop/src/ünïcode.ts', 'const a = 1;');
  write('packages/loop/dist/index.js', 'ignored');
  write('docs/picture.png', new Uint8Array([0x89, 0x50, 0, 1]));
  mkdirSync(join(root, 'packages/loop/src/empty'));
  execFileSync('git', ['add', '.gitignore', 'packages'], { cwd: root });
  write('gone.ts', '');
  execFileSync('git', ['add', 'gone.ts'], { cwd: root });
  rmSync(join(root, 'gone.ts'));
});

test.after(() => rmSync(root, { recursive: true, force: true }));

test('reads tracked and new files, not ignored or deleted ones', () => {
  const tree = readTree(root);
  assert.equal(
    [...tree.files.keys()],
    ['.gitignore', 'packages/loop/package.json', 'packages/loop/src/ünïcode.ts'],
  );
  assert.is(tree.files.get('packages/loop/src/ünïcode.ts'), 'const a = 1;');
});

test('knows of binary files without reading them as text', () => {
  const tree = readTree(root);
  assert.ok(tree.has('docs/picture.png'));
  assert.not(tree.files.has('docs/picture.png'));
});

test('finds folders that hold nothing', () => {
  assert.equal(readTree(root).emptyFolders, ['packages/loop/src/empty']);
});

test.run();
