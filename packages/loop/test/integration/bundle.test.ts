import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { assert, suite } from '@oxbow/testkit';
import { build, type Format, type Platform } from 'esbuild';

const test = suite('in a bundle');

const fixture = fileURLToPath(new URL('../fixtures/bundled.ts', import.meta.url));

/** The program in one file, as a user's build makes it: minified, and without modules that are only loaded. */
async function bundle(format: Format, platform: Platform): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fixture],
    bundle: true,
    minify: true,
    treeShaking: true,
    format,
    platform,
    write: false,
    logLevel: 'silent',
  });
  return outputFiles[0]!.text;
}

for (const [format, ending] of [
  ['esm', 'mjs'],
  ['cjs', 'cjs'],
] as const) {
  test(`debug mode works (${format})`, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'oxbow-bundle-'));
    try {
      const program = join(folder, `program.${ending}`);
      await writeFile(program, await bundle(format, 'node'));
      const { stdout, stderr } = await promisify(execFile)(process.execPath, [program]);
      assert.is(stdout, 'result of main\n');
      assert.match(stderr, '[oxbow] The loop was blocked: task "holder" held it for');
      assert.match(stderr, '[oxbow] Never started: sleep was made');
    } finally {
      await rm(folder, { recursive: true });
    }
  });
}

test('one for a page names no module of Node', async () => {
  const text = await bundle('esm', 'browser');
  assert.not.match(text, /\bfrom\s*["']node:|\brequire\s*\(\s*["']node:|\bimport\s*["']node:/);
});

test.run();
