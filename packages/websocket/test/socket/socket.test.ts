// covers: src/socket/socket.ts, src/socket/incoming.ts, src/socket/guarded-stream.ts, src/socket/message-stream.ts, src/socket/message-reader.ts, src/envelope/requests.ts, src/socket/socket-core.ts
import { json, msgpack } from '@oxbow/codec';
import { CancelledError, run, sleep, timeout, VirtualClock } from '@oxbow/loop';
import { assert, suite } from '@oxbow/testkit';
import { map, take } from 'rxjs';
import { ConnectionClosedError, RequestRefusedError, RequestTimeoutError } from '../../src/errors.ts';
import type { Message } from '../../src/socket/message.ts';
import type { Socket } from '../../src/socket/socket.ts';
import { cutPairs, socketPair } from '../fixtures/socket-pair.ts';

async function next(socket: Socket, count = 1): Promise<Message[]> {
  const messages: Message[] = [];
  for await (const message of socket) {
    messages.push(message);
    if (messages.length === count) break;
  }
  return messages;
}

async function failure(promise: PromiseLike<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('it did not fail');
}

const stream = suite('a socket as a stream');

stream('gives text as strings and binary as plain Uint8Arrays, in order', async () => {
  const { server, client } = socketPair();
  await client.send('text');
  await client.send(Buffer.from([1, 2]));
  assert.equal(await next(server, 2), ['text', Uint8Array.of(1, 2)]);
});

stream('a reader that leaves takes nothing with it; the next goes on there', async () => {
  const { server, client } = socketPair();
  for (const text of ['a', 'b', 'c']) await client.send(text);
  assert.equal(await next(server), ['a']);
  assert.equal(await next(server, 2), ['b', 'c']);
});

stream('a second reader beside the first is refused', async () => {
  const { server } = socketPair();
  const first = server.subscribe(() => {});
  const error = (await failure(server.values().next())) as { code: string };
  assert.is(error.code, 'ERR_OXBOW_STREAM_BUSY');
  first.unsubscribe();
});

stream('takes RxJS operators, and completes when the connection ends', async () => {
  const { server, client } = socketPair();
  for (const text of ['a', 'b', 'c']) await client.send(text);
  const upper = map((message: Message) => String(message).toUpperCase());
  assert.equal(await server.pipe(take(2), upper).collect(), ['A', 'B']);
  void client.close();
  assert.equal(await server.collect(), ['c']);
});

stream('knows whether it is read', async () => {
  const { server } = socketPair();
  assert.is(server.isRead, false);
  const subscription = server.subscribe(() => {});
  assert.is(server.isRead, true);
  subscription.unsubscribe();
  assert.is(server.isRead, false);
});

stream('a peer that sends without end is held back while nobody reads', async () => {
  const { server, client } = socketPair({ maxBufferedBytes: 10_000 });
  let sent = 0;
  while (sent < 500 && client.trySend('x'.repeat(1_000))) {
    sent += 1;
    await new Promise((resolve) => setImmediate(resolve));
  }
  await client.send('end');
  let received = 0;
  for await (const message of server) {
    if (message === 'end') break;
    received += 1;
  }
  assert.is(received, sent);
});

stream('messages(codec) decodes each message, text or binary', async () => {
  const { server, client } = socketPair();
  await client.send(msgpack<{ n: number }>().encode({ n: 1 }));
  for await (const value of server.messages(msgpack<{ n: number }>())) {
    assert.equal(value, { n: 1 });
    break;
  }
  await client.send('{"n":2}');
  for await (const value of server.messages(json<{ n: number }>())) {
    assert.equal(value, { n: 2 });
    break;
  }
});

stream('a message that does not decode ends that stream with the codec’s error', async () => {
  const { server, client } = socketPair();
  await client.send('{');
  const error = (await failure(server.messages(json()).collect())) as { code: string };
  assert.match(error.code, /^ERR_OXBOW_CODEC_/);
  assert.is(server.isOpen, true);
});

stream.after.each(cutPairs);
stream.run();

const closing = suite('closing a socket');

closing('closed tells both sides how it ended', async () => {
  const { server, client } = socketPair();
  const info = await client.close(4000, 'done');
  assert.equal(info, { code: 4000, reason: '', wasClean: true, initiator: 'local' });
  assert.equal(await server.closed, { code: 4000, reason: 'done', wasClean: true, initiator: 'remote' });
});

closing('a handler that only waits for the end sees it, though nobody reads', async () => {
  const { server, client } = socketPair();
  await client.send('unread');
  void client.close();
  assert.is((await server.closed).code, 1000);
});

closing('send after the end rejects, trySend says no, close resolves again', async () => {
  const { server, client } = socketPair();
  await client.close();
  assert.instance(await failure(client.send('late')), ConnectionClosedError);
  assert.is(client.trySend('late'), false);
  assert.is((await client.close()).code, 1000);
  assert.is((await server.close()).code, 1000);
});

closing('terminate leaves 1006', async () => {
  const { server, client } = socketPair();
  server.terminate();
  assert.equal([(await server.closed).code, (await client.closed).code], [1006, 1006]);
});

closing('asyncDispose closes with 1000', async () => {
  const { server, client } = socketPair();
  await client[Symbol.asyncDispose]();
  assert.is((await server.closed).code, 1000);
});

closing('what is no message and no code is refused at the door', () => {
  const { client } = socketPair();
  assert.throws(() => client.send({} as never), /codec/);
  assert.throws(() => client.close(999), /999/);
  assert.throws(() => client.join('topic'), /server/);
  assert.throws(() => client.request('x', { timeoutms: 3 } as never), /timeoutMs/);
});

closing('a socket that is over joins no topic', async () => {
  const joined: string[] = [];
  const topics = {
    join: async (_member: unknown, name: string) => {
      joined.push(name);
      return { position: { epoch: 'e', offset: 0 }, isComplete: true };
    },
    leave: () => {},
    leaveAll: () => {},
    resume: () => {},
    publishFrom: () => Promise.reject(new Error('not here')),
    topicsOf: () => [],
  };
  const { server, client } = socketPair({}, { topics });
  await server.join('open');
  await client.close();
  await server.closed;
  assert.instance(await failure(server.join('room')), ConnectionClosedError);
  assert.equal(joined, ['open']);
});

closing.after.each(cutPairs);
closing.run();

const users = suite('what the user’s functions throw');

users('a subscriber that throws closes its connection with 1011, and the owner is told', async () => {
  const errors: unknown[] = [];
  const { server, client } = socketPair({}, { onError: (error) => errors.push(error) });
  server.subscribe((message) => JSON.parse(message as string));
  await client.send('{');
  assert.is((await client.closed).code, 1011);
  assert.instance(errors[0], SyntaxError);
});

users('behind operators too, and a promise that rejects', async () => {
  const errors: string[] = [];
  const onError = (error: unknown) => errors.push((error as Error).message);
  const throwing = (text: string) => () => {
    throw new Error(text);
  };
  const inOperator = socketPair({}, { onError });
  inOperator.server.pipe(map(throwing('in map'))).subscribe();
  await inOperator.client.send('x');
  await inOperator.client.closed;
  const behind = socketPair({}, { onError });
  behind.server.pipe(map((message) => message)).subscribe({ next: throwing('in next') });
  await behind.client.send('x');
  await behind.client.closed;
  const late = socketPair({}, { onError });
  late.server.subscribe(async () => {
    throw new Error('in a promise');
  });
  await late.client.send('x');
  await late.client.closed;
  assert.equal(errors, ['in map', 'in next', 'in a promise']);
});

users('an error that a subscriber wants to hear of is its own', async () => {
  const errors: unknown[] = [];
  const { server, client } = socketPair({}, { onError: (error) => errors.push(error) });
  const heard = new Promise<unknown>((resolve) => {
    server
      .pipe(
        map(() => {
          throw new Error('mine');
        }),
      )
      .subscribe({ error: resolve });
  });
  await client.send('x');
  assert.is(((await heard) as Error).message, 'mine');
  assert.equal([errors, server.isOpen], [[], true]);
});

users('a responder that fails is told to the owner, not to the peer', async () => {
  const errors: string[] = [];
  const { server, client } = socketPair({}, { onError: (error) => errors.push((error as Error).message) });
  server.respond(() => {
    throw new Error('a secret');
  });
  assert.instance(await failure(client.request('x')), RequestRefusedError);
  server.respond(() => ({ not: 'a message' }) as never);
  assert.instance(await failure(client.request('x')), RequestRefusedError);
  assert.is(errors[0], 'a secret');
  assert.match(errors[1]!, /object/);
});

users.after.each(cutPairs);
users.run();

const typed = suite('values of a codec');

typed('JSON travels as text, msgpack as binary', async () => {
  const { server, client } = socketPair();
  await client.send({ n: 1 }, json());
  assert.equal(await next(server), ['{"n":1}']);
  assert.is(client.trySend({ n: 2 }, msgpack()), true);
  const [bytes] = await next(server);
  assert.equal(msgpack().decode(bytes as Uint8Array), { n: 2 });
  assert.throws(() => client.send({ n: 1 }, {} as never), /codec/);
});

const positive = {
  '~standard': {
    version: 1 as const,
    vendor: 'test',
    validate: (value: unknown) =>
      typeof (value as { n?: unknown }).n === 'number'
        ? { value: value as { n: number } }
        : { issues: [{ message: 'must be a number', path: ['n'] }] },
  },
};

typed('are checked by a schema as they come', async () => {
  const { server, client } = socketPair();
  await client.send({ n: 1 }, json());
  for await (const value of server.messages(json(), positive)) {
    assert.equal(value, { n: 1 });
    break;
  }
  await client.send({ n: 'one' }, json());
  const error = await failure(server.messages(json(), positive).collect());
  assert.match((error as Error).message, /at n: must be a number/);
});

typed.after.each(cutPairs);
typed.run();

const cancelling = suite('cancelling what waits on a socket');

cancelling('a cancelled read ends with CancelledError, and the next reader misses nothing', async () => {
  await run(async () => {
    const { server, client } = socketPair();
    const error = await failure(timeout(5, async () => next(server)));
    assert.is((error as { code: string }).code, 'ERR_OXBOW_LOOP_TIMEOUT');
    await client.send('after');
    assert.equal(await next(server), ['after']);
  });
});

cancelling('a cancelled close does not undo the closing', async () => {
  await run(async () => {
    const { server } = socketPair({}, {});
    const error = await failure(
      timeout(0.001, async () => {
        await server.close();
        await sleep(1_000);
      }),
    );
    assert.ok(!(error instanceof CancelledError));
    assert.is(server.isOpen, false);
  });
});

cancelling.after.each(cutPairs);
cancelling.run();

const requests = suite('acknowledged messages');

requests('a request is delivered like a message, and acknowledged when the reader has taken it', async () => {
  const { server, client } = socketPair();
  let isAcknowledged = false;
  const request = client.request('are you there?').then((reply) => {
    isAcknowledged = true;
    return reply;
  });
  for (let i = 0; i < 10; i += 1) await new Promise((resolve) => setImmediate(resolve));
  assert.is(isAcknowledged, false, 'nobody has read it');
  assert.equal(await next(server), ['are you there?']);
  assert.is(await request, undefined);
});

requests('a reader that is busy with another message has not taken it', async () => {
  const { server, client } = socketPair();
  const reader = server[Symbol.asyncIterator]();
  const first = reader.next();
  await client.send('first');
  await first;
  const acknowledged: string[] = [];
  void client.request('second').then(() => acknowledged.push('second'));
  void client.request('third').then(() => acknowledged.push('third'));
  for (let i = 0; i < 10; i += 1) await new Promise((resolve) => setImmediate(resolve));
  assert.equal(acknowledged, []);
  await reader.next();
  for (let i = 0; i < 10; i += 1) await new Promise((resolve) => setImmediate(resolve));
  assert.equal(acknowledged, ['second']);
  await reader.next();
  for (let i = 0; i < 10; i += 1) await new Promise((resolve) => setImmediate(resolve));
  assert.equal(acknowledged, ['second', 'third']);
  await reader.return?.();
});

requests('one that nobody reads before the connection ends fails', async () => {
  const { server, client } = socketPair();
  const waiting = failure(client.request('x'));
  await new Promise((resolve) => setImmediate(resolve));
  server.terminate();
  assert.instance(await waiting, ConnectionClosedError);
});

requests('so many are answered at once; the others wait unread', async () => {
  const { server, client } = socketPair({ maxConcurrentRequests: 2 });
  let inside = 0;
  let most = 0;
  const finish: (() => void)[] = [];
  server.respond(async (data) => {
    inside += 1;
    most = Math.max(most, inside);
    await new Promise<void>((resolve) => finish.push(resolve));
    inside -= 1;
    return data;
  });
  const all = Promise.all(Array.from({ length: 7 }, (_, i) => client.request(String(i))));
  let answered = false;
  void all.then(() => {
    answered = true;
  });
  while (!answered) {
    await new Promise((resolve) => setImmediate(resolve));
    finish.shift()?.();
  }
  assert.equal(await all, ['0', '1', '2', '3', '4', '5', '6']);
  assert.is(most, 2);
});

requests('a responder answers instead', async () => {
  const { server, client } = socketPair();
  server.respond((data) => (typeof data === 'string' ? `${data}!` : data));
  assert.is(await client.request('hello'), 'hello!');
  assert.equal(await client.request(Uint8Array.of(1, 2)), Uint8Array.of(1, 2));
});

requests('many at once find their own answers', async () => {
  const { server, client } = socketPair();
  client.respond(async (data) => {
    for (let turn = 0; turn < Number(data) % 3; turn++) await new Promise((resolve) => setImmediate(resolve));
    return `re ${String(data)}`;
  });
  const answers = await Promise.all(Array.from({ length: 50 }, (_, i) => server.request(String(i))));
  assert.equal(
    answers,
    Array.from({ length: 50 }, (_, i) => `re ${i}`),
  );
});

requests('a responder that fails refuses, and does not tell why', async () => {
  const { server, client } = socketPair();
  server.respond(() => {
    throw new Error('a secret');
  });
  const error = await failure(client.request('x'));
  assert.instance(error, RequestRefusedError);
  assert.not.match((error as Error).message, /secret/);
});

requests('one that is not acknowledged in time fails', async () => {
  await run(
    async () => {
      const { server, client } = socketPair();
      server.respond(() => new Promise<undefined>(() => {}));
      const error = await failure(client.request('x', { timeoutMs: 5_000 }));
      assert.instance(error, RequestTimeoutError);
      assert.is((error as RequestTimeoutError).timeoutMs, 5_000);
      server.terminate();
      await client.closed;
    },
    { clock: new VirtualClock() },
  );
});

requests('those that wait end with the connection', async () => {
  const { server, client } = socketPair();
  server.respond(() => new Promise<undefined>(() => {}));
  const waiting = failure(client.request('x'));
  await new Promise((resolve) => setImmediate(resolve));
  server.terminate();
  assert.instance(await waiting, ConnectionClosedError);
});

requests('data that looks like an envelope arrives as it is', async () => {
  const { server, client } = socketPair();
  const tricky = Uint8Array.of(0xf5, 0x6f, 0x78, 0x62, 0x6f, 0x77, 0xff, 0x00, 2, 2, 0, 0, 0, 1);
  await client.send(tricky);
  assert.equal(await next(server), [tricky]);
  const wrongKind = Uint8Array.from(tricky);
  wrongKind[8] = 9;
  await client.send(wrongKind);
  assert.equal(await next(server), [wrongKind]);
});

requests.after.each(cutPairs);
requests.run();
