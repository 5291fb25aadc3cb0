import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert, suite } from '@oxbow/testkit';
import { browserOpener } from '../src/open-browser.ts';

const folder = mkdtempSync(join(tmpdir(), 'oxbow-open-'));
writeFileSync(join(folder, 'xdg-open'), '#!/bin/sh\n');
chmodSync(join(folder, 'xdg-open'), 0o755);
const env = { DISPLAY: ':0', PATH: folder };
const desk = { platform: 'linux', env, isTerminal: true } as const;

const test = suite('opening the browser');

test.after(() => rmSync(folder, { recursive: true }));

test('is done at the terminal of a desktop, and where it was asked for', () => {
  assert.type(browserOpener(undefined, desk), 'function');
  assert.type(
    browserOpener(undefined, { ...desk, env: { WAYLAND_DISPLAY: 'wayland-0', PATH: folder } }),
    'function',
  );
  assert.type(browserOpener(undefined, { ...desk, platform: 'win32', env: {} }), 'function');
  assert.type(browserOpener(true, { ...desk, isTerminal: false }), 'function');
});

test('is not done in CI, over a remote shell, without a desktop, into a file, or where it was forbidden', () => {
  assert.is(browserOpener(undefined, { ...desk, env: { ...env, CI: 'true' } }), undefined);
  assert.is(
    browserOpener(undefined, { ...desk, env: { ...env, SSH_CONNECTION: '10.0.0.1 1 10.0.0.2 22' } }),
    undefined,
  );
  assert.is(browserOpener(undefined, { ...desk, env: { PATH: folder } }), undefined);
  assert.is(browserOpener(undefined, { ...desk, isTerminal: false }), undefined);
  assert.is(browserOpener(false, desk), undefined);
});

test('without a program for it, it is left out, or refused in one sentence where it was asked for', () => {
  const bare = { ...desk, env: { DISPLAY: ':0', PATH: '/nowhere' } };
  assert.is(browserOpener(undefined, bare), undefined);
  assert.throws(() => browserOpener(true, bare), 'no program that opens a browser');
});

test.run();
