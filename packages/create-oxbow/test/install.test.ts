// covers: src/errors.ts
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert, suite } from '@oxbow/testkit';
import type { CreateError } from '../src/errors.ts';
import { install, installFailure, packageManager } from '../src/install.ts';

const test = suite('installing');

test('uses the package manager that started it', () => {
  for (const [agent, manager] of [
    ['pnpm/12.21.0 npm/? node/v24.21.0 linux x64', 'pnpm'],
    ['yarn/1.22.22 npm/? node/v24.21.0', 'yarn'],
    ['bun/1.4.5 npm/? node/v24.3.0', 'bun'],
    ['npm/11.0.0 node/v24.21.0', 'npm'],
    ['cnpm/1.0.0', 'npm'],
    [undefined, 'npm'],
  ] as const) {
    assert.is(packageManager(agent), manager, String(agent));
  }
});

test('says that the registry did not answer, and by what sign', () => {
  assert.is(
    installFailure('npm', 1, 'npm error code ECONNREFUSED\nnpm error syscall connect'),
    'the npm registry did not answer (ECONNREFUSED)',
  );
  assert.match(installFailure('pnpm', 1, 'ERR_PNPM_META_FETCH_FAIL  GET …'), 'did not answer');
});

test('says what else was wrong in the words of the package manager', () => {
  assert.is(installFailure('npm', 127, 'spawn npm ENOENT'), 'there is no npm on this machine');
  assert.is(
    installFailure('npm', 1, 'added 1\nnpm error code E404\nnpm error more'),
    'npm install ended with exit code 1: npm error code E404',
  );
  assert.is(installFailure('bun', 3, ''), 'bun install ended with exit code 3: it said nothing');
});

/** A folder with a made-up npm in it, first on the path while `body` runs. */
async function withNpm(script: string, body: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'oxbow-install-'));
  const path = process.env.PATH;
  writeFileSync(join(folder, 'npm'), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, 'npm'), 0o755);
  process.env.PATH = `${folder}:${path}`;
  try {
    await body(folder);
  } finally {
    process.env.PATH = path;
    rmSync(folder, { recursive: true });
  }
}

test('fails with a code when the package manager does', async () => {
  await withNpm('echo "npm error code ENOTFOUND" >&2; exit 1', async (folder) => {
    try {
      await install(folder, 'npm', new AbortController().signal);
      assert.unreachable();
    } catch (error) {
      assert.is((error as CreateError).code, 'ERR_OXBOW_CREATE_INSTALL');
      assert.match((error as CreateError).message, 'ENOTFOUND');
    }
  });
});

test('ends the package manager when it is aborted', async () => {
  await withNpm('echo > "$PWD/started"; exec tail -f /dev/null', async (folder) => {
    const stop = new AbortController();
    const installing = install(folder, 'npm', stop.signal);
    stop.abort(new Error('enough'));
    try {
      await installing;
      assert.unreachable();
    } catch (error) {
      assert.is((error as Error).message, 'enough');
    }
  });
});

test.run();
