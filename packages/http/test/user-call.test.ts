import { currentLoop, run, sleep, until, VirtualClock } from '@oxbow/loop';
import { assert, suite } from '@oxbow/testkit';
import {
  type CacheEntry,
  type CacheStore,
  type CookieStore,
  MockTransport,
  Session,
  type StandardSchema,
} from '../src/index.ts';
import { callUser, callUserOn } from '../src/user-call.ts';
import { rejectionOf } from './rejection.ts';

const test = suite('calls of the user');

test('a call from a callback runs on its loop, before and after it waits', () =>
  run(
    async () => {
      const loop = currentLoop();
      const seen: boolean[] = [];
      const value = await new Promise((resolve, reject) => {
        loop.callSoon(() => {
          const call = callUser(async () => {
            seen.push(currentLoop() === loop);
            await sleep(5);
            seen.push(currentLoop() === loop);
            return 'value';
          }, 'a call');
          call.then(resolve, reject);
        });
      });
      assert.is(value, 'value');
      assert.equal(seen, [true, true]);
    },
    { clock: new VirtualClock() },
  ));

test('what never settles can be cancelled, what throws fails', () =>
  run(async () => {
    const stuck = callUser(() => new Promise(() => {}), 'stuck');
    await sleep(0);
    stuck.cancel();
    assert.is((await rejectionOf(stuck)).name, 'CancelledError');
    const failing = callUser(() => {
      throw new Error('no');
    }, 'failing');
    assert.is((await rejectionOf(failing)).message, 'no');
    assert.is(await callUser(() => 5, 'plain'), 5);
  }));

test('a call from anywhere runs on the loop it is given, and directly where that has ended', async () => {
  const loop = await run(
    async () => {
      const own = currentLoop();
      const outside = () =>
        callUserOn(own, async () => (await sleep(60_000), currentLoop() === own), 'a call');
      // A promise's callback, outside of every task.
      const waited = await new Promise((resolve) => void setImmediate(() => void outside().then(resolve)));
      assert.is(waited, true);
      return own;
    },
    { clock: new VirtualClock() },
  );
  assert.is(await callUserOn(loop, () => 5, 'a call'), 5);
  assert.is(
    (await rejectionOf(callUserOn(loop, () => Promise.reject(new Error('no')), 'a call'))).message,
    'no',
  );
});

/** Everything of a user's that a session calls, each with a wait of an hour in it. */
function userCode(seen: string[]) {
  const loop = currentLoop();
  const here = (name: string): void => {
    if (currentLoop() !== loop) seen.push(`${name} ran elsewhere`);
    else if (!seen.includes(name)) seen.push(name);
  };
  const wait = async (name: string): Promise<void> => {
    here(name);
    await sleep(3_600_000);
    here(name);
  };
  const entries = new Map<string, CacheEntry>();
  const cache: CacheStore = {
    get: async (url) => (
      await wait('cache get'), [...(entries.has(url) ? [entries.get(url) as CacheEntry] : [])]
    ),
    put: async (entry) => (await wait('cache put'), void entries.set(entry.url, entry)),
    delete: async (url) => (await wait('cache delete'), void entries.delete(url)),
  };
  const cookies: CookieStore = {
    load: async () => (await wait('cookies load'), []),
    put: () => wait('cookies put'),
    remove: () => wait('cookies remove'),
  };
  const schema: StandardSchema<number> = {
    '~standard': {
      version: 1,
      vendor: 'test',
      validate: async (value) => (await wait('schema'), { value: value as number }),
    },
  };
  const body = async function* () {
    await wait('upload');
    yield Buffer.from('x');
    await wait('upload');
  };
  const guard = () => (here('guard'), true);
  const auth = {
    origins: ['https://a.test'],
    authorization: async () => (await wait('authorization'), 'x'),
    onRefused: async () => (await wait('refused'), false),
  };
  const rate = { perSecond: 1e6, store: { take: async () => (await wait('rate'), 0) } };
  const answer = async () => {
    await wait('answer');
    return { json: 5, headers: { 'set-cookie': 'a=1', 'cache-control': 'public, max-age=60' } };
  };
  return { options: { cache, cookies, guard, auth, rate }, schema, body, answer };
}

const EVERYTHING = [
  'answer',
  'authorization',
  'cache delete',
  'cache get',
  'cache put',
  'cookies load',
  'cookies put',
  'guard',
  'rate',
  'refused',
  'schema',
  'upload',
];

/** A session that calls all of it, and is closed with its program. */
function everything(seen: string[]) {
  const { options, schema, body, answer } = userCode(seen);
  const mock = new MockTransport({ addresses: { 'a.test': ['127.0.0.1'] } })
    .on('GET', 'https://a.test/refused', { status: 401 })
    .on('*', /./, answer);
  const never = Number.POSITIVE_INFINITY;
  const timeouts = { connectMs: never, sendMs: never, headersMs: never, bodyMs: never };
  const session = new Session({ transport: mock, timeouts, ...options });
  return { session, schema, body };
}

test("all of a user's code runs on the loop of its request, also after a wait: from an async function", () =>
  run(
    async () => {
      const seen: string[] = [];
      const { session, schema, body } = everything(seen);
      assert.is(await session.get('https://a.test/').json(schema), 5);
      assert.is(await session.post('https://a.test/', { body }).json(schema), 5);
      await session.get('https://a.test/refused');
      await sleep(86_400_000);
      await session.close();
      assert.equal(seen.sort(), EVERYTHING);
    },
    { clock: new VirtualClock() },
  ));

test("all of a user's code runs on the loop of its request, also after a wait: from a generator", () =>
  run(
    function* () {
      const seen: string[] = [];
      const { session, schema, body } = everything(seen);
      assert.is(yield* session.get('https://a.test/').json(schema), 5);
      assert.is(yield* session.post('https://a.test/', { body }).json(schema), 5);
      yield* session.get('https://a.test/refused');
      yield* sleep(86_400_000);
      yield* until(session.close());
      assert.equal(seen.sort(), EVERYTHING);
    },
    { clock: new VirtualClock() },
  ));

test.run();
