import { AsyncLocalStorage } from 'node:async_hooks';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createTask, currentTask, gather, run } from '@oxbow/loop';
import { assert, suite } from '@oxbow/testkit';
import { map } from 'rxjs';
import { Session } from '../../src/index.ts';

const test = suite('the context of a request');

test('what maps a body sees the context of its own request, whoever opened the connection', async () => {
  const store = new AsyncLocalStorage<string>();
  const server = createServer((_request, response) => {
    response.write('first');
    // Behind another read of the socket: not what came with the head.
    setImmediate(() => response.end('x'.repeat(100_000)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  let connections = 0;
  server.on('connection', () => connections++);
  await run(async () => {
    const session = new Session({ limits: { perOrigin: 1 } });
    const seenBy = (id: string) =>
      store.run(id, () =>
        createTask(
          async () => {
            const seen = new Set<string>();
            const { body } = await session.get(url);
            await body
              .pipe(
                map((chunk) => {
                  seen.add(`${store.getStore()}`);
                  assert.ok(currentTask() === undefined || currentTask()?.name === id);
                  return chunk;
                }),
              )
              .forEach(() => {});
            return [...seen];
          },
          { name: id },
        ),
      );
    assert.equal(await seenBy('opener'), ['opener']);
    assert.equal(await gather(seenBy('a'), seenBy('b'), seenBy('c')), [['a'], ['b'], ['c']]);
    await session.close();
  });
  assert.is(connections, 1);
  server.close();
});

test.run();
