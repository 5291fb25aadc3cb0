// covers: src/client/connect-options.ts, src/client/reconnect-options.ts
import { BACKOFF_DEFAULTS } from '@oxbow/loop/backoff';
import { assert, suite } from '@oxbow/testkit';
import { CONNECT_DEFAULTS, connectSettings } from '../../src/client/connect-options.ts';
import { reconnectSettings } from '../../src/client/reconnect-options.ts';

const test = suite('options of connect');

test('have these defaults', () => {
  assert.equal(CONNECT_DEFAULTS, { handshakeTimeoutMs: 10_000 });
  const settings = connectSettings('ws://x', {});
  assert.equal(
    [settings.protocols, settings.reconnect, String(settings.address())],
    [[], undefined, 'ws://x/'],
  );
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

test('address and headers may be functions, asked at every attempt', async () => {
  let asked = 0;
  const settings = connectSettings(() => `ws://x/${(asked += 1)}`, { headers: async () => ({ a: '1' }) });
  assert.is(settings.isFresh, true);
  assert.equal(
    [String(await settings.address()), String(await settings.address())],
    ['ws://x/1', 'ws://x/2'],
  );
  assert.equal(await settings.headers(), { a: '1' });
  assert.is(connectSettings('ws://x', {}).isFresh, false);
});

test('a bad address is refused without what may be a secret in it', () => {
  for (const bad of ['ftp://me:secret@x/', 'ws://x/#secret', 'me:secret@x', '?token=secret']) {
    assert.throws(
      () => connectSettings(bad, {}),
      (error: Error) => !error.message.includes('secret'),
    );
  }
});

test('an agent and a proxy exclude each other, and a proxy is an http address', () => {
  assert.throws(() => connectSettings('ws://x', { agent: {} as never, proxy: 'http://p' }), /both/);
  assert.throws(() => connectSettings('ws://x', { proxy: 'socks://me:secret@p' }), /^(?!.*secret).*http/);
  assert.is(connectSettings('ws://x', { proxy: 'http://p:1' }).proxy?.host, 'p:1');
});

test('values out of range are refused', () => {
  assert.throws(() => connectSettings('ws://x', { handshakeTimeoutMs: 0 }), /handshakeTimeoutMs/);
  assert.throws(() => connectSettings('ws://x', { protocols: ['a', 'a'] }), /protocols/);
});

test.run();
