import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { assert, suite } from '@oxbow/testkit';
import { readBeforeFailing } from '../../src/transport/read-before-failing.ts';

const test = suite('read before failing');

/** A socket whose writes fail with this code. */
function failing(code: string): { socket: Duplex; seen: string[] } {
  const seen: string[] = [];
  const error = Object.assign(new Error('write failed'), { code });
  const socket = new Duplex({
    read() {},
    write: (_chunk, _encoding, written) => written(error),
    writev: (_chunks, written) => written(error),
  });
  readBeforeFailing(socket as Socket);
  socket.on('data', (data) => seen.push(`data ${data}`));
  socket.on('error', () => seen.push('error'));
  return { socket, seen };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

for (const code of ['EPIPE', 'ECONNRESET']) {
  test(`${code} of a write is told when everything was read`, async () => {
    const { socket, seen } = failing(code);
    socket.write('upload');
    await turn();
    assert.equal(seen, []);
    socket.push('413');
    await turn();
    assert.equal(seen, ['data 413']);
    socket.push(null);
    await turn();
    assert.equal(seen, ['data 413', 'error']);
  });
}

test('several pieces in one write are no different', async () => {
  const { socket, seen } = failing('EPIPE');
  socket.cork();
  socket.write('a');
  socket.write('b');
  socket.uncork();
  await turn();
  assert.equal(seen, []);
  socket.push(null);
  await turn();
  assert.equal(seen, ['error']);
});

test('any other failure, and one after the end, is told at once', async () => {
  const other = failing('EINVAL');
  other.socket.write('x');
  await turn();
  assert.equal(other.seen, ['error']);
  const ended = failing('EPIPE');
  ended.socket.push(null);
  await turn();
  ended.socket.write('x');
  await turn();
  assert.equal(ended.seen, ['error']);
});

test.run();
