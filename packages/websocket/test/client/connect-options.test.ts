// covers: src/client/connect-options.ts, src/client/reconnect-options.ts
import { BACKOFF_DEFAULTS } from '@oxbow/loop/backoff';
import { assert, suite } from '@oxbow/testkit';
import { CONNECT_DEFAULTS, connectSettings } from '../../src/client/connect-options.ts';
import { reconnectSettings } from '../../src/client/reconnect-options.ts';

const test = suite('options of connect');

test('have these defaults', () => {
  assert.equal(CONNECT_DEFAULTS, { handshakeTimeoutMs: 10_000 });
  const settings = connectSettings('ws://x', {});
  assert.equal([settings.protocols, settings.reconnect, settings.url.href], [[], undefined, 'ws://x/']);
});

test('ws, wss, http and https are addresses', () => {
  for (const scheme of ['ws', 'wss', 'http', 'https']) connectSettings(new URL(`${scheme}://x:1/p?q`), {});
  for (const bad of ['x', 'ftp://x', 'ws://x/#a', ''])
    assert.throws(() => connectSettings(bad, {}), /address/);
});

test('reconnect is off, on with defaults, or given', () => {
  assert.is(reconnectSettings(false), undefined);
  assert.equal({ ...reconnectSettings(true) }, BACKOFF_DEFAULTS);
  assert.is(reconnectSettings({ maxAttempts: 3 })?.maxAttempts, 3);
  assert.throws(() => reconnectSettings({ maxAttempt: 3 } as never), /maxAttempts/);
  assert.throws(
    () => reconnectSettings({ baseMs: -1 }),
    /connect\(\): reconnect: Backoff: baseMs must be .*, got -1\.$/,
  );
});

test('values out of range are refused', () => {
  assert.throws(() => connectSettings('ws://x', { handshakeTimeoutMs: 0 }), /handshakeTimeoutMs/);
  assert.throws(() => connectSettings('ws://x', { protocols: ['a', 'a'] }), /protocols/);
});

test.run();
