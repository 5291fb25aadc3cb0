import { AsyncLocalStorage } from 'node:async_hooks';
import { run } from '@oxbow/loop';
import { assert, suite } from '@oxbow/testkit';
import { map } from 'rxjs';
import { connect, serve } from '../../src/index.ts';

const test = suite('contexts');

test('handlers run in the context of serve(), what maps messages in that of connect()', async () => {
  const store = new AsyncLocalStorage<string>();
  const seen = new Set<string>();
  const note = (where: string): void => void seen.add(`${where}: ${store.getStore()}`);
  await run(async () => {
    const server = await store.run('of serve', () =>
      serve(
        async (socket) => {
          note('handler');
          for await (const message of socket) {
            note('message');
            await socket.send(message);
          }
          note('after the close');
        },
        {
          port: 0,
          onUpgrade: () => {
            note('onUpgrade');
            return { accept: true };
          },
        },
      ),
    );
    const client = await store.run('of connect', () => connect(`ws://127.0.0.1:${server.port}/`));
    await store.run('of a sender', () => client.send('hello'));
    let echoed!: () => void;
    const echo = new Promise<void>((resolve) => {
      echoed = resolve;
    });
    void client
      .pipe(
        map((message) => {
          note('operator');
          return message;
        }),
      )
      .forEach(echoed)
      .catch(() => {});
    await echo;
    await client.close();
    await server.close();
  });
  assert.equal([...seen].sort(), [
    'after the close: of serve',
    'handler: of serve',
    'message: of serve',
    'onUpgrade: of serve',
    'operator: of connect',
  ]);
});

test.run();
