import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { assert, suite } from '@oxbow/testkit';
import type { ProxyError } from '../../src/errors.ts';
import type { ProxyServer } from '../../src/transport/proxy-settings.ts';
import { openTunnel } from '../../src/transport/tunnel.ts';

const test = suite('a tunnel over SOCKS 5');

const PROXY = { protocol: 'socks5:', hostname: 'proxy.test', port: 1080, username: '', password: '' };

/** A socket that only takes notes, and is told what comes from the proxy. */
class NotedSocket extends EventEmitter {
  readonly written: Uint8Array[] = [];
  destroyed = false;

  write(bytes: Uint8Array): boolean {
    this.written.push(bytes);
    return true;
  }

  destroy(): this {
    this.destroyed = true;
    return this;
  }

  pause(): this {
    return this;
  }
}

function opened(): { socket: NotedSocket; ended: (ProxyError | undefined)[] } {
  const socket = new NotedSocket();
  const ended: (ProxyError | undefined)[] = [];
  const target = { host: 'host.test', port: 443 };
  openTunnel(socket as unknown as Socket, PROXY as unknown as ProxyServer, target, (error) =>
    ended.push(error),
  );
  return { socket, ended };
}

test('a proxy that closes the connection, or loses it, does not connect: told once, with proxy, target and cause', () => {
  const cause = new Error('reset');
  for (const [event, reason] of [
    ['end', 'it closed the connection'],
    ['error', 'reset'],
  ] as const) {
    const { socket, ended } = opened();
    assert.is(socket.written.length, 1, 'the greeting goes first');
    socket.emit(event, cause);
    assert.is(ended[0]?.message, `the proxy proxy.test:1080 does not connect to host.test:443: ${reason}`);
    assert.equal([ended.length, socket.destroyed, socket.listenerCount('data')], [1, true, 0]);
    assert.is(ended[0]?.cause, event === 'error' ? cause : undefined);
  }
});

test.run();
