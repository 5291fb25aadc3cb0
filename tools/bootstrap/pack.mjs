#!/usr/bin/env node
/**
 * The nx target `publint` of a published package: packs the package in the current folder as pnpm would publish it, and
 * lints that tarball (publint: the manifest against the files; attw: whether its types resolve).
 */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runQuietly } from './src/run.mjs';

const folder = mkdtempSync(join(tmpdir(), 'oxbow-pack-'));

/**
 * @param {string} program
 * @param {readonly string[]} args
 */
async function step(program, args) {
  const options = { cwd: process.cwd(), env: process.env, shell: process.platform === 'win32' };
  const { exitCode, output } = await runQuietly(program, args, options);
  if (exitCode === 0) return true;
  console.error(output);
  console.error(`${program} refuses the package: see above.`);
  process.exitCode = 1;
  return false;
}

try {
  if (await step('pnpm', ['pack', '--pack-destination', folder])) {
    const tarball = join(folder, String(readdirSync(folder).find((name) => name.endsWith('.tgz'))));
    const steps = [
      await step('publint', ['--strict', tarball]),
      await step('attw', [tarball, '--profile', 'esm-only', '--no-emoji']),
    ];
    if (steps.every(Boolean)) console.log('The tarball is sound.');
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
