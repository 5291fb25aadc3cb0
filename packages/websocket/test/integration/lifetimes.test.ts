// covers: src/server/handler-task.ts, src/server/server.ts
// What the end of a connection, of a server and of a program means for handlers.
import { EventEmitter, once } from 'node:events';
import { checkpoint, createTask, Future, run } from '@oxbow/loop';
import { assert, suite } from '@oxbow/testkit';
import {
  connect,
  type HandlersRunningError,
  type ServeOptions,
  type SocketHandler,
  serve,
} from '../../src/index.ts';

const cleanups: (() => unknown)[] = [];

async function open(handler: SocketHandler, options: ServeOptions = {}) {
  const errors: unknown[] = [];
  const server = await serve(handler, {
    closeTimeoutMs: 100,
    onError: (error) => errors.push(error),
    ...options,
  });
  cleanups.push(() => server.close());
  return { server, errors };
}

async function closeAll(): Promise<void> {
  for (const cleanup of cleanups.splice(0)) await cleanup();
}

const turns = async (count = 20) => {
  for (let i = 0; i < count; i += 1) await new Promise((resolve) => setImmediate(resolve));
};

const handlers = suite('a handler whose connection ends');
handlers.after.each(closeAll);

handlers('is cancelled at what it waits for', async () => {
  const ended = new Promise<string>((resolve) => {
    void open(async () => {
      try {
        await new Future();
      } catch (error) {
        resolve((error as Error).message);
        throw error;
      }
    }).then(async ({ server }) => (await connect(server.url)).close());
  });
  assert.match(await ended, /the connection ended/);
});

handlers('goes on behind its loop when it reads the socket, and may wait there', async () => {
  const steps: string[] = [];
  let finished!: () => void;
  const done = new Promise<void>((resolve) => {
    finished = resolve;
  });
  const { server, errors } = await open(async (socket) => {
    for await (const message of socket) steps.push(String(message));
    await checkpoint();
    steps.push('after the loop');
    finished();
  });
  const socket = await connect(server.url);
  await socket.send('m');
  await socket.close();
  await done;
  assert.equal([steps, errors], [['m', 'after the loop'], []]);
});

handlers('goes on when it is detached', async () => {
  const steps: string[] = [];
  const { server } = await open(
    async (socket) => {
      const info = await socket.closed;
      await checkpoint();
      steps.push(`after ${info.code}`);
    },
    { detached: true },
  );
  await (await connect(server.url)).close();
  while (steps.length === 0) await turns(1);
  assert.equal(steps, ['after 1000']);
});

handlers('may clean up in a finally block that waits', async () => {
  const steps: string[] = [];
  const { server, errors } = await open(async () => {
    try {
      await new Future();
    } finally {
      await checkpoint();
      steps.push('cleaned up');
    }
  });
  await (await connect(server.url)).close();
  while (steps.length === 0) await turns(1);
  assert.equal([steps, errors], [['cleaned up'], []]);
});

handlers('a join after any wait leaves no ghost', async () => {
  let outcome: string | undefined;
  let goOn!: () => void;
  const database = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  const { server } = await open(
    async (socket) => {
      await database;
      outcome = await socket.join('room').then(
        () => 'joined',
        (error: { code: string }) => error.code,
      );
    },
    { detached: true },
  );
  const socket = await connect(server.url);
  await socket.close();
  while (server.connections.size > 0) await turns(1);
  goOn();
  while (outcome === undefined) await turns(1);
  assert.equal([outcome, server.topic('room').followers], ['ERR_OXBOW_WS_CLOSED', 0]);
});

handlers('an onError that throws does not keep the connection open', async () => {
  const print = console.error;
  console.error = () => {};
  try {
    const { server } = await open(
      async () => {
        throw new Error('a bug');
      },
      {
        onError: () => {
          throw new Error('another');
        },
      },
    );
    assert.is((await (await connect(server.url)).closed).code, 1011);
  } finally {
    console.error = print;
  }
});

handlers.run();

const foreign = suite('a handler that waits for something foreign');
foreign.after.each(closeAll);

const never: SocketHandler = async function waitsForever(): Promise<void> {
  await once(new EventEmitter(), 'x');
};

foreign('does not hold up close(): connections first, then it is told who still runs', async () => {
  const { server, errors } = await open(never);
  const socket = await connect(server.url);
  await server.close();
  assert.is((await socket.closed).code, 1001);
  const [error] = errors as HandlersRunningError[];
  assert.is(error?.code, 'ERR_OXBOW_WS_HANDLERS_RUNNING');
  assert.match(error!.handlers[0]!, /"waitsForever" of socket [0-9a-f-]{36}/);
});

foreign('does not hold up drain()', async () => {
  const { server, errors } = await open(never);
  await connect(server.url);
  await server.drain({ graceMs: 100 });
  assert.is(errors.length, 1);
});

foreign('does not hold up run()', async () => {
  const errors: unknown[] = [];
  await run(async () => {
    const server = await serve(never, { closeTimeoutMs: 50, onError: (error) => errors.push(error) });
    await connect(server.url);
    await turns();
  });
  assert.is((errors[0] as { code: string }).code, 'ERR_OXBOW_WS_HANDLERS_RUNNING');
});

foreign.run();

const program = suite('a program with a server');

program('stays up while it awaits server.closed', async () => {
  let isUp = true;
  const server = await serve(never, { closeTimeoutMs: 50 });
  const waiting = server.closed.then(() => {
    isUp = false;
  });
  await turns();
  assert.is(isUp, true);
  await server.close();
  await waiting;
  assert.is(isUp, false);
});

program('that awaits server.closed can be cancelled, and drains it in its own time', async () => {
  const told: string[] = [];
  const stop = new AbortController();
  const running = run(
    async () => {
      const server = await serve(never, { closeTimeoutMs: 50 });
      createTask(async () => stop.abort());
      try {
        await server.closed;
      } finally {
        told.push('cancelled');
        await server.drain({ graceMs: 50 });
        told.push('drained');
      }
    },
    { signal: stop.signal },
  );
  await running.then(
    () => told.push('ended by itself'),
    (error: Error) => told.push(error.name),
  );
  assert.equal(told, ['cancelled', 'drained', 'CancelledError']);
});

program.run();
