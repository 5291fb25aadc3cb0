// covers: src/connection/connect-redis.ts, src/connection/ioredis-driver.ts, src/connection/node-redis-driver.ts, src/connection/redis-script.ts, src/connection/server-check.ts
/** Both client libraries against a real server. */
import { assert, skipUnless, suite, until } from '@oxbow/testkit';
import { createClient } from '@redis/client';
import { Redis } from 'ioredis';
import {
  type ClientLibrary,
  checkServer,
  connectRedis,
  type RedisConnection,
  type RedisError,
  RedisScript,
} from '../../src/index.ts';
import { freePort, isInstalled, NEEDS_SERVER, ThrowawayServer } from '../fixtures/redis-server.ts';

const test = suite('connections to a server');
const LIBRARIES: readonly ClientLibrary[] = ['ioredis', '@redis/client'];

let server: ThrowawayServer;

test.before(async () => {
  skipUnless(isInstalled('redis-server'), NEEDS_SERVER);
  server = await ThrowawayServer.start();
});
test.after(() => server?.stop());

async function connected<T>(
  client: ClientLibrary,
  body: (connection: RedisConnection) => Promise<T>,
): Promise<T> {
  const connection = await connectRedis(server.url, { client });
  try {
    return await body(connection);
  } finally {
    await connection.close();
  }
}

const errorOf = (promise: Promise<unknown>): Promise<RedisError> =>
  promise.then(
    () => {
      throw new Error('no error came');
    },
    (error: RedisError) => error,
  );

for (const client of LIBRARIES) {
  test(`${client}: sends text and bytes, and gives what was asked for`, () =>
    connected(client, async (connection) => {
      await connection.send(['SET', 'b', Uint8Array.of(0, 255, 13, 10)]);
      assert.equal(
        new Uint8Array((await connection.send(['GET', 'b'], { as: 'bytes' })) as Buffer),
        Uint8Array.of(0, 255, 13, 10),
      );
      await connection.send(['RPUSH', 'l', 'é', '2']);
      assert.equal(await connection.send(['LRANGE', 'l', '0', '-1']), ['é', '2']);
      assert.equal([await connection.send(['GET', 'none']), await connection.send(['LLEN', 'l'])], [null, 2]);
      await connection.send(['DEL', 'l']);
    }));

  test(`${client}: answers with the server's own error`, () =>
    connected(client, async (connection) => {
      const error = await errorOf(connection.send(['NOSUCHCOMMAND']));
      assert.is(error.code, 'ERR_OXBOW_REDIS_REPLY');
      assert.match(error.message, 'unknown command');
    }));

  test(`${client}: hears what is published, bytes included`, () =>
    connected(client, async (connection) => {
      const heard: number[][] = [];
      const leave = await connection.subscribe('news', (message) => heard.push([...message]));
      await connection.send(['PUBLISH', 'news', Uint8Array.of(0, 200)]);
      await until('the message comes', () => heard.length === 1);
      await leave();
      await connection.send(['PUBLISH', 'news', 'gone']);
      assert.equal(heard, [[0, 200]]);
    }));

  test(`${client}: runs a script by its hash, also when the server has forgotten it`, () =>
    connected(client, async (connection) => {
      const script = new RedisScript('#!lua\nreturn {KEYS[1], ARGV[1]}');
      assert.equal(await script.run(connection, ['k'], ['a']), ['k', 'a']);
      await connection.send(['SCRIPT', 'FLUSH']);
      assert.equal(await script.run(connection, ['k'], ['b']), ['k', 'b']);
    }));

  test(`${client}: goes on by itself after a cut, which it tells, and sends nothing twice`, () =>
    connected(client, async (connection) => {
      let reconnects = 0;
      connection.onReconnect(() => reconnects++);
      await connection.send(['DEL', 'count', 'list']);
      const id = String(await connection.send(['CLIENT', 'ID']));
      const waiting = errorOf(connection.send(['BLPOP', 'list', '0']));
      const other = await connectRedis(server.url);
      await other.send(['CLIENT', 'KILL', 'ID', id]);
      assert.is((await waiting).code, 'ERR_OXBOW_REDIS_CUT');
      await until('it is there again', () => reconnects === 1);
      await connection.send(['INCR', 'count']);
      await other.send(['RPUSH', 'list', 'x']);
      assert.equal(
        [await connection.send(['GET', 'count']), await connection.send(['LLEN', 'list'])],
        ['1', 1],
      );
      await other.close();
    }));

  test(`${client}: says at once that no server is there`, async () => {
    const error = await errorOf(connectRedis(`redis://127.0.0.1:${await freePort()}`, { client }));
    assert.is(error.code, 'ERR_OXBOW_REDIS_UNREACHABLE');
    assert.match(error.message, 'ECONNREFUSED');
  });

  test(`${client}: says that the password is wrong, or missing`, async () => {
    const locked = await ThrowawayServer.start({ args: ['--requirepass', 'secret'] });
    try {
      const { port } = locked;
      for (const user of ['', ':wrong@']) {
        const error = await errorOf(
          connectRedis(`redis://${user}127.0.0.1:${port}`, { client }).then((connection) =>
            connection.send(['GET', 'x']).finally(() => connection.close()),
          ),
        );
        assert.is(error.code, 'ERR_OXBOW_REDIS_ACCESS');
      }
      const connection = await connectRedis(`redis://:secret@127.0.0.1:${port}`, { client });
      assert.is(await connection.send(['PING']), 'PONG');
      await connection.close();
    } finally {
      await locked.stop();
    }
  });

  test(`${client}: a silent server fails the command, and is left for a new connection`, async () => {
    const connection = await connectRedis(server.url, { client, replyTimeoutMs: 200 });
    server.freeze();
    const error = await errorOf(connection.send(['PING']));
    server.thaw();
    assert.is(error.code, 'ERR_OXBOW_REDIS_SILENT');
    await until('it answers again', () =>
      connection.send(['PING']).then(
        () => true,
        () => false,
      ),
    );
    await connection.close();
  });
}

test('opens connections like a client of the user, which stays as it is', async () => {
  const ioredis = new Redis(server.port, { db: 3 });
  const nodeRedis = await createClient({ url: `${server.url}/3` }).connect();
  try {
    for (const client of [ioredis, nodeRedis]) {
      const connection = await connectRedis(client);
      await connection.send(['SET', 'mine', '1']);
      assert.match(String(await connection.send(['CLIENT', 'INFO'])), 'db=3');
      await connection.close();
    }
    assert.equal([await ioredis.get('mine'), await nodeRedis.get('mine')], ['1', '1']);
  } finally {
    ioredis.disconnect();
    nodeRedis.destroy();
  }
});

test('refuses what is no server, no library and no time', async () => {
  assert.is((await errorOf(connectRedis({}))).code, 'ERR_OXBOW_REDIS_OPTION');
  assert.is(
    (await errorOf(connectRedis(server.url, { client: 'redis' as 'ioredis' }))).code,
    'ERR_OXBOW_REDIS_OPTION',
  );
  assert.is((await errorOf(connectRedis(server.url, { replyTimeoutMs: 0 }))).code, 'ERR_OXBOW_REDIS_OPTION');
  assert.match(
    (await errorOf(connectRedis('redis+cluster://h', { client: '@redis/client' }))).message,
    'ioredis',
  );
});

test('tells what the server is', () =>
  connected('ioredis', async (connection) => {
    const facts = await checkServer(connection, 'k');
    assert.ok(Number.parseInt(facts.version, 10) >= 7);
    assert.is(facts.runId.length, 40);
    assert.equal([facts.maxMemoryBytes, facts.hasAppendOnlyFile], [Number.POSITIVE_INFINITY, false]);
  }));

test('refuses a server that evicts, and one that is a replica', async () => {
  const evicting = await ThrowawayServer.start({
    args: ['--maxmemory', '50mb', '--maxmemory-policy', 'allkeys-lru'],
  });
  const replica = await ThrowawayServer.start({ args: ['--replicaof', '127.0.0.1', String(server.port)] });
  const faults: string[] = [];
  for (const { url } of [evicting, replica]) {
    const connection = await connectRedis(url);
    faults.push((await errorOf(checkServer(connection, 'k'))).code);
    await connection.close();
  }
  assert.equal(faults, ['ERR_OXBOW_REDIS_EVICTION', 'ERR_OXBOW_REDIS_REPLICA']);
  await evicting.stop();
  await replica.stop();
});

test('refuses a server whose scripts have no flags: it is older than 7.0', async () => {
  const old = {
    send: () =>
      Promise.reject(
        new Error("ERR Error compiling script (new function): user_script:1: unexpected symbol near '#'"),
      ),
  };
  assert.is((await errorOf(checkServer(old, 'k'))).code, 'ERR_OXBOW_REDIS_VERSION');
});

test.run();
