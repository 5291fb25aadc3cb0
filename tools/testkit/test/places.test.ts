import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert, suite, until } from '@oxbow/testkit';
import { takePlace } from '../src/places.ts';

const test = suite('taking a place');

test('takes none where nobody shares them out', async () => {
  (await takePlace('unit', undefined))();
});

test('says what for, has it with the first byte, and gives it back by closing', async () => {
  const path = join(tmpdir(), `oxbow-places-test-${process.pid}`);
  const sockets: Socket[] = [];
  let said = '';
  let given = false;
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('data', (chunk) => (said += chunk));
    socket.on('close', () => (given = true));
  });
  await new Promise<void>((done) => server.listen(path, done));
  const taking = takePlace('integration', path);
  await until('the runner to ask', () => said === 'integration\n');
  sockets[0]?.write('.');
  (await taking)();
  await until('the place to be given back', () => given);
  const refused = takePlace('unit', path).then(String, (error: Error) => error.message);
  await until('the second to ask', () => sockets.length === 2);
  sockets[1]?.destroy();
  assert.match(await refused, 'closed before it gave a place');
  await new Promise((done) => server.close(done));
});

test.run();
