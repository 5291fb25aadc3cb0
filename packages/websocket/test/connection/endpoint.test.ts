// covers: src/connection/endpoint.ts, src/connection/inbound.ts
import { EventLoop } from '@oxbow/loop';
import { assert, suite } from '@oxbow/testkit';
import { Connection } from '../../src/connection/connection.ts';
import { connectionSettings } from '../../src/connection/connection-options.ts';
import { Endpoint, MAX_KEPT_RECEIVERS } from '../../src/connection/endpoint.ts';
import { PagePool } from '../../src/connection/page-pool.ts';
import type { Message } from '../../src/socket/message.ts';
import { bufferText } from '../../src/transport/buffer-text.ts';
import { MemoryTransport } from '../fixtures/memory-transport.ts';
import { masked } from '../fixtures/wire.ts';

function endpoint(): Endpoint {
  return new Endpoint({
    role: 'server',
    settings: connectionSettings({ pingIntervalMs: Number.POSITIVE_INFINITY }),
    loop: new EventLoop(),
    text: bufferText,
    pages: new PagePool(bufferText.allocate),
  });
}

function connect(to: Endpoint) {
  const transport = new MemoryTransport();
  const messages: Message[] = [];
  const connection = new Connection(to, transport, {
    message: (data) => messages.push(data),
    closed: () => {},
  });
  connection.start();
  return { connection, transport, messages };
}

const test = suite('what connections share');

test('an idle connection holds no receiver: one serves all that take turns', () => {
  const shared = endpoint();
  const peers = Array.from({ length: 50 }, () => connect(shared));
  for (const { transport } of peers) transport.receive(masked(1, 'x'), masked(2, Uint8Array.of(1)));
  assert.is(shared.keptReceivers, 1);
  for (const { messages } of peers) assert.equal(messages, ['x', Uint8Array.of(1)]);
});

test('a receiver stays with its peer as long as anything of that peer is in it', () => {
  const text = masked(1, 'two parts');
  const fragment = masked(1, 'begun', { fin: false });
  for (const [begin, rest] of [
    [text.subarray(0, 1), text.subarray(1)],
    [text.subarray(0, 9), text.subarray(9)],
    [fragment, masked(0, 'ended')],
  ] as const) {
    const shared = endpoint();
    const [one, other] = [connect(shared), connect(shared)];
    one.transport.receive(begin);
    assert.is(shared.keptReceivers, 0);
    other.transport.receive(masked(1, 'another peer, in between'));
    assert.is(shared.keptReceivers, 1);
    one.transport.receive(rest);
    assert.is(shared.keptReceivers, 2);
    assert.equal(other.messages, ['another peer, in between']);
    assert.is(one.messages.length, 1);
  }
});

test('one that was told to stop keeps what waits, and its receiver', () => {
  const shared = endpoint();
  const { connection, transport, messages } = connect(shared);
  connection.pauseReading();
  transport.receive(masked(1, 'later'));
  assert.equal([messages.length, shared.keptReceivers], [0, 0]);
  connection.resumeReading();
  assert.equal([messages, shared.keptReceivers], [['later'], 1]);
});

test('the receiver of a peer that broke a rule serves nobody else', () => {
  const shared = endpoint();
  const { transport } = connect(shared);
  transport.receive(masked(3));
  assert.is(shared.keptReceivers, 0);
  const next = connect(shared);
  next.transport.receive(masked(1, 'fine'));
  assert.equal(next.messages, ['fine']);
});

test('so many receivers are kept and no more', () => {
  const shared = endpoint();
  const peers = Array.from({ length: MAX_KEPT_RECEIVERS + 1 }, () => connect(shared));
  for (const { transport } of peers) transport.receive(masked(1, 'x').subarray(0, 1));
  for (const { transport } of peers) transport.receive(masked(1, 'x').subarray(1));
  assert.is(shared.keptReceivers, MAX_KEPT_RECEIVERS);
});

test.run();
