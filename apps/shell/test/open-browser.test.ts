import { assert, suite } from '@oxbow/testkit';
import { isDesktopTerminal } from '../src/open-browser.ts';

const test = suite('opening the browser');

const desk = { platform: 'linux', env: { DISPLAY: ':0' }, isTerminal: true } as const;

test('is expected at the terminal of a desktop', () => {
  assert.ok(isDesktopTerminal(desk));
  assert.ok(isDesktopTerminal({ ...desk, env: { WAYLAND_DISPLAY: 'wayland-0' } }));
  assert.ok(isDesktopTerminal({ ...desk, platform: 'darwin', env: {} }));
});

test('is not expected in CI, over a remote shell, without a desktop, or when the output goes to a file', () => {
  assert.not.ok(isDesktopTerminal({ ...desk, env: { ...desk.env, CI: 'true' } }));
  assert.not.ok(
    isDesktopTerminal({ ...desk, env: { ...desk.env, SSH_CONNECTION: '10.0.0.1 1 10.0.0.2 22' } }),
  );
  assert.not.ok(isDesktopTerminal({ ...desk, env: {} }));
  assert.not.ok(isDesktopTerminal({ ...desk, isTerminal: false }));
});

test.run();
