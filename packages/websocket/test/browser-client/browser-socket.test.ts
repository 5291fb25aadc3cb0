// covers: src/browser-client/browser-socket.ts, src/browser-client/exchange.ts, src/browser-client/connect.ts
// covers: src/browser-client/line.ts, src/browser-client/callbacks.ts, src/browser-client/message-input.ts
// covers: src/browser-client/browser-options.ts, src/browser-client/browser-socket-error.ts
import { assert, suite } from '@oxbow/testkit';
import {
  BROWSER_DEFAULTS,
  type BrowserConnectOptions,
  BrowserSocketError,
  connect,
} from '../../src/browser.ts';
import { seal, unseal } from '../../src/envelope/envelope.ts';
import { STABLE_AFTER_MS } from '../../src/envelope/reconnecting.ts';
import { fakeTimers, fakeWebSockets } from '../fixtures/fake-web-socket.ts';

function opened(options: BrowserConnectOptions & { readonly url?: () => Promise<string> } = {}) {
  const { WebSocket, made } = fakeWebSockets();
  const timers = fakeTimers();
  const { reconnect = true } = options;
  const longest = { random: () => 1, ...(reconnect === true ? {} : reconnect || {}) };
  const { url = 'ws://server/', ...rest } = options;
  let wake = () => {};
  const wakes = (onWake: () => void) => {
    wake = onWake;
    return () => {};
  };
  const errors: unknown[] = [];
  const onError = (error: unknown) => errors.push(error);
  const common = { WebSocket, timers, wakes, onError, heartbeat: false as const };
  const socket = connect(url, { ...common, ...rest, reconnect: reconnect && longest });
  return { socket, made, timers, errors, wake: () => wake() };
}

async function code(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'no error',
    (error: unknown) => (error instanceof BrowserSocketError ? error.code : String(error)),
  );
}

const connecting = suite('connecting');

connecting('begins at once, with the subprotocols, for binary as bytes', () => {
  const { socket, made } = opened({ protocols: ['chat'] });
  assert.equal([made[0]!.url, socket.status, socket.subprotocol], ['ws://server/', 'connecting', 'chat']);
  assert.is(made[0]!.binaryType, 'arraybuffer');
  made[0]!.open();
  assert.is(socket.status, 'open');
});

connecting('an attempt that takes too long is a lost one', () => {
  const { socket, made, timers } = opened();
  timers.advance(BROWSER_DEFAULTS.connectTimeoutMs);
  assert.is(socket.status, 'waiting');
  assert.equal(made[0]!.closedWith, [undefined, undefined]);
});

connecting('again after growing waits, from the start after a success', () => {
  const { socket, made, timers } = opened({ reconnect: { baseMs: 100, maxMs: 300 } });
  const statuses: string[] = [];
  socket.onStatus((status) => statuses.push(status));
  for (const waitMs of [100, 200, 300, 300]) {
    made.at(-1)!.lose(1006);
    timers.advance(waitMs - 1);
    assert.is(socket.status, 'waiting');
    timers.advance(1);
    assert.is(socket.status, 'connecting');
  }
  made.at(-1)!.open();
  timers.advance(STABLE_AFTER_MS);
  made.at(-1)!.lose(1012, true);
  timers.advance(100);
  assert.is(made.length, 6);
  assert.equal(statuses.slice(-4), ['connecting', 'open', 'waiting', 'connecting']);
});

connecting('a server that accepts and closes at once is asked ever more rarely', () => {
  const { made, timers } = opened({ reconnect: { baseMs: 500 } });
  for (let passed = 0; passed < 12_000; passed += 100) {
    if (made.at(-1)!.onopen !== null && made.at(-1)!.closedWith === undefined) {
      made.at(-1)!.open();
      made.at(-1)!.lose(1013, true);
      made.at(-1)!.closedWith = [1013, ''];
    }
    timers.advance(100);
  }
  assert.ok(made.length <= 8, `${made.length} connections in 12 s`);
});

connecting('the address may be a function, asked at every attempt', async () => {
  let asked = 0;
  const { made, timers, socket } = opened({
    url: async () => `ws://server/?token=${(asked += 1)}`,
    reconnect: { baseMs: 1 },
  });
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  await turn();
  made[0]!.open();
  made[0]!.lose(1006);
  timers.advance(1);
  await turn();
  assert.equal(
    made.map(({ url }) => url),
    ['ws://server/?token=1', 'ws://server/?token=2'],
  );
  assert.is(socket.url, 'ws://server/?token=2');
});

connecting('a function for the address that fails is an attempt that fails', async () => {
  const { timers, socket, errors } = opened({
    url: () => Promise.reject(new Error('no token')),
    reconnect: { baseMs: 5 },
  });
  await new Promise((resolve) => setImmediate(resolve));
  assert.is(socket.status, 'waiting');
  assert.is((errors[0] as Error).message, 'no token');
  void socket.close();
  assert.is(timers.pending, 0);
});

connecting('reconnect() tries at once, waiting or not', () => {
  const { socket, made, timers } = opened();
  made[0]!.lose(1006);
  socket.reconnect();
  assert.equal([made.length, socket.status], [2, 'connecting']);
  made[1]!.open();
  socket.reconnect();
  assert.equal([made.length, socket.status], [3, 'connecting']);
  assert.equal(made[1]!.closedWith, [undefined, undefined]);
  made[2]!.open();
  void socket.close();
  made[2]!.lose(1000, true);
  socket.reconnect();
  assert.equal([made.length, socket.status, timers.pending], [3, 'closed', 0]);
});

connecting('when the network or the page comes back it does not wait any longer', () => {
  const { socket, made, wake } = opened();
  made[0]!.lose(1006);
  wake();
  assert.equal([made.length, socket.status], [2, 'connecting']);
});

connecting('not after a goodbye, not when switched off, and no more than maxAttempts', async () => {
  const goodbye = opened();
  goodbye.made[0]!.open();
  goodbye.made[0]!.lose(1000, true, 'bye');
  assert.equal(await goodbye.socket.closed, { code: 1000, reason: 'bye', wasClean: true });
  const off = opened({ reconnect: false });
  off.made[0]!.lose(1006);
  assert.is(off.socket.status, 'closed');
  const limited = opened({ reconnect: { maxAttempts: 2, baseMs: 1 } });
  for (let i = 0; i < 3; i += 1) {
    limited.made[i]!.lose(1006);
    limited.timers.advance(10);
  }
  assert.equal([limited.socket.status, limited.made.length], ['closed', 3]);
  for (const { timers } of [goodbye, off, limited]) assert.is(timers.pending, 0);
});

connecting('what an old connection still says is ignored', () => {
  const { socket, made, timers } = opened({ reconnect: { baseMs: 1 } });
  const got: unknown[] = [];
  socket.onMessage((message) => got.push(message));
  made[0]!.lose(1006);
  timers.advance(1);
  made[1]!.open();
  made[0]!.message('late');
  made[0]!.lose(1000, true);
  assert.equal([got, socket.status], [[], 'open']);
});

connecting('an option it does not know, a bad value and a host without WebSocket are refused', () => {
  const { WebSocket } = fakeWebSockets();
  for (const bad of [
    { protocol: [] },
    { maxQueuedBytes: 0 },
    { reconnect: { delay: 3 } },
    { reconnect: { baseMs: -1 } },
  ]) {
    assert.throws(
      () => connect('ws://x', { WebSocket, ...bad } as never),
      (error: unknown) => error instanceof BrowserSocketError,
    );
  }
});

connecting.run();

const sending = suite('sending from a page');

sending('goes straight to the browser while open', async () => {
  const { socket, made } = opened();
  made[0]!.open();
  await socket.send('a');
  await socket.send(Uint8Array.of(1));
  assert.equal(made[0]!.sent, ['a', Uint8Array.of(1)]);
});

sending('waits for the connection, in order, and for the next one', async () => {
  const { socket, made, timers } = opened({ reconnect: { baseMs: 1 } });
  const bytes = Uint8Array.of(1);
  const sends = [socket.send('a'), socket.send(bytes)];
  bytes[0] = 9;
  assert.is(socket.bufferedBytes, 2);
  made[0]!.open();
  await Promise.all(sends);
  assert.equal(made[0]!.sent, ['a', Uint8Array.of(1)]);
  made[0]!.lose(1006);
  const later = socket.send('b');
  timers.advance(1);
  made[1]!.open();
  await later;
  assert.equal(made[1]!.sent, ['b']);
});

sending('beyond maxQueuedBytes it is refused, at the byte', async () => {
  const { socket } = opened({ maxQueuedBytes: 10 });
  socket.send('12345678').catch(() => {});
  socket.send('90').catch(() => {});
  assert.is(await code(socket.send('x')), 'ERR_OXBOW_WS_SEND_QUEUE_FULL');
});

sending('waits while the browser holds 256 KiB', async () => {
  const { socket, made, timers } = opened();
  made[0]!.open();
  made[0]!.bufferedAmount = 262_144;
  const sent = socket.send('a');
  timers.advance(20);
  assert.equal(made[0]!.sent, []);
  made[0]!.bufferedAmount = 0;
  timers.advance(20);
  await sent;
  assert.equal(made[0]!.sent, ['a']);
});

sending('what a status callback sends at open goes before what waited', async () => {
  const { socket, made } = opened();
  void socket.send('waited');
  socket.onStatus((status) => {
    if (status === 'open') void socket.send('who I am');
  });
  made[0]!.open();
  assert.equal(made[0]!.sent, ['who I am', 'waited']);
});

sending('what is no message is refused at once, open or not', () => {
  const { socket, made } = opened();
  for (const bad of [{ a: 1 }, 5, null, undefined, [1]]) {
    assert.throws(
      () => socket.send(bad as never),
      (error: unknown) => error instanceof BrowserSocketError && error.code === 'ERR_OXBOW_WS_INPUT',
    );
    assert.throws(() => socket.request(bad as never), /message/);
  }
  made[0]!.open();
  assert.throws(() => socket.send({} as never), /codec/);
  assert.equal(made[0]!.sent, []);
});

sending('values of a codec: JSON as text, others as bytes', async () => {
  const { socket, made } = opened();
  made[0]!.open();
  const encode = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
  await socket.send({ a: 1 }, { contentType: 'application/json', encode });
  await socket.send(7, { contentType: 'application/octet-stream', encode });
  assert.equal(made[0]!.sent, ['{"a":1}', Uint8Array.of(55)]);
});

sending.run();

const callbacks = suite('callbacks of a page that throw');

callbacks('change nothing for the socket or for each other', () => {
  const { socket, made, errors } = opened();
  const heard: unknown[] = [];
  const bug = () => {
    throw new Error('a bug');
  };
  socket.onStatus(bug);
  socket.onStatus((status) => heard.push(status));
  socket.onMessage(bug);
  socket.onMessage((message) => heard.push(message));
  made[0]!.open();
  made[0]!.message('m');
  made[0]!.lose(1006);
  assert.equal(heard, ['open', 'm', 'waiting']);
  assert.is(errors.length, 3);
});

callbacks.run();

const reading = suite('reading in a page');

reading('for await gets what came before and goes on across connections', async () => {
  const { socket, made, timers } = opened({ reconnect: { baseMs: 1 } });
  made[0]!.open();
  made[0]!.message('a');
  made[0]!.message(Uint8Array.of(1));
  const got: unknown[] = [];
  const done = (async () => {
    for await (const message of socket) got.push(message);
  })();
  await new Promise((resolve) => setImmediate(resolve));
  made[0]!.lose(1006);
  timers.advance(1);
  made[1]!.open();
  made[1]!.message('b');
  made[1]!.lose(1000, true);
  await done;
  assert.equal(got, ['a', Uint8Array.of(1), 'b']);
});

reading('a callback gets messages until it is taken off', () => {
  const { socket, made } = opened();
  const got: unknown[] = [];
  const off = socket.onMessage((message) => got.push(message));
  made[0]!.open();
  made[0]!.message('a');
  off();
  made[0]!.message('b');
  assert.equal(got, ['a']);
});

reading('beyond maxUnreadMessages the oldest are dropped, and counted', async () => {
  const { socket, made } = opened({ maxUnreadMessages: 2 });
  made[0]!.open();
  for (const text of ['a', 'b', 'c']) made[0]!.message(text);
  made[0]!.lose(1000, true);
  const got: unknown[] = [];
  for await (const message of socket) got.push(message);
  assert.equal([got, socket.dropped], [['b', 'c'], 1]);
});

reading.run();

const requests = suite('acknowledged messages in a page');

requests('are numbered, and end with their reply', async () => {
  const { socket, made, timers } = opened();
  made[0]!.open();
  const answer = socket.request('question');
  const envelope = unseal(made[0]!.sent[0] as Uint8Array)!;
  assert.equal([envelope.kind, new TextDecoder().decode(envelope.payload)], ['request', 'question']);
  made[0]!.message(seal('reply', envelope.id, new TextEncoder().encode('answer'), 'text'));
  assert.is(await answer, 'answer');
  assert.is(timers.pending, 0);
});

requests('fail when refused, late, lost or closed', async () => {
  const { socket, made, timers } = opened({ reconnect: { baseMs: 1 } });
  made[0]!.open();
  const refused = code(socket.request('x'));
  made[0]!.message(seal('refusal', 1, new Uint8Array(0), 'none'));
  assert.is(await refused, 'ERR_OXBOW_WS_REQUEST_REFUSED');
  const late = code(socket.request('x', { timeoutMs: 50 }));
  timers.advance(50);
  assert.is(await late, 'ERR_OXBOW_WS_REQUEST_TIMEOUT');
  const lost = code(socket.request('x'));
  made[0]!.lose(1006);
  assert.is(await lost, 'ERR_OXBOW_WS_CLOSED');
  void socket.close();
  assert.is(await code(socket.request('x')), 'ERR_OXBOW_WS_CLOSED');
});

requests('of the server are answered: by the responder, or by delivery', async () => {
  const { socket, made } = opened();
  made[0]!.open();
  const got: unknown[] = [];
  socket.onMessage((message) => got.push(message));
  const ask = (id: number) => made[0]!.message(seal('request', id, new TextEncoder().encode('q'), 'text'));
  ask(1);
  socket.respond(() => 'a');
  ask(2);
  socket.respond(() => {
    throw new Error('no');
  });
  ask(3);
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(got, ['q']);
  const answers = made[0]!.sent.map((sent) => unseal(sent as Uint8Array)!).sort((a, b) => a.id - b.id);
  assert.equal(
    answers.map(({ kind, id, content }) => [kind, id, content]),
    [
      ['reply', 1, 'none'],
      ['reply', 2, 'text'],
      ['refusal', 3, 'text'],
    ],
  );
});

requests('data that looks like an envelope travels in one', async () => {
  const { socket, made } = opened();
  made[0]!.open();
  const tricky = seal('reply', 7, Uint8Array.of(1), 'binary');
  await socket.send(tricky);
  const literal = unseal(made[0]!.sent[0] as Uint8Array)!;
  assert.equal([literal.kind, literal.payload], ['literal', tricky]);
  const got: unknown[] = [];
  socket.onMessage((message) => got.push(message));
  made[0]!.message(made[0]!.sent[0] as Uint8Array);
  assert.equal(got, [tricky]);
});

requests.run();

const closing = suite('closing in a page');

closing('closes the connection, waits for its end, and ends everything', async () => {
  const { socket, made, timers } = opened();
  made[0]!.open();
  const closed = socket.close(4000, 'done');
  assert.equal(made[0]!.closedWith, [4000, 'done']);
  assert.is(await code(socket.send('late')), 'ERR_OXBOW_WS_CLOSED');
  made[0]!.lose(4000, true, 'done');
  assert.equal(await closed, { code: 4000, reason: 'done', wasClean: true });
  assert.equal([socket.status, timers.pending], ['closed', 0]);
  assert.equal(await socket.close(), await closed);
});

closing('between two attempts it ends at once, and what waits is told', async () => {
  const { socket, made, timers } = opened();
  made[0]!.lose(1006);
  const waiting = code(socket.send('x'));
  assert.is((await socket.close()).code, 1006);
  assert.is(await waiting, 'ERR_OXBOW_WS_CLOSED');
  assert.is(timers.pending, 0);
});

closing('a server that does not answer is not waited for', async () => {
  const { socket, made, timers } = opened();
  made[0]!.open();
  const closed = socket.close();
  timers.advance(BROWSER_DEFAULTS.connectTimeoutMs);
  assert.is((await closed).code, 1006);
});

closing('a code a page may not send leaves everything as it was', () => {
  const { socket, made } = opened();
  made[0]!.open();
  assert.throws(() => socket.close(1001), /InvalidAccess/);
  assert.is(socket.status, 'open');
});

closing.run();
