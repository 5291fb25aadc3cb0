// covers: src/transport/connection.ts, src/transport/map-undici-error.ts
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { assert, suite } from '@oxbow/testkit';
import {
  type HttpError,
  type RequestOptions,
  Session,
  type SessionOptions,
  type TimeoutOptions,
} from '../../src/index.ts';
import { loadOf } from '../load-of.ts';
import { ANSWER, type Fault, type FaultKind, type FaultPhase, faultServer, seeded } from './fault-server.ts';
import { eventually, httpServer } from './loopback.ts';

const test = suite('faults of a server');

/** So many seeds for each fault; `npm run soak` of the project tries more of everything. */
const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8];

const HEAD: readonly FaultPhase[] = ['nothing sent', 'status line', 'header fields'];
const BODY: readonly FaultPhase[] = ['before the body', 'body', 'end of the body'];

/** What a request must come to. */
function expected({ phase, kind }: Fault): string {
  if (kind === 'drip') return ANSWER;
  const inHead = HEAD.includes(phase);
  if (kind === 'stall')
    return inHead
      ? 'HeadersTimeoutError ERR_OXBOW_HTTP_HEADERS_TIMEOUT'
      : 'BodyTimeoutError ERR_OXBOW_HTTP_BODY_TIMEOUT';
  return inHead ? 'ReadError ERR_OXBOW_HTTP_CONNECTION_CLOSED' : 'ReadError ERR_OXBOW_HTTP_BODY_CUT_SHORT';
}

// A stall ends by the timeout of its phase, whatever that is; everything else must not come near one.
function timeoutsFor({ phase, kind }: Fault): TimeoutOptions {
  if (kind !== 'stall') return {};
  return HEAD.includes(phase) ? { headersMs: 60 } : { bodyMs: 60 };
}

async function outcomeOf(session: Session, url: string, options?: RequestOptions): Promise<string> {
  try {
    return await session.get(url, options).text();
  } catch (error) {
    const { name, code } = error as HttpError;
    return `${name} ${code}`;
  }
}

/** Runs one fault; gives what came of it and what the server did. */
async function tryFault(seed: number, fault: Fault): Promise<{ outcome: string; trace: readonly string[] }> {
  const server = await faultServer(seed, [fault]);
  const session = new Session({ retry: false });
  try {
    const outcome = await outcomeOf(session, `${server.url}/a`, { timeouts: timeoutsFor(fault) });
    await eventually(() => session.statistics().open === 0);
    assert.equal(loadOf(session), { active: 0, queued: 0, open: 0 });
    // The session is as good as new.
    assert.is(await session.get(`${server.url}/b`).text(), ANSWER);
    return { outcome, trace: server.trace };
  } finally {
    await session.close();
    await server.close();
  }
}

for (const kind of ['stall', 'reset', 'half close', 'close', 'drip'] as const) {
  for (const phase of [...HEAD, ...BODY]) {
    test(`${kind}, ${phase}: ${expected({ phase, kind })}`, async () => {
      const fault = { phase, kind };
      const runs = SEEDS.map((seed) => tryFault(seed, fault));
      for (const [at, { outcome, trace }] of (await Promise.all(runs)).entries()) {
        assert.is(outcome, expected(fault), `seed ${SEEDS[at]}: ${trace[0]}`);
      }
    });
  }
}

test('the same seed gives the same trace', async () => {
  for (const seed of SEEDS) {
    const fault = { phase: 'body', kind: 'reset' } as const;
    assert.equal(await tryFault(seed, fault), await tryFault(seed, fault));
  }
  const places = await Promise.all(SEEDS.map((seed) => tryFault(seed, { phase: 'body', kind: 'close' })));
  assert.ok(new Set(places.map(({ trace }) => trace[0])).size > SEEDS.length / 2, 'seeds differ');
});

test('with retries every fault of the head costs attempts, not the answer; a POST that may have arrived is not sent again', async () => {
  for (const seed of SEEDS) {
    const random = seeded(seed);
    const faults = [1, 2].map(() => ({
      phase: HEAD[Math.floor(random() * HEAD.length)] as FaultPhase,
      kind: (['reset', 'half close', 'close'] as const)[Math.floor(random() * 3)] as FaultKind,
    }));
    const server = await faultServer(seed, [...faults, undefined, ...faults]);
    const session = new Session({ retry: { baseMs: 1, maxMs: 1 } });
    const response = await session.get(`${server.url}/`);
    assert.is(await response.text(), ANSWER);
    assert.is(response.attempts.length, 3);
    const outcome = await session
      .post(server.url, { body: 'x' })
      .text()
      .then(
        () => 'an answer',
        (error: HttpError) => `${error.code} ${error.attempts.length}`,
      );
    assert.is(outcome, 'ERR_OXBOW_HTTP_CONNECTION_CLOSED 1');
    await session.close();
    await server.close();
  }
});

/** A server whose sockets are met by a function, before they say anything. */
async function socketServer(
  meet: (socket: Socket) => void,
): Promise<{ port: number; close(): Promise<void> }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => {}));
    meet(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

for (const [what, meet, options, code] of [
  ['stalls', () => {}, { timeouts: { connectMs: 60 } }, 'ERR_OXBOW_HTTP_CONNECT_TIMEOUT'],
  ['is reset', (socket) => socket.once('data', () => socket.resetAndDestroy()), {}, 'ERR_OXBOW_HTTP_TLS'],
  ['is closed', (socket) => socket.once('data', () => socket.end()), {}, 'ERR_OXBOW_HTTP_TLS'],
  ['is answered with noise', (socket) => socket.end(Buffer.alloc(64, 0xff)), {}, 'ERR_OXBOW_HTTP_TLS'],
] as readonly (readonly [string, (socket: Socket) => void, SessionOptions, string])[]) {
  test(`a TLS handshake that ${what}: ${code}`, async () => {
    const server = await socketServer(meet);
    const session = new Session({ retry: false, ...options });
    const outcome = await outcomeOf(session, `https://127.0.0.1:${server.port}/`);
    assert.is(outcome.split(' ')[1], code);
    assert.equal(loadOf(session), { active: 0, queued: 0, open: 0 });
    await session.close();
    await server.close();
  });
}

test('redirects without end stop at the limit, each on the one connection', async () => {
  let asked = 0;
  const server = await httpServer((_, response) => {
    response.writeHead(302, { location: `/${++asked}` }).end('moved');
  });
  const session = new Session();
  assert.is(await outcomeOf(session, server.url), 'TooManyRedirectsError ERR_OXBOW_HTTP_TOO_MANY_REDIRECTS');
  assert.is(asked, 11);
  assert.is(server.accepted(), 1);
  await session.close();
  await eventually(() => server.sockets.size === 0);
  await server.close();
});

test.run();
