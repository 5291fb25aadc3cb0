// A framework gives each request a context; whatever the request starts must keep it, while twenty of them go on at once.

import { AsyncLocalStorage } from 'node:async_hooks';
import type { AddressInfo } from 'node:net';
import {
  type Coroutine,
  call,
  createTask,
  currentLoop,
  gather,
  sleep,
  TaskGroup,
  timeout,
} from '@oxbow/loop';
import { assert, suite } from '@oxbow/testkit';
import express from 'express';
import fastify from 'fastify';

const test = suite('requests of frameworks');

const REQUESTS = 20;

const store = new AsyncLocalStorage<string>();

/** What everything that a handler may start sees as the id of its request. */
async function seenByAll(): Promise<(string | undefined)[]> {
  const seen: (string | undefined)[] = [];
  const note = (): void => void seen.push(store.getStore());
  const inGenerator = function* (): Coroutine<void> {
    note();
    yield* sleep(1);
    note();
  };
  await gather(
    createTask(async () => {
      note();
      await sleep(2);
      note();
    }),
    createTask(function* () {
      yield* call(inGenerator());
      note();
    }),
    TaskGroup.run(async (group) => {
      group.createTask(inGenerator);
      note();
    }),
    timeout(1000, inGenerator),
  );
  await new Promise<void>((resolve) => {
    currentLoop().callLater(1, () => {
      note();
      resolve();
    });
  });
  await createTask(() => 1).then(note);
  return seen;
}

async function askAll(port: number): Promise<void> {
  const ask = async (id: string): Promise<void> => {
    const response = await fetch(`http://127.0.0.1:${port}/?id=${id}`);
    const seen = (await response.json()) as string[];
    assert.ok(seen.length >= 10);
    assert.equal([...new Set(seen)], [id]);
  };
  await Promise.all(Array.from({ length: REQUESTS }, (_, number) => ask(`request-${number}`)));
}

test('Express: a middleware that runs the rest of the request in a store', async () => {
  const app = express();
  app.use((request, _response, next) => store.run(String(request.query.id), next));
  app.get('/', async (_request, response) => {
    response.json(await seenByAll());
  });
  const server = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  try {
    await askAll((server.address() as AddressInfo).port);
  } finally {
    server.close();
  }
});

test('Fastify: a hook that does so', async () => {
  const app = fastify();
  app.addHook('onRequest', (request, _reply, done) => {
    store.run(String((request.query as { id: string }).id), done);
  });
  app.get('/', () => seenByAll());
  await app.listen({ port: 0, host: '127.0.0.1' });
  try {
    await askAll((app.server.address() as AddressInfo).port);
  } finally {
    await app.close();
  }
});

test.run();
