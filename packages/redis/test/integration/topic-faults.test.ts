// covers: src/topics/subscriptions.ts, src/topics/audience-asker.ts, src/topics/liveness.ts, src/topics/patience.ts, src/topics/topic-scripts.ts
// Topics on a real server, with everything that can happen to it and to the wire: what is acknowledged arrives once, or a gap is told.
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { assert, skipUnless, suite, until } from '@oxbow/testkit';
import type { TopicGap, TopicMessage } from '@oxbow/websocket';
import { connectRedis, RedisConnectionError } from '../../src/index.ts';
import { type RedisBroker, type RedisBrokerOptions, redisBroker } from '../../src/topics/index.ts';
import { batchKeyOf, keysOf } from '../../src/topics/topic-keys.ts';
import { writeRecord } from '../../src/topics/topic-record.ts';
import { PUBLISH } from '../../src/topics/topic-scripts.ts';
import { CutWire } from '../fixtures/cut-wire.ts';
import { freePort, isInstalled, NEEDS_SERVER, ThrowawayServer } from '../fixtures/redis-server.ts';

interface Context {
  readonly brokers: RedisBroker[];
  readonly servers: ThrowawayServer[];
  readonly wires: CutWire[];
  readonly children: ChildProcess[];
}

const test = suite<Context>('topics when things break', {
  brokers: [],
  servers: [],
  wires: [],
  children: [],
});

test.before(() => skipUnless(isInstalled('redis-server'), NEEDS_SERVER));

test.after.each(async ({ brokers, servers, wires, children }) => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await Promise.all(brokers.splice(0).map((broker) => broker.close()));
  await Promise.all(wires.splice(0).map((wire) => wire.close()));
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

/** With `everysec`, the server may lose what it acknowledged in the last seconds, also when only its process is killed. */
const AOF = ['--appendonly', 'yes', '--appendfsync', 'always'];

async function start({ servers }: Context, args: readonly string[] = []): Promise<ThrowawayServer> {
  const server = await ThrowawayServer.start({ args });
  servers.push(server);
  return server;
}

async function wireTo({ wires }: Context, server: ThrowawayServer): Promise<CutWire> {
  const wire = await CutWire.open(server.port);
  wires.push(wire);
  return wire;
}

function open({ brokers }: Context, url: string, options: RedisBrokerOptions = {}): RedisBroker {
  const broker = redisBroker(url, {
    historyMessages: 100_000,
    historyBytes: 2 ** 30,
    onError: () => {},
    ...options,
  });
  brokers.push(broker);
  return broker;
}

interface Heard {
  readonly messages: TopicMessage[];
  readonly gaps: TopicGap[];
  readonly texts: () => readonly string[];
}

async function listen(broker: RedisBroker, topic = 't'): Promise<Heard> {
  const messages: TopicMessage[] = [];
  const gaps: TopicGap[] = [];
  await broker.subscribe(topic, {
    onMessage: (message) => void messages.push(message),
    onGap: (gap) => void gaps.push(gap),
  });
  return { messages, gaps, texts: () => messages.map(({ data }) => String(data)) };
}

/** Publishes one text after the other until told to stop. */
function talk(broker: RedisBroker, name: string): { readonly said: string[]; stop(): Promise<void> } {
  const said: string[] = [];
  let isOver = false;
  const talking = (async () => {
    for (let number = 1; !isOver; number += 1) {
      await broker.publish('t', `${name} ${number}`);
      said.push(`${name} ${number}`);
    }
  })();
  return {
    said,
    stop: async () => {
      isOver = true;
      await talking;
    },
  };
}

/** Each offset once, in order, without a hole. */
function assertWhole({ messages }: Heard): void {
  const [first] = messages;
  assert.equal(
    messages.map(({ offset }) => offset),
    messages.map((_, at) => first!.offset + at),
  );
}

test('wires cut again and again: every text arrives everywhere, once, in one order', async (context) => {
  const server = await start(context);
  const wires = [await wireTo(context, server), await wireTo(context, server)];
  const brokers = wires.map((wire, at) =>
    open(context, wire.url, { client: at === 0 ? 'ioredis' : '@redis/client' }),
  );
  const heard = await Promise.all(brokers.map((broker) => listen(broker)));
  const talks = brokers.map((broker, at) => talk(broker, `broker ${at}`));
  for (let cuts = 0; cuts < 12; cuts += 1) {
    const before = talks.map(({ said }) => said.length);
    await until('both to talk', () => talks.every(({ said }, at) => said.length > before[at]! + 20));
    wires[cuts % 2]!.cut();
  }
  await Promise.all(talks.map(({ stop }) => stop()));
  const said = talks.flatMap(({ said: texts }) => texts);
  for (const each of heard) {
    await until('everything to arrive', () => each.messages.length >= said.length);
    assertWhole(each);
    assert.equal([...each.texts()].sort(), [...said].sort());
    assert.equal(each.gaps, []);
  }
  assert.equal(heard[0]!.texts(), heard[1]!.texts());
});

/** Of how many lives of the server a follower has heard something. */
function livesOf({ messages }: Pick<Awaited<ReturnType<typeof listen>>, 'messages'>): number {
  return new Set(messages.map(({ epoch }) => epoch)).size;
}

/** Kills the server and starts it again three times while somebody talks, who is silent afterwards. */
async function throughThreeKills(
  server: Awaited<ReturnType<typeof start>>,
  talking: ReturnType<typeof talk>,
  heard: Awaited<ReturnType<typeof listen>>,
): Promise<void> {
  for (let kills = 0; kills < 3; kills += 1) {
    const before = talking.said.length;
    // Two lives of which the follower has heard nothing in between are told as one gap.
    await until('some texts of this life', () => talking.said.length > before + 20 && livesOf(heard) > kills);
    await server.kill();
    await server.start();
  }
  const before = talking.said.length;
  await until('some more', () => talking.said.length > before + 20);
  await talking.stop();
}

test('a server killed and started again from its file: told as a gap, and nothing is lost or doubled', async (context) => {
  const server = await start(context, AOF);
  const broker = open(context, server.url);
  const heard = await listen(broker);
  const talking = talk(broker, 'text');
  await throughThreeKills(server, talking, heard);
  await until('everything to arrive', () => heard.texts().includes(talking.said.at(-1)!));
  assert.equal(heard.texts(), talking.said);
  assertWhole(heard);
  // Another run of the server may have lost something: nobody can know, so it is told.
  assert.is(heard.gaps.length, 3);
  assert.equal(new Set(heard.gaps.map(({ missed }) => missed)), new Set([undefined]));
});

test('a server that forgets everything when it is killed: what was lost lies in a gap that is told', async (context) => {
  const server = await start(context);
  const broker = open(context, server.url);
  const heard = await listen(broker);
  const talking = talk(broker, 'text');
  await throughThreeKills(server, talking, heard);
  await until('the last to arrive', () => heard.texts().includes(talking.said.at(-1)!));
  assert.is(heard.gaps.length, 3);
  assert.is(new Set(heard.messages.map(({ epoch }) => epoch)).size, 4);
  const lost = talking.said.filter((text) => !heard.texts().includes(text));
  assert.ok(lost.length <= 3, `one text may be lost with each kill: ${lost.join()}`);
  assert.is(new Set(heard.texts()).size, heard.texts().length, 'none twice');
});

test('FLUSHALL is a gap, and the topic goes on', async (context) => {
  const server = await start(context);
  const broker = open(context, server.url);
  const heard = await listen(broker);
  await broker.publish('t', 'before');
  const connection = await connectRedis(server.url);
  await connection.send(['FLUSHALL']);
  await connection.close();
  await broker.publish('t', 'after');
  await broker.publish('t', 'and on');
  await until('both to arrive', () => heard.messages.length === 3);
  assert.equal(heard.texts(), ['before', 'after', 'and on']);
  assert.equal(
    heard.gaps.map(({ position, missed }) => [position.offset, missed]),
    [[0, undefined]],
  );
});

test('a replica that is promoted without the last texts: their places are given again, and that is told', async (context) => {
  const primary = await start(context);
  const replica = await start(context, [
    '--replicaof',
    '127.0.0.1',
    String(primary.port),
    '--repl-diskless-sync-delay',
    '0',
  ]);
  const wire = await CutWire.open(primary.port);
  context.wires.push(wire);
  const broker = open(context, wire.url);
  const heard = await listen(broker);
  await broker.publish('t', 'known to both');
  const control = await connectRedis(replica.url);
  await until('the replica to have it', async () => Number(await control.send(['DBSIZE'])) > 0);
  await control.send(['REPLICAOF', 'NO', 'ONE']);
  await broker.publish('t', 'lost');
  await until('both to be heard', () => heard.messages.length === 2);
  const second = open(context, replica.url);
  const there = await second.publish('t', 'in its place');
  assert.is(there.offset, 2);
  // What a client of the first server is told when it comes to the second.
  const { epoch, offset } = heard.messages[1]!;
  const history = await second.history('t', { since: { epoch, offset } });
  assert.equal([history.isComplete, history.messages.map(({ data }) => data)], [false, ['in its place']]);
  await control.close();
});

test('a connection that looks well and carries nothing is found out and replaced', async (context) => {
  const server = await start(context);
  const wire = await wireTo(context, server);
  const broker = open(context, wire.url, { probeMs: 200 });
  const heard = await listen(broker);
  const other = open(context, server.url);
  await other.publish('t', 'before');
  await until('it to be heard', () => heard.messages.length === 1);
  wire.silence();
  await other.publish('t', 'meanwhile');
  await until('it to be heard all the same', () => heard.messages.length === 2);
  assert.equal([heard.texts(), heard.gaps], [['before', 'meanwhile'], []]);
});

test('who is slow to come back to a short history is told how many it missed', async (context) => {
  const server = await start(context);
  const wire = await wireTo(context, server);
  const broker = open(context, wire.url);
  const heard = await listen(broker);
  const other = open(context, server.url, { historyMessages: 10 });
  await other.publish('t', '0');
  await until('the first', () => heard.messages.length === 1);
  wire.refuse(true);
  wire.cut();
  for (let number = 1; number <= 30; number += 1) await other.publish('t', String(number));
  wire.refuse(false);
  await until('the last', () => heard.texts().includes('30'));
  assert.equal(
    heard.gaps.map(({ missed }) => missed),
    [20],
  );
  assert.is(heard.messages.length, 11);
});

test('a text that was never announced is found within a third of the lease', async (context) => {
  const server = await start(context);
  const broker = open(context, server.url, { leaseMs: 1000 });
  const heard = await listen(broker);
  const { epoch } = await broker.publish('t', 'first');
  const keys = keysOf('ox', 't');
  const limits = ['100', '10000', '60000', '60000', '60000', '60000'];
  const control = await connectRedis(server.url);
  await PUBLISH.run(
    control,
    [keys.messages, keys.state, batchKeyOf(keys, 'somebody')],
    [
      epoch,
      '1',
      '0',
      'a channel that nobody hears',
      keys.named,
      ...limits,
      '',
      writeRecord({ data: 'silent' }),
    ],
  );
  await control.close();
  await until('it to be found', () => heard.messages.length === 2);
  assert.equal([heard.texts(), heard.gaps], [['first', 'silent'], []]);
});

test('who is cut off is counted as silent, until its lease is over', async (context) => {
  const server = await start(context);
  const wire = await wireTo(context, server);
  const [here, there] = [open(context, server.url), open(context, wire.url, { leaseMs: 1000 })];
  await Promise.all([listen(here), listen(there)]);
  const at = await here.publish('t', 'x');
  assert.equal(await here.audience('t', { at }), { servers: 2, followers: 2, silent: 0 });
  wire.refuse(true);
  wire.cut();
  const alone = await here.audience('t', { at, timeoutMs: 100 });
  assert.equal(alone, { servers: 1, followers: 1, silent: 1 });
  await until('it to be given up', async () => (await here.audience('t', { timeoutMs: 100 })).silent === 0);
  wire.refuse(false);
  await until('it to be back', async () => (await here.audience('t', { timeoutMs: 100 })).servers === 2);
});

test('a place that lies in the future is not answered for', async (context) => {
  const server = await start(context);
  const broker = open(context, server.url);
  await listen(broker);
  const { epoch, offset } = await broker.publish('t', 'x');
  const early = broker.audience('t', { at: { epoch, offset: offset + 1 } });
  const impatient = await broker.audience('t', { at: { epoch, offset: offset + 1 }, timeoutMs: 100 });
  assert.is(impatient.silent, 1);
  await broker.publish('t', 'y');
  assert.is((await early).servers, 1);
});

test('a broker that is not there is one sentence, at once; a call tries for as long as it may', async (context) => {
  const port = await freePort();
  const broker = open(context, `redis://127.0.0.1:${port}`, { timeoutMs: 300 });
  await broker.ready().then(
    () => assert.unreachable(),
    (error: Error) => {
      assert.instance(error, RedisConnectionError);
      assert.match(error.message, new RegExp(`127.0.0.1:${port}`));
      assert.not.match(error.message, /\n/);
    },
  );
  await broker.publish('t', 'x').then(
    () => assert.unreachable(),
    (error: { code?: string }) => assert.is(error.code, 'ERR_OXBOW_REDIS_UNREACHABLE'),
  );
});

test('what begins before the server does waits for it', async (context) => {
  const server = await start(context);
  await server.kill();
  const broker = open(context, server.url);
  const listening = listen(broker);
  const publishing = broker.publish('t', 'x');
  await server.start();
  assert.is((await publishing).offset, 1);
  await listening;
  await broker.publish('t', 'y');
});

test('processes killed while they publish: their texts are there as far as they were told, and they leave within their lease', async (context) => {
  const server = await start(context);
  const broker = open(context, server.url);
  const heard = await listen(broker, 'room');
  const changes: string[] = [];
  await broker.presence.watch('room', ({ kind, member }) => void changes.push(`${kind} ${member.id}`));
  const told: string[] = [];
  const spawned = ['one', 'two'].map((name) => {
    const program = fileURLToPath(new URL('../fixtures/member-process.ts', import.meta.url));
    const child = spawn(process.execPath, [program, server.url, name], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    context.children.push(child);
    createInterface({ input: child.stdout }).on(
      'line',
      (line) => void told.push(`${name} ${line.split(' ')[0]}`),
    );
    return child;
  });
  await until('both to talk', () => ['one', 'two'].every((name) => told.includes(`${name} 50`)));
  assert.equal((await broker.presence.members('room')).map(({ id }) => id).sort(), ['one', 'two']);
  spawned[0]!.kill('SIGKILL');
  await until('it to leave', () => changes.includes('leave one'));
  assert.equal(
    (await broker.presence.members('room')).map(({ id }) => id),
    ['two'],
  );
  spawned[1]!.kill('SIGKILL');
  await until('the other to leave', () => changes.includes('leave two'));
  assert.equal(await broker.presence.members('room'), []);
  assertWhole(heard);
  const texts = new Set(heard.texts());
  assert.is(texts.size, heard.messages.length, 'none twice');
  assert.equal(
    told.filter((text) => !texts.has(text)),
    [],
  );
});

test.run();
