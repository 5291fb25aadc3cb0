import { createServer } from 'node:http';
import { assert, suite } from '@oxbow/testkit';
import { SERVE_DEFAULTS, serveSettings } from '../../src/server/serve-options.ts';

const test = suite('options of serve');

test('have these defaults', () => {
  assert.equal(SERVE_DEFAULTS, {
    port: 0,
    host: '127.0.0.1',
    maxConnections: 10_000,
    maxPendingUpgrades: 1_000,
    maxConnectionsPerAddress: Number.POSITIVE_INFINITY,
    maxUpgradesPerSecondPerAddress: Number.POSITIVE_INFINITY,
    handshakeTimeoutMs: 10_000,
    detached: false,
    positions: false,
  });
  const settings = serveSettings({});
  assert.equal([settings.path, settings.subprotocols, settings.ownsBroker], [undefined, [], true]);
});

for (const [bad, word] of [
  [{ port: -1 }, 'port'],
  [{ port: 65_536 }, 'port'],
  [{ path: 'chat' }, 'path'],
  [{ maxConnections: 0 }, 'maxConnections'],
  [{ maxPendingUpgrades: 0 }, 'maxPendingUpgrades'],
  [{ onUpgrade: true }, 'onUpgrade'],
  [{ mayJoin: 'all' }, 'mayJoin'],
  [{ onError: {} }, 'onError'],
  [{ handshakeTimeoutMs: 0 }, 'handshakeTimeoutMs'],
  [{ subprotocols: ['a', 'a'] }, 'subprotocols'],
  [{ subprotocols: ['a b'] }, 'subprotocols'],
  [{ maxMessageByte: 3 }, 'maxMessageBytes'],
  [{ server: createServer(), port: 3 }, 'port'],
] as const) {
  test(`${word}: ${JSON.stringify(Object.keys(bad))} is refused`, () => {
    assert.throws(() => serveSettings(bad as never), new RegExp(word));
  });
}

test('a bare number is told to be a port', () => {
  assert.throws(() => serveSettings(8765 as never), 'got 8765: write { port: 8765 }');
});

test.run();
