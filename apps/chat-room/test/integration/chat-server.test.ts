import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { msgpack } from '@oxbow/codec/msgpack';
import { assert, suite, until } from '@oxbow/testkit';
import { connect, memoryBroker, type Socket, type TopicBroker } from '@oxbow/websocket';
import type { ChatMessage, Reply } from '../../src/chat-message.ts';
import { ChatServer, type SideRequest } from '../../src/chat-server.ts';
import { MemberLoad } from '../../src/member-load.ts';
import { ReaderRace } from '../../src/reader-race.ts';
import { MAX_ROOMS } from '../../src/room-list.ts';

interface Context {
  http: Server;
  chat: ChatServer;
  broker: TopicBroker;
  asked: SideRequest[];
}

// covers: src/chat-server.ts, src/room-list.ts, src/room-watch.ts, src/member-load.ts, src/reader-race.ts
const test = suite<Context>('the rooms', {} as Context);

test.before.each(async (context) => {
  context.http = createServer();
  await new Promise<void>((resolve) => context.http.listen(0, '127.0.0.1', resolve));
  context.asked = [];
  context.broker = memoryBroker({ historyMessages: 500 });
  context.chat = await open(context, context.http);
});

function open({ broker, asked }: Context, http: Server): Promise<ChatServer> {
  return ChatServer.open({
    http,
    broker,
    onSideRequest: (request) => void asked.push(request),
    onError: (error) => {
      throw error;
    },
  });
}

/** Those of the test at hand: they come back by themselves until they are closed. */
const guests: Socket[] = [];

test.after.each(async ({ chat, broker, http }) => {
  await Promise.all(guests.splice(0).map((socket) => socket.close()));
  await chat.close();
  await broker.close();
  await new Promise((resolve) => http.close(resolve));
});

const codec = msgpack<unknown>();
const messages = msgpack<ChatMessage>();

interface Guest {
  readonly socket: Socket;
  readonly heard: ChatMessage[];
  readonly texts: () => readonly string[];
  ask(request: object): Promise<Reply>;
}

async function guest({ http }: Context, name: string): Promise<Guest> {
  const { port } = http.address() as AddressInfo;
  const heard: ChatMessage[] = [];
  const socket = await connect(`ws://127.0.0.1:${port}/chat?name=${name}`, {
    reconnect: { baseMs: 20, maxMs: 100 },
  });
  guests.push(socket);
  socket.subscribe((message) => void heard.push(messages.decode(message as Uint8Array)));
  return {
    socket,
    heard,
    texts: () => heard.flatMap((news) => (news.kind === 'said' ? [news.text] : [])),
    ask: async (request) => {
      const answer = await socket.request(codec.encode(request));
      return codec.decode(answer as Uint8Array) as Reply;
    },
  };
}

const enter = (room: string, isBack = false): object => ({ kind: 'enter', room, isBack });
const say = (id: string, text: string, room = 'lobby'): object => ({ kind: 'say', room, id, text });

test('who enters gets what was said, and then what is said', async (context) => {
  const ann = await guest(context, 'Ann');
  assert.equal(await ann.ask(enter('lobby')), { history: [] });
  assert.equal(await ann.ask(say('1', 'hello')), {});
  const bob = await guest(context, 'Bob');
  const { history = [] } = await bob.ask(enter('lobby'));
  assert.equal(
    history.map(({ from, text }) => `${from}: ${text}`),
    ['Ann: hello'],
  );
  await bob.ask(say('2', 'hi Ann'));
  await until('both to hear it', () => ann.texts().length === 2 && bob.texts().length === 1);
  assert.equal(bob.texts(), ['hi Ann']);
});

test('a text that is sent twice is said once', async (context) => {
  const ann = await guest(context, 'Ann');
  await ann.ask(enter('lobby'));
  await ann.ask(say('1', 'hello'));
  await ann.ask(say('1', 'hello'));
  await ann.ask(say('2', 'end'));
  await until('the end to come', () => ann.texts().includes('end'));
  assert.equal(ann.texts(), ['hello', 'end']);
});

test('who changes the room hears nothing of the first any more', async (context) => {
  const ann = await guest(context, 'Ann');
  const bob = await guest(context, 'Bob');
  await ann.ask(enter('lobby'));
  await bob.ask(enter('lobby'));
  await bob.ask(enter('garden'));
  assert.match((await bob.ask(say('0', 'too late'))).refused ?? '', 'enter lobby before');
  await ann.ask(say('1', 'only here'));
  await bob.ask(say('2', 'only there', 'garden'));
  await until('both to hear their own', () => ann.texts().length === 1 && bob.texts().length === 1);
  assert.equal([ann.texts(), bob.texts()], [['only here'], ['only there']]);
});

test('pages are told who is here, who writes, and how full each room is', async (context) => {
  const ann = await guest(context, 'Ann');
  const bob = await guest(context, 'Bob');
  await ann.ask(enter('lobby'));
  await bob.ask(enter('lobby'));
  await bob.socket.send(codec.encode({ kind: 'typing', room: 'lobby' }));
  await until('the sign of writing', () => ann.heard.some(({ kind }) => kind === 'typing'));
  assert.not(bob.heard.some(({ kind }) => kind === 'typing'));
  await context.chat.tellPeople();
  await until('the people', () => ann.heard.some(({ kind }) => kind === 'people'));
  assert.equal(
    ann.heard.find(({ kind }) => kind === 'people'),
    { kind: 'people', room: 'lobby', names: ['Ann', 'Bob'], count: 2 },
  );
  await until('the rooms', () => ann.heard.some((news) => news.kind === 'rooms' && news.rooms[0]?.[1] === 2));
});

test('servers that share a broker share their rooms, people and signs of writing', async (context) => {
  const http = createServer();
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const other = await open(context, http);
  try {
    const ann = await guest(context, 'Ann');
    const bob = await guest({ ...context, http }, 'Bob');
    await ann.ask(enter('attic'));
    assert.equal(await bob.ask(enter('attic')), { history: [] });
    await ann.ask(say('1', 'hello', 'attic'));
    await until('Bob to hear it', () => bob.texts().includes('hello'));
    await ann.ask({ kind: 'typing', room: 'attic' });
    await until('the sign of writing', () => bob.heard.some(({ kind }) => kind === 'typing'));
    assert.not(ann.heard.some(({ kind }) => kind === 'typing'));
    await Promise.all([context.chat.tellPeople(), other.tellPeople()]);
    for (const { heard } of [ann, bob]) {
      await until('the people', () => heard.some((news) => news.kind === 'people' && news.count === 2));
      await until('the room', () =>
        heard.some((news) => news.kind === 'rooms' && news.rooms.some(([name]) => name === 'attic')),
      );
    }
    await bob.socket.close();
  } finally {
    await other.close();
    await new Promise((resolve) => http.close(resolve));
  }
});

test('a restart loses nothing: who comes back goes on where it left off', async (context) => {
  const ann = await guest(context, 'Ann');
  const bob = await guest(context, 'Bob');
  const missed: (number | undefined)[] = [];
  bob.socket.onResume((event) => missed.push(event.missed));
  for (const { socket, ask } of [ann, bob]) {
    await ask(enter('lobby'));
    socket.onStatus((status) => {
      if (status === 'open') void ask(enter('lobby', true)).catch(() => {});
    });
  }
  await ann.ask(say('1', 'before'));
  await until('Bob to hear it', () => bob.texts().length === 1);
  let isSentAway = false;
  ann.socket.onStatus((status) => {
    if (status !== 'open') isSentAway = true;
  });
  const restarted = context.chat.restart();
  await until('Ann to be sent away', () => isSentAway);
  await restarted;
  assert.is(context.chat.restarts, 1);
  // It waits for the next connection, behind the entrance.
  await ann.ask(say('2', 'after'));
  await until('Bob to hear the rest', () => bob.texts().length === 2);
  assert.equal(bob.texts(), ['before', 'after']);
  assert.equal(missed, [0]);
});

test('what pages want besides is handed on; what is none is refused in words', async (context) => {
  const ann = await guest(context, 'Ann');
  await ann.ask({ kind: 'race', policy: 'latest' });
  await ann.ask({ kind: 'restart' });
  assert.equal(context.asked, [{ kind: 'race', policy: 'latest' }, { kind: 'restart' }]);
  assert.match((await ann.ask({ kind: 'dance', room: 'lobby' })).refused ?? '', 'a request is');
  const answer = await ann.socket.request(new Uint8Array([0xc1, 0xff]));
  assert.match((codec.decode(answer as Uint8Array) as Reply).refused ?? '', 'a map');
});

test('as many rooms as there may be, and one more', async (context) => {
  const ann = await guest(context, 'Ann');
  // Several, because one that asks for more than 100 things within a second is sent away.
  const others = await Promise.all(['Bob', 'Cid', 'Dan', 'Eve'].map((name) => guest(context, name)));
  for (let number = 4; number <= MAX_ROOMS; number++) {
    const asked = others[number % others.length]?.ask(enter(`room-${number}`));
    assert.is((await asked)?.refused, undefined);
  }
  assert.match((await ann.ask(enter('one-more'))).refused ?? '', 'there are 200 rooms already');
  assert.is((await ann.ask(enter('room-7'))).refused, undefined);
});

test('nobody without a name gets in', async (context) => {
  await guest(context, '%20').then(
    () => assert.unreachable(),
    (error: { status?: number }) => assert.is(error.status, 400),
  );
});

test('simulated members talk, survive a restart, and miss nothing', async ({ chat }) => {
  const load = new MemberLoad(chat.url, 60);
  try {
    await until('all to be connected', () => load.figures().connected === 60);
    await until('some texts', () => load.figures().received > 50);
    await chat.restart();
    await until('all to be back', () => load.figures().connected === 60);
    const { received } = load.figures();
    await until('more texts', () => load.figures().received > received + 50);
    assert.is(load.figures().missed, 0);
    assert.is(load.figures().members, 60);
  } finally {
    await load.close();
  }
});

test('members that are on their way in while the server restarts come in all the same', async ({ chat }) => {
  const load = new MemberLoad(chat.url, 300);
  try {
    await until('the first to be in', () => load.figures().connected > 0);
    await chat.restart();
    await until('all to be connected', () => load.figures().connected === 300);
    assert.is(load.figures().missed, 0);
  } finally {
    await load.close();
  }
});

for (const policy of ['drop-oldest', 'drop-newest', 'latest'] as const) {
  test(`${policy}: what the slow reader loses is counted, the fast one loses nothing`, async () => {
    const race = await ReaderRace.open(policy);
    try {
      await until('a loss to be found', () => race.figures().slow.missed > 0);
      const { fast, slow, published } = race.figures();
      assert.ok(slow.dropped >= slow.missed, `${slow.dropped} dropped, ${slow.missed} missed`);
      assert.ok(slow.received < fast.received);
      assert.equal([fast.missed, fast.dropped, fast.closed, slow.closed], [0, 0, 0, 0]);
      assert.ok(fast.received <= published);
    } finally {
      await race.close();
    }
  });
}

for (const policy of ['close', 'pause'] as const) {
  test(`${policy}: the slow reader is sent away and comes back`, async () => {
    const race = await ReaderRace.open(policy);
    try {
      await until('it to be sent away', () => race.figures().slow.closed > 0);
      const { received } = race.figures().slow;
      await until('it to read on', () => race.figures().slow.received > received + 20);
      assert.is(race.figures().fast.closed, 0);
    } finally {
      await race.close();
    }
  });
}

test.run();
