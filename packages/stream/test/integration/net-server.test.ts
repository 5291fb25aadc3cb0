// covers: src/net/handler-task.ts, src/net/listen.ts, src/net/server.ts
/** Servers: handlers and their ends, limits, TLS, and closing in good order. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { readFile } from 'node:fs/promises';
import { connect as connectPlain, type Socket } from 'node:net';
import { createTask, currentTask, run, sleep } from '@oxbow/loop';
import {
  type ConnectionHandler,
  connectTcp,
  listenTcp,
  listenUnix,
  type NetConnection,
  type NetError,
  type NetServer,
} from '@oxbow/stream/net';
import { assert, suite } from '@oxbow/testkit';

const test = suite('servers of @oxbow/stream/net');

const key = await readFile(new URL('../fixtures/localhost-key.pem', import.meta.url), 'utf8');
const cert = await readFile(new URL('../fixtures/localhost-cert.pem', import.meta.url), 'utf8');

const decoder = new TextDecoder();
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await turn();
};
const failureOf = async (promise: PromiseLike<unknown>): Promise<NetError> =>
  promise.then(
    () => assert.unreachable('it should have failed') as never,
    (error: unknown) => error as NetError,
  );

async function textOf(connection: AsyncIterable<Uint8Array>): Promise<string> {
  let text = '';
  for await (const chunk of connection) text += decoder.decode(chunk, { stream: true });
  return text;
}

const echo: ConnectionHandler = (connection) => connection.to(connection);

/** Runs `body` with a server, and closes it. */
async function serving(
  handler: ConnectionHandler,
  body: (server: NetServer, connect: () => Promise<NetConnection>) => Promise<void>,
  options: Parameters<typeof listenTcp>[2] = {},
): Promise<void> {
  const server = await listenTcp(0, handler, options);
  const clients: NetConnection[] = [];
  const connect = async (): Promise<NetConnection> => {
    const client = await connectTcp('127.0.0.1', server.port);
    clients.push(client);
    return client;
  };
  try {
    await body(server, connect);
  } finally {
    for (const client of clients) client.abort();
    await server.close();
  }
}

test('an async handler owns its connection: when it ends, the connection is closed in good order', async () => {
  await serving(
    async (connection) => {
      await connection.write('once');
    },
    async (server, connect) => {
      const client = await connect();
      assert.is(await textOf(client), 'once');
      await client.end();
      assert.is((await client.closed).error, undefined);
      await until(() => server.connections.size === 0);
      assert.equal(server.statistics(), { open: 0, accepted: 1, refused: 0, failedHandshakes: 0 });
    },
  );
});

test('a plain handler leaves its connection open', async () => {
  const kept: NetConnection[] = [];
  await serving(
    (connection) => {
      kept.push(connection);
    },
    async (server, connect) => {
      const client = await connect();
      await until(() => kept.length === 1);
      await turn();
      assert.equal([...server.connections], kept);
      await kept[0]?.write('later');
      await kept[0]?.end();
      assert.is(await textOf(client), 'later');
    },
  );
});

test('a handler that throws gives its connection up, onError is told, and the server lives on', async () => {
  const told: unknown[] = [];
  let calls = 0;
  await serving(
    async (connection) => {
      if (++calls === 1) {
        await connection.values().next();
        throw new Error('handler');
      }
      await connection.to(connection);
    },
    async (_server, connect) => {
      const first = await connect();
      await first.write('fail');
      const failed = await failureOf(textOf(first));
      assert.is(failed.code, 'ERR_OXBOW_NET_RESET');
      assert.equal(
        told.map((error) => (error as Error).message),
        ['handler'],
      );
      const client = await connect();
      await client.write('still there');
      await client.end();
      assert.is(await textOf(client), 'still there');
    },
    { onError: (error) => told.push(error) },
  );
});

test('a handler that lets the end of its own connection pass has done nothing wrong', async () => {
  const told: unknown[] = [];
  let ended = false;
  await serving(
    async (connection) => {
      try {
        await textOf(connection);
      } finally {
        ended = true;
      }
    },
    async (_server, connect) => {
      (await connect()).abort();
      await until(() => ended);
      await turn();
      assert.equal(told, []);
    },
    { onError: (error) => told.push(error) },
  );
});

test('every handler runs in a task of its own', async () => {
  await run(async () => {
    const main = currentTask();
    const tasks = new Set<unknown>();
    await serving(
      async () => {
        tasks.add(currentTask());
      },
      async (_server, connect) => {
        await textOf(await connect());
        await textOf(await connect());
        assert.is(tasks.size, 2);
        assert.not.ok(tasks.has(main) || tasks.has(undefined));
      },
    );
  });
});

test('connections beyond maxConnections are closed at once, and counted', async () => {
  await serving(
    echo,
    async (server, connect) => {
      const first = await connect();
      const second = await connect();
      await until(() => server.connections.size === 2);
      const third = await connect();
      await textOf(third).catch((error: NetError) => assert.is(error.code, 'ERR_OXBOW_NET_RESET'));
      await until(() => server.statistics().refused === 1);
      await first.end();
      assert.is(await textOf(first), '');
      await until(() => server.connections.size === 1);
      const fourth = await connect();
      await fourth.end();
      assert.is(await textOf(fourth), '');
      await second.end();
      assert.equal(
        { ...server.statistics(), open: 0 },
        { open: 0, accepted: 3, refused: 1, failedHandshakes: 0 },
      );
    },
    { maxConnections: 2 },
  );
});

test('close() cancels the handlers, lets them say goodbye, and closes their connections', async () => {
  let server: NetServer | undefined;
  await serving(
    async (connection) => {
      try {
        await sleep(1e9);
      } finally {
        await connection.write('goodbye');
      }
    },
    async (opened, connect) => {
      server = opened;
      const client = await connect();
      const reading = textOf(client);
      await until(() => opened.statistics().accepted === 1);
      await turn();
      const closing = opened.close();
      assert.is(await reading, 'goodbye');
      await client.end();
      await closing;
      await opened.closed;
      assert.is(opened.connections.size, 0);
      assert.is((await failureOf(connectTcp('127.0.0.1', opened.port))).code, 'ERR_OXBOW_NET_CONNECT');
      await opened.close();
    },
  );
  await server?.[Symbol.asyncDispose]();
});

test('a handler may close its server, which does not wait for that handler', async () => {
  let opened: NetServer | undefined;
  let isOver = false;
  opened = await listenTcp(0, async (connection) => {
    await connection.write('closing');
    await connection.end();
    await connection.close();
    await opened?.close();
    isOver = true;
  });
  const client = await connectTcp('127.0.0.1', opened.port);
  assert.is(await textOf(client), 'closing');
  await client.end();
  await opened.closed;
  await until(() => isOver);
});

test('drain() lets the connections end by themselves, and closes after graceMs', async () => {
  await serving(echo, async (server, connect) => {
    const client = await connect();
    await until(() => server.connections.size === 1);
    const drained = server.drain();
    await client.write('until I am done');
    await client.end();
    assert.is(await textOf(client), 'until I am done');
    await drained;
  });
  await serving(
    echo,
    async (server, connect) => {
      const client = await connect();
      const reading = textOf(client).catch((error: NetError) => error.code);
      await until(() => server.connections.size === 1);
      await server.drain({ graceMs: 0 });
      assert.ok(['', 'ERR_OXBOW_NET_RESET'].includes(await reading));
      assert.is(server.connections.size, 0);
    },
    { closeTimeoutMs: 10 },
  );
});

test('the end of run() closes what was opened in it', async () => {
  let server: NetServer | undefined;
  let client: NetConnection | undefined;
  await run(async () => {
    server = await listenTcp(0, echo);
    client = await connectTcp('127.0.0.1', server.port);
    await client.write('left open');
    await client.values().next();
  });
  await server?.closed;
  await client?.closed;
  assert.is(server?.connections.size, 0);
});

test('a cancelled handler of a cancelled program ends with it', async () => {
  let cleaned = false;
  const task = run(async () => {
    const server = await listenTcp(0, async () => {
      try {
        await sleep(1e9);
      } finally {
        cleaned = true;
      }
    });
    const client = await connectTcp('127.0.0.1', server.port);
    await until(() => server.statistics().accepted === 1);
    await turn();
    client.abort();
    const stopped = createTask(() => server.close());
    await stopped;
  });
  await task;
  assert.ok(cleaned);
});

test('a port in use cannot be listened on, nor an address of another machine', async () => {
  await serving(echo, async (server) => {
    const taken = await failureOf(listenTcp(server.port, echo));
    assert.equal([taken.code, taken.systemCode], ['ERR_OXBOW_NET_LISTEN', 'EADDRINUSE']);
    assert.match(taken.message, `Cannot listen on 127.0.0.1:${server.port}: `);
  });
  const foreign = await failureOf(listenTcp(0, echo, { host: '192.0.2.1' }));
  assert.is(foreign.code, 'ERR_OXBOW_NET_LISTEN');
  assert.is((await failureOf(listenUnix('/nowhere/at/all.sock', echo))).code, 'ERR_OXBOW_NET_LISTEN');
});

test('bad input is refused at the door, with what was given', () => {
  for (const port of [-1, 65_536, 1.5, '80' as never]) {
    assert.throws(() => listenTcp(port, echo), /port must be a whole number from 0 to 65535/);
  }
  assert.throws(
    () => listenTcp(0, undefined as never),
    /takes a handler, a function of one connection; got undefined/,
  );
  assert.throws(() => listenTcp(0, echo, { maxConections: 1 } as never), /maxConnections/);
  assert.throws(() => listenTcp(0, echo, { maxConnections: 0 }), /maxConnections must be/);
  assert.throws(() => listenTcp(0, echo, { host: '' }), /host must be/);
  assert.throws(
    () => listenTcp(0, echo, { handshakeTimeoutMs: Number.POSITIVE_INFINITY }),
    /handshakeTimeoutMs must be/,
  );
  assert.throws(() => listenUnix('', echo), /takes the path/);
  assert.throws(() => listenUnix('/a', echo, { host: 'localhost' } as never), /takes no host/);
});

test('over TLS both directions work as without, half close included', async () => {
  await serving(
    echo,
    async (server) => {
      const client = await connectTcp('localhost', server.port, {
        tls: { ca: cert, ALPNProtocols: ['line'] },
      });
      assert.equal(
        [client.tls?.protocol, client.tls?.authorized, client.tls?.alpnProtocol],
        ['TLSv1.3', true, 'line'],
      );
      assert.ok((client.tls?.cipher.length ?? 0) > 0);
      const sent = 'geheim '.repeat(100_000);
      const reading = textOf(client);
      for (let i = 0; i < 10; i++) await client.write(sent);
      await client.end();
      assert.is(await reading, sent.repeat(10));
      assert.is((await client.closed).error, undefined);
    },
    { tls: { key, cert, ALPNProtocols: ['line'] } },
  );
});

test('over TLS a reader that is slow holds the peer back', async () => {
  let written = 0;
  await serving(
    async (connection) => {
      const chunk = new Uint8Array(64 * 1024);
      for (let i = 0; i < 1000; i++) {
        await connection.write(chunk);
        written += chunk.byteLength;
      }
    },
    async (server) => {
      const client = await connectTcp('localhost', server.port, { tls: { ca: cert } });
      let before = -1;
      while (written !== before || written === 0) {
        before = written;
        for (let i = 0; i < 20; i++) await turn();
      }
      assert.ok(written < 60 * 1024 * 1024, `${written}`);
      let read = 0;
      for await (const chunk of client) read += chunk.byteLength;
      assert.is(read, 1000 * 64 * 1024);
      await client.end();
    },
    { tls: { key, cert } },
  );
});

test('a certificate that nobody vouches for is refused, and the server counts the failed handshake', async () => {
  await serving(
    echo,
    async (server) => {
      const refused = await failureOf(connectTcp('localhost', server.port, { tls: true }));
      assert.is(refused.code, 'ERR_OXBOW_NET_TLS');
      assert.match(refused.message, /No TLS with localhost:\d+: self-signed certificate/);
      const plain = await connectTcp('127.0.0.1', server.port);
      await plain.write('this is no TLS\r\n\r\n');
      await textOf(plain).catch(() => {});
      await until(() => server.statistics().failedHandshakes >= 1);
      assert.is(server.connections.size, 0);
    },
    { tls: { key, cert } },
  );
  const mixed = await failureOf(listenTcp(0, echo, { tls: { key: 'no key', cert } }));
  assert.is(mixed.code, 'ERR_OXBOW_NET_LISTEN');
});

test('a client that does not finish its TLS handshake is cut after handshakeTimeoutMs', async () => {
  await serving(
    echo,
    async (server) => {
      const silent: Socket = connectPlain(server.port, '127.0.0.1');
      silent.on('error', () => {});
      const closed = new Promise((resolve) => silent.once('close', resolve));
      silent.resume();
      await closed;
      await until(() => server.statistics().failedHandshakes >= 1);
    },
    { tls: { key, cert }, handshakeTimeoutMs: 20 },
  );
});

test('what the network brings is done on behalf of nobody', async () => {
  const request = new AsyncLocalStorage<string>();
  await run(async () => {
    const owner = createTask(async () => request.run('opener', () => listenTcp(0, echo)));
    const server = await owner;
    // The task that opened it is over, and its cancellation must not reach what comes later.
    const client = await connectTcp('127.0.0.1', server.port);
    await client.write('on');
    await client.end();
    assert.is(await textOf(client), 'on');
    await server.close();
  });
});

test.run();
