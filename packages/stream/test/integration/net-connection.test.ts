// covers: src/net.ts, src/net/connect.ts, src/net/connection.ts, src/net/net-error.ts, src/net/output.ts, src/to/own-sink.ts
/** Connections between real sockets of this machine: what comes, what goes, and how each of the two ends. */
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lines } from '@oxbow/codec';
import { createTask, run } from '@oxbow/loop';
import { type Decoder, decode, encode, map, Stream } from '@oxbow/stream';
import {
  type ConnectionHandler,
  connectTcp,
  connectUnix,
  type ListenOptions,
  listenTcp,
  listenUnix,
  type NetConnection,
  type NetError,
  type NetServer,
} from '@oxbow/stream/net';
import { assert, suite } from '@oxbow/testkit';

const test = suite('connections of @oxbow/stream/net');

const decoder = new TextDecoder();
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const failureOf = async (promise: PromiseLike<unknown>): Promise<NetError> =>
  promise.then(
    () => assert.unreachable('it should have failed') as never,
    (error: unknown) => error as NetError,
  );

async function textOf(connection: Stream<Uint8Array>): Promise<string> {
  let text = '';
  for await (const chunk of connection) text += decoder.decode(chunk, { stream: true });
  return text;
}

/** Runs `body` with a server and one connection to it, and closes both. */
async function between(
  handler: ConnectionHandler,
  body: (client: NetConnection, server: NetServer) => Promise<void>,
  options: ListenOptions = {},
): Promise<void> {
  const server = await listenTcp(0, handler, { onError: () => {}, ...options });
  try {
    const client = await connectTcp('127.0.0.1', server.port, options as never);
    try {
      await body(client, server);
    } finally {
      client.abort();
    }
  } finally {
    await server.close();
  }
}

/** Runs `body` with a connection to a bare server of Node's, which keeps the sockets it gets. */
async function beside(
  body: (client: NetConnection, peer: Socket) => Promise<void>,
  options: Parameters<typeof connectTcp>[2] = {},
): Promise<void> {
  const sockets: Socket[] = [];
  let arrived: (socket: Socket) => void = () => {};
  const first = new Promise<Socket>((resolve) => {
    arrived = resolve;
  });
  const server: Server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (socket) => {
    socket.on('error', () => {});
    sockets.push(socket);
    arrived(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = await connectTcp('127.0.0.1', (server.address() as { port: number }).port, options);
  try {
    await body(client, await first);
  } finally {
    client.abort();
    for (const socket of sockets) socket.destroy();
    server.close();
  }
}

const echo: ConnectionHandler = (connection) => connection.to(connection);

test('an echo server is one line; what is written comes back, the end too', async () => {
  await between(echo, async (client) => {
    await client.write('grüße, ');
    await client.write(new Uint8Array([0x77, 0x65, 0x6c, 0x74]));
    await client.end();
    assert.is(await textOf(client), 'grüße, welt');
    assert.equal(await client.closed, { error: undefined, bytesRead: 13, bytesWritten: 13 });
  });
});

test('a stream goes through codecs into the connection, and its end ends one direction only', async () => {
  const shout: ConnectionHandler = (connection) =>
    connection
      .pipe(
        decode(lines()),
        map((line) => line.toUpperCase()),
        encode(lines()),
      )
      .to(connection);
  await between(shout, async (client) => {
    await Stream.from(['one\nt', 'wo\nthree\n'])
      .pipe(map((text) => new TextEncoder().encode(text)))
      .to(client);
    assert.is(client.isOpen, false);
    const answers = client.pipe(decode(lines() as { decoder(): Decoder<string> }));
    assert.equal(await answers.collect(), ['ONE', 'TWO', 'THREE']);
  });
});

test('preventClose leaves the output open', async () => {
  await between(echo, async (client) => {
    await Stream.from(['a', 'b']).to(client.output as never, { preventClose: true });
    await Stream.from(['c'] as never[]).to(client, { preventClose: true });
    assert.ok(client.isOpen);
    await client.end();
    assert.is(await textOf(client), 'abc');
  });
});

test('a generator may be the handler, and pull', async () => {
  await between(
    function* (connection) {
      const iterator = connection.values();
      const { value } = yield* iterator.pull();
      yield* createTask(() => connection.write(`got ${decoder.decode(value)}`));
    },
    async (client) => {
      await client.write('this');
      assert.is(await textOf(client), 'got this');
    },
  );
});

test('a peer that writes more than is read is held back', async () => {
  const chunk = new Uint8Array(64 * 1024);
  let written = 0;
  let isHeld = false;
  await between(
    async (connection) => {
      for (let i = 0; i < 2000; i++) {
        const writing = connection.write(chunk);
        isHeld = true;
        await writing;
        isHeld = false;
        written += chunk.byteLength;
      }
    },
    async (client) => {
      let before = -1;
      // Nobody reads: what the kernel keeps of a connection is taken, and then nothing more.
      while (written !== before || !isHeld) {
        before = written;
        for (let i = 0; i < 50; i++) await turn();
      }
      const kept = written;
      assert.ok(kept < 64 * 1024 * 1024, `${kept}`);
      let read = 0;
      for await (const part of client) read += part.byteLength;
      assert.is(read, 2000 * chunk.byteLength);
    },
  );
});

test('what waits here for a slow reader is one buffer and one chunk', async () => {
  await beside(async (client, peer) => {
    const chunk = new Uint8Array(1024 * 1024);
    const iterator = client.values({ highWaterMark: 1 });
    peer.write(chunk);
    const first = (await iterator.next()).value as Uint8Array;
    let before = -1;
    while (client.bytesRead !== before) {
      before = client.bytesRead;
      for (let i = 0; i < 50; i++) await turn();
    }
    assert.ok(client.bytesRead <= first.byteLength + 3 * 64 * 1024, `${client.bytesRead}`);
    await iterator.return();
  });
});

test('a write waits while the peer does not read, and goes on when it does', async () => {
  await beside(async (client, peer) => {
    const chunk = new Uint8Array(256 * 1024);
    let writes = 0;
    let isOver = false;
    const writing = (async () => {
      while (!isOver) {
        await client.write(chunk);
        writes++;
      }
    })();
    let before = -1;
    while (writes !== before || client.bufferedBytes === 0) {
      before = writes;
      for (let i = 0; i < 50; i++) await turn();
    }
    assert.ok(client.bufferedBytes <= 64 * 1024 + chunk.byteLength, `${client.bufferedBytes}`);
    isOver = true;
    peer.resume();
    await writing;
    assert.is(writes, before + 1);
  });
});

test('who does not wait for write() may pile up maxBufferedBytes, and not one more', async () => {
  await beside(
    async (client) => {
      // One of any size may wait; the kernel takes some of it, and most of it stays here.
      void client.write(new Uint8Array(32 * 1024 * 1024));
      await turn();
      await turn();
      const refused = (await failureOf(client.write(new Uint8Array(1)))) as unknown as {
        code: string;
        limit: number;
      };
      assert.equal([refused.code, refused.limit], ['ERR_OXBOW_STREAM_OVERFLOW', 1_048_576]);
      assert.ok(client.isOpen);
    },
    { maxBufferedBytes: 1_048_576 },
  );
  await beside(
    async (client) => {
      // Before the turn is over nothing has gone: the bound is exact.
      void client.write(new Uint8Array(1000));
      void client.write(new Uint8Array(24));
      assert.is(client.bufferedBytes, 1024);
      const refused = await failureOf(client.write('!'));
      assert.match(refused.message, /1025 bytes wait where at most 1024 may/);
    },
    { maxBufferedBytes: 1024 },
  );
});

test('many small writes of one turn leave as one', async () => {
  await beside(async (client, peer) => {
    const chunks: Buffer[] = [];
    peer.on('data', (chunk) => chunks.push(chunk)).resume();
    const ended = new Promise((resolve) => peer.once('end', resolve));
    for (let i = 0; i < 100; i++) void client.write('x');
    await client.end();
    await ended;
    assert.is(Buffer.concat(chunks).toString(), 'x'.repeat(100));
    assert.is(chunks.length, 1);
  });
});

test('a cancelled write has been sent all the same, and the connection lives on', async () => {
  await run(() =>
    beside(
      async (client, peer) => {
        const big = new Uint8Array(16 * 1024 * 1024);
        const task = createTask(() => client.write(big));
        while (client.bufferedBytes === 0) await turn();
        await turn();
        task.cancel();
        await task.then(undefined, () => {});
        assert.ok(task.cancelled);
        const after = client.write('after');
        let received = 0;
        const ended = new Promise((resolve) => peer.once('end', resolve));
        peer.on('data', (chunk) => {
          received += chunk.byteLength;
        });
        peer.resume();
        await after;
        await client.end();
        await ended;
        assert.is(received, big.byteLength + 5);
      },
      { maxBufferedBytes: 32 * 1024 * 1024 },
    ),
  );
});

test('each side may end first, and the other goes on', async () => {
  await beside(async (client, peer) => {
    peer.resume();
    await client.write('question');
    await client.end();
    assert.is(client.isOpen, false);
    peer.write('answer');
    peer.end();
    assert.is(await textOf(client), 'answer');
    assert.is((await client.closed).error, undefined);
  });
  await beside(async (client, peer) => {
    const received: Buffer[] = [];
    peer.on('data', (chunk) => received.push(chunk)).resume();
    peer.end('all I have');
    assert.is(await textOf(client), 'all I have');
    assert.ok(client.isOpen);
    const ended = new Promise((resolve) => peer.once('end', resolve));
    await client.write('still here');
    await client.end();
    await client.closed;
    await ended;
    assert.is(Buffer.concat(received).toString(), 'still here');
  });
});

test('nothing can be written after the end, and end() may be said twice', async () => {
  await between(echo, async (client) => {
    await client.end();
    await client.end();
    const error = await failureOf(client.write('late'));
    assert.is(error.code, 'ERR_OXBOW_NET_CLOSED');
    assert.match(error.address, /^127\.0\.0\.1:\d+$/);
  });
});

test('a consumer that leaves takes nothing with it, and the next goes on there', async () => {
  await beside(async (client, peer) => {
    peer.write('abc');
    const first = await client.values().next();
    assert.is(decoder.decode(first.value), 'abc');
    await client.values().return();
    const again = client.values();
    assert.is((await failureOf(again.next())).code as string, 'ERR_OXBOW_STREAM_BUSY');
  });
  await beside(async (client, peer) => {
    peer.write('abc');
    for await (const chunk of client) {
      assert.is(decoder.decode(chunk), 'abc');
      break;
    }
    peer.end('def');
    assert.is(await textOf(client), 'def');
  });
});

test('a connection that the peer resets fails for the reader, the writer and the sink', async () => {
  await beside(async (client, peer) => {
    const reading = failureOf(textOf(client));
    const sinking = failureOf(new Stream<Uint8Array>().to(client));
    const closing = client.closed;
    await turn();
    peer.resetAndDestroy();
    assert.is((await reading).code, 'ERR_OXBOW_NET_RESET');
    assert.is((await reading).systemCode, 'ECONNRESET');
    assert.is((await sinking).code, 'ERR_OXBOW_NET_RESET');
    assert.is((await closing).error?.code, 'ERR_OXBOW_NET_RESET');
    assert.is((await failureOf(client.write('late'))).code, 'ERR_OXBOW_NET_RESET');
    assert.is((await failureOf(client.end())).code, 'ERR_OXBOW_NET_RESET');
    await client.close();
    client.abort();
  });
});

test('what has arrived before a reset is read first', async () => {
  await beside(async (client, peer) => {
    peer.write('before');
    const iterator = client.values();
    assert.is(decoder.decode((await iterator.next()).value), 'before');
    peer.resetAndDestroy();
    assert.is((await failureOf(iterator.next())).code, 'ERR_OXBOW_NET_RESET');
    assert.is((await iterator.next()).done, true);
  });
});

test('abort() gives up at once: the reader and the writer are told, the peer sees a reset', async () => {
  await beside(async (client, peer) => {
    const broken = new Promise<{ code?: string }>((resolve) => peer.once('error', resolve));
    peer.resume();
    const writing = failureOf(client.write(new Uint8Array(16 * 1024 * 1024)));
    const reading = failureOf(textOf(client));
    client.abort(new Error('enough'));
    client.abort(new Error('again'));
    assert.is((await writing).code, 'ERR_OXBOW_NET_ABORTED');
    assert.is((await reading).message, 'enough');
    const { error } = await client.closed;
    assert.is(error?.code, 'ERR_OXBOW_NET_ABORTED');
    assert.is((error?.cause as Error | undefined)?.message, 'enough');
    assert.is((await broken).code, 'ECONNRESET');
  });
});

test('a failing stream aborts the connection it is written to', async () => {
  await beside(async (client, peer) => {
    const broken = new Promise<{ code?: string }>((resolve) => peer.once('error', resolve));
    peer.resume();
    const failing = new Stream<Uint8Array>((out) => {
      out.next(new Uint8Array(1));
      setImmediate(() => out.error(new Error('source')));
    });
    assert.is((await failureOf(failing.to(client))).message, 'source');
    assert.is((await broken).code, 'ECONNRESET');
  });
});

test('close() reads on without keeping, so that the peer gets all of what was sent', async () => {
  await beside(async (client, peer) => {
    const received: Buffer[] = [];
    peer.write(new Uint8Array(1024 * 1024));
    void client.write('goodbye');
    const closing = client.close();
    peer.on('data', (chunk) => received.push(chunk)).resume();
    peer.once('end', () => peer.end());
    await closing;
    assert.is(Buffer.concat(received).toString(), 'goodbye');
    assert.is((await client.closed).error, undefined);
    await client.close();
  });
});

test('close() ends the reader, and cuts a peer that does not end within closeTimeoutMs', async () => {
  await beside(
    async (client) => {
      const reading = textOf(client);
      await client.close();
      assert.is(await reading, '');
      assert.is((await client.closed).error, undefined);
    },
    { closeTimeoutMs: 10 },
  );
  await beside(
    async (client) => {
      // Not even its own bytes have gone by then: that is no good end.
      void client.write(new Uint8Array(32 * 1024 * 1024));
      await client.close();
      assert.is((await client.closed).error?.code, 'ERR_OXBOW_NET_RESET');
    },
    { closeTimeoutMs: 10 },
  );
});

test('leaving an await using block closes', async () => {
  await between(echo, async (client) => {
    await client[Symbol.asyncDispose]();
    assert.is((await client.closed).error, undefined);
  });
});

test('a silent connection ends by idleTimeoutMs; one whose reader is busy does not', async () => {
  await beside(
    async (client) => {
      const error = await failureOf(textOf(client));
      assert.equal(
        [error.code, (await client.closed).error?.code],
        ['ERR_OXBOW_NET_IDLE', 'ERR_OXBOW_NET_IDLE'],
      );
    },
    { idleTimeoutMs: 10 },
  );
});

test('both ends know their addresses', async () => {
  await between(
    async (connection) => {
      await connection.write(JSON.stringify(connection.remote));
    },
    async (client, server) => {
      assert.equal(JSON.parse(await textOf(client)), { host: '127.0.0.1', port: client.local.port });
      assert.equal(client.remote, { host: '127.0.0.1', port: server.port, path: undefined });
      assert.is(client.tls, undefined);
    },
  );
});

test('a Unix socket is a connection like any other', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'oxbow-net-'));
  try {
    const path = join(folder, 'echo.sock');
    const server = await listenUnix(path, echo);
    assert.equal([server.path, server.port, server.host], [path, 0, undefined]);
    const client = await connectUnix(path);
    assert.is(client.remote.path, path);
    await client.write('over a file');
    await client.end();
    assert.is(await textOf(client), 'over a file');
    await server.close();
    const gone = await failureOf(connectUnix(path));
    assert.equal([gone.code, gone.systemCode, gone.address], ['ERR_OXBOW_NET_CONNECT', 'ENOENT', path]);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('a port nobody listens on refuses, with the address and the name the system has for it', async () => {
  const server = await listenTcp(0, echo);
  const { port } = server;
  await server.close();
  const refused = await failureOf(connectTcp('127.0.0.1', port));
  assert.equal(
    [refused.name, refused.code, refused.systemCode],
    ['NetError', 'ERR_OXBOW_NET_CONNECT', 'ECONNREFUSED'],
  );
  assert.is(refused.address, `127.0.0.1:${port}`);
  assert.match(refused.message, `Cannot connect to 127.0.0.1:${port}: `);
  const both = await failureOf(connectTcp('localhost', port));
  assert.is(both.code, 'ERR_OXBOW_NET_CONNECT');
  assert.match(both.message, /ECONNREFUSED/);
});

test('a peer that takes too long is given up after connectTimeoutMs', async () => {
  // A TLS handshake with somebody who says nothing.
  const silent = createServer();
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const { port } = silent.address() as { port: number };
  const sockets: Socket[] = [];
  silent.on('connection', (socket) => sockets.push(socket));
  try {
    const error = await failureOf(connectTcp('127.0.0.1', port, { tls: true, connectTimeoutMs: 20 }));
    assert.is(error.code, 'ERR_OXBOW_NET_CONNECT_TIMEOUT');
    assert.match(error.message, /did not finish the TLS handshake within 20 ms/);
  } finally {
    for (const socket of sockets) socket.destroy();
    silent.close();
  }
});

test('cancelling the task that connects, or its signal, ends the attempt', async () => {
  const silent = createServer();
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const { port } = silent.address() as { port: number };
  const gone = (): Promise<void> =>
    new Promise((resolve) =>
      silent.once('connection', (socket) =>
        socket
          .on('error', () => {})
          .on('close', () => resolve())
          .resume(),
      ),
    );
  try {
    await run(async () => {
      const left = gone();
      const task = createTask(async () => connectTcp('127.0.0.1', port, { tls: true }));
      const arrived = new Promise((resolve) => silent.once('connection', resolve));
      await arrived;
      task.cancel();
      await task.then(undefined, () => {});
      assert.ok(task.cancelled);
      await left;
    });
    const stop = new AbortController();
    const left = gone();
    const attempt = failureOf(connectTcp('127.0.0.1', port, { tls: true, signal: stop.signal }));
    await new Promise((resolve) => silent.once('connection', resolve));
    stop.abort(new Error('stopped'));
    assert.is((await attempt).message, 'stopped');
    await left;
    const never = failureOf(
      connectTcp('127.0.0.1', port, { signal: AbortSignal.abort(new Error('before')) }),
    );
    assert.is((await never).message, 'before');
  } finally {
    silent.close();
  }
});

test('the signal of a connection gives it up', async () => {
  const stop = new AbortController();
  await beside(
    async (client) => {
      const reading = failureOf(textOf(client));
      stop.abort(new Error('stopped'));
      assert.is((await reading).message, 'stopped');
      assert.is((await client.closed).error?.code, 'ERR_OXBOW_NET_ABORTED');
    },
    { signal: stop.signal },
  );
});

test('bad input is refused at the door, with what was given', async () => {
  assert.throws(() => connectTcp(80 as never, 'host' as never), /takes a host and then a port; got 80/);
  assert.throws(() => connectTcp('', 80), /got ''/);
  for (const port of [0, 65_536, 1.5, Number.NaN, '80' as never]) {
    assert.throws(() => connectTcp('localhost', port), /port must be a whole number from 1 to 65535/);
  }
  assert.throws(() => connectUnix(''), /takes the path/);
  assert.throws(() => connectTcp('localhost', 80, { tsl: true } as never), /tls/);
  assert.throws(() => connectTcp('localhost', 80, { idleTimeoutMs: 0 }), /idleTimeoutMs must be/);
  assert.throws(() => connectTcp('localhost', 80, { connectTimeoutMs: -1 }), /connectTimeoutMs must be/);
  assert.throws(() => connectTcp('localhost', 80, { highWaterMark: 0 }), /highWaterMark must be/);
  assert.throws(() => connectTcp('localhost', 80, { maxBufferedBytes: 0 }), /maxBufferedBytes must be/);
  assert.throws(() => connectTcp('localhost', 80, { signal: {} as never }), /AbortSignal/);
  const odd = await failureOf(connectTcp('127.0.0.1', 9, { localAddress: 'nowhere' }));
  assert.is(odd.code, 'ERR_OXBOW_NET_CONNECT');
  await between(echo, async (client) => {
    const refused = await failureOf(client.write(5 as never));
    assert.is(refused.code as string, 'ERR_OXBOW_STREAM_INPUT');
    await client.write('');
    assert.is(client.bytesWritten, 0);
  });
});

test.run();
