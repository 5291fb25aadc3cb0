import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { assert, suite } from '@oxbow/testkit';
import { faultOf, GAPS, RUNTIMES } from '../src/runtimes.mjs';

const test = suite('programs on other runtimes');

test('each runtime names the package of a platform as its registry does', () => {
  const names = (platform: string, arch: string): string[] =>
    RUNTIMES.map(({ packageOf }) => packageOf(platform, arch));
  assert.equal(names('linux', 'x64'), ['@oven/bun-linux-x64', '@deno/linux-x64-glibc']);
  assert.equal(names('linux', 'arm64'), ['@oven/bun-linux-aarch64', '@deno/linux-arm64-glibc']);
  assert.equal(names('darwin', 'arm64'), ['@oven/bun-darwin-aarch64', '@deno/darwin-arm64']);
  assert.equal(names('win32', 'x64'), ['@oven/bun-windows-x64', '@deno/win32-x64']);
});

test('a program passes when it ends well and has said something', () => {
  assert.is(faultOf({ exitCode: 0, output: 'done\n' }, undefined), undefined);
  assert.is(faultOf({ exitCode: 0, output: '\n' }, undefined), 'said nothing');
  assert.is(faultOf({ exitCode: 3, output: 'oh' }, undefined), 'ended with exit code 3');
});

test('a known gap passes only as long as the program fails by it', () => {
  assert.is(faultOf({ exitCode: 1, output: 'Error: no such hook' }, 'no such hook'), undefined);
  assert.match(faultOf({ exitCode: 1, output: 'Error: other' }, 'no such hook')!, /failed otherwise/);
  assert.match(faultOf({ exitCode: 0, output: 'done' }, 'no such hook')!, /and runs/);
});

test('every gap is of a program that is there', () => {
  for (const { program } of GAPS)
    assert.ok(existsSync(fileURLToPath(new URL(`../../../${program}`, import.meta.url))), program);
});

test.run();
