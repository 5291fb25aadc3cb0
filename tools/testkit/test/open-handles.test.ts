import { createServer } from 'node:net';
import { assert, suite, until } from '@oxbow/testkit';
import { openHandles } from '../src/open-handles.ts';

const test = suite('open handles');

test('are counted by kind, standard streams left out', async () => {
  const servers = [createServer(), createServer()];
  for (const server of servers) await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  assert.ok(openHandles().includes('TCPServerWrap × 2'));
  for (const server of servers) await new Promise((done) => server.close(done));
  await until(
    'the servers to be gone',
    () => !openHandles().some((kind) => kind.startsWith('TCPServerWrap')),
  );
  assert.is(openHandles().includes('PipeWrap'), false);
});

test.run();
