// covers: src/session/response.ts, src/session/body-read.ts
import { msgpack } from '@oxbow/codec/msgpack';
import { sleep } from '@oxbow/loop';
import { assert, suite } from '@oxbow/testkit';
import type { SchemaError, StandardSchema, StatusError } from '../../src/index.ts';
import { rejectionOf, thrownBy } from '../rejection.ts';
import { within } from './within.ts';

const test = suite('a response');

/** A schema for `{ name: string }`, as a validator library would make one. */
function named(isSlow: boolean): StandardSchema<{ name: string }> {
  return {
    '~standard': {
      version: 1,
      vendor: 'test',
      validate: (value) => {
        const { name } = value as { name?: unknown };
        const result =
          typeof name === 'string' ? { value: { name } } : { issues: [{ message: 'name must be a string' }] };
        return isSlow ? Promise.resolve(result) : result;
      },
    },
  };
}

test(
  'tells status, headers and where it came from without its body',
  within(
    (mock) => mock.on('GET', /./, { status: 201, statusText: 'Created', headers: { 'X-A': '1' }, body: 'x' }),
    {},
    async (session) => {
      const response = await session.get('http://a.test/x#f');
      assert.is(response.status, 201);
      assert.is(response.statusText, 'Created');
      assert.ok(response.ok);
      assert.is(response.url, 'http://a.test/x#f');
      assert.is(response.method, 'GET');
      assert.not(response.redirected);
      assert.is(response.headers.get('x-a'), '1');
      assert.is(response.headers, response.headers);
      assert.not(response.bodyUsed);
    },
  ),
);

for (const isSlow of [false, true]) {
  test(
    `json(schema) gives what the schema makes of it, ${isSlow ? 'later' : 'at once'}`,
    within(
      (mock) =>
        mock
          .on('GET', 'http://a.test/', { json: { name: 'x', more: 1 } })
          .on('GET', /bad/, { json: { name: 5 } }),
      {},
      async (session) => {
        const user: { name: string } = await session.get('http://a.test/').json(named(isSlow));
        assert.equal(user, { name: 'x' });
        const error = await rejectionOf<SchemaError>(session.get('http://a.test/bad').json(named(isSlow)));
        assert.is(error.code, 'ERR_OXBOW_HTTP_SCHEMA');
        assert.equal(error.issues, [{ message: 'name must be a string' }]);
        assert.is(error.url, 'http://a.test/bad');
      },
    ),
  );
}

test(
  'a body that is not JSON, or not msgpack, is a DecodingError',
  within(
    (mock) => mock.on('GET', /./, { body: '<html>' }),
    {},
    async (session) => {
      const error = await rejectionOf(session.get('http://a.test/').json());
      assert.is(error.code, 'ERR_OXBOW_HTTP_INVALID_JSON');
      assert.match(error.message, '<html>');
      assert.is(
        (await rejectionOf(session.get('http://a.test/').msgpack())).code,
        'ERR_OXBOW_HTTP_INVALID_MSGPACK',
      );
    },
  ),
);

test(
  'msgpack() reads one message',
  within(
    (mock) => mock.on('GET', /./, { body: msgpack().encode({ a: [1, 'x'] } as never) }),
    {},
    async (session) => {
      assert.equal(await session.get('http://a.test/').msgpack(), { a: [1, 'x'] });
    },
  ),
);

test(
  'text() honours the charset',
  within(
    (mock) =>
      mock.on('GET', /./, {
        headers: { 'content-type': 'text/plain; charset=latin1' },
        body: Buffer.from([0xe4]),
      }),
    {},
    async (session) => {
      assert.is(await session.get('http://a.test/').text(), 'ä');
    },
  ),
);

test(
  'an empty body is empty, however it is read',
  within(
    (mock) => mock.on('*', /./, { status: 204 }),
    {},
    async (session) => {
      assert.is(await session.get('http://a.test/').text(), '');
      assert.is((await session.get('http://a.test/').bytes()).length, 0);
      assert.equal(await session.get('http://a.test/').stream().collect(), []);
      assert.is(await session.head('http://a.test/').text(), '');
    },
  ),
);

test(
  'a small body that nobody reads ends by itself, and can still be read later',
  within(
    (mock) => mock.on('GET', /./, { body: ['a', 'b', 'c'], pieceDelayMs: 10 }),
    {},
    async (session, mock) => {
      const response = await session.get('http://a.test/');
      await sleep(100);
      assert.is(mock.active, 0);
      assert.is(response.receivedBytes, 3);
      assert.is(await response.text(), 'abc');
    },
  ),
);

test(
  'what failed while nobody read is told to whoever reads',
  within(
    (mock) => mock.on('GET', /./, { body: ['a'], error: new Error('cut') }),
    {},
    async (session) => {
      const response = await session.get('http://a.test/');
      await sleep(10);
      assert.match((await rejectionOf(response.text())).message, 'cut');
      const other = await session.get('http://a.test/');
      await sleep(10);
      assert.match((await rejectionOf(other.body.collect())).message, 'cut');
    },
  ),
);

test(
  'a second consumer beside the first is refused, and one after it finds it closed',
  within(
    (mock) => mock.on('GET', /./, { body: ['a', 'b', 'c'], pieceDelayMs: 10 }),
    {},
    async (session) => {
      const response = await session.get('http://a.test/');
      const first = response.body.collect();
      assert.is((await rejectionOf(response.body.collect())).code, 'ERR_OXBOW_STREAM_BUSY');
      assert.is(Buffer.concat(await first).toString(), 'abc');
      assert.is((await rejectionOf(response.body.collect())).code, 'ERR_OXBOW_STREAM_CLOSED');
    },
  ),
);

test(
  'discard() frees the connection and refuses later readers; twice is once',
  within(
    (mock) => mock.on('GET', /./, { headers: { 'content-length': '1000000' }, body: ['a'], stall: 'body' }),
    {},
    async (session, mock) => {
      const response = await session.get('http://a.test/');
      response.discard();
      response.discard();
      assert.is(mock.active, 0);
      assert.is((await rejectionOf(response.text())).code, 'ERR_OXBOW_HTTP_BODY_DISCARDED');
    },
  ),
);

test(
  'raiseForStatus() gives a 2xx back and throws StatusError for anything else',
  within(
    (mock) => mock.on('GET', /good/, { body: 'ok' }).on('GET', /./, { status: 404, body: 'not here' }),
    {},
    async (session) => {
      assert.is(await (await session.get('http://a.test/good')).raiseForStatus().text(), 'ok');
      const response = await session.get('http://a.test/');
      const error = thrownBy<StatusError>(() => response.raiseForStatus());
      assert.is(error.code, 'ERR_OXBOW_HTTP_STATUS');
      assert.is(await error.response.text(), 'not here');
    },
  ),
);

test(
  'json() of an answer without a body says so',
  within(
    (mock) => mock.on('GET', /./, { status: 204 }),
    {},
    async (session) => {
      const error = await rejectionOf(session.get('http://a.test/').json());
      assert.is(error.code, 'ERR_OXBOW_HTTP_INVALID_JSON');
      assert.match(error.message, '204');
    },
  ),
);

test(
  'a value that does not match its schema is told with the places',
  within(
    (mock) => mock.on('GET', /./, { json: {} }),
    {},
    async (session) => {
      const issues = [
        { message: 'expected a string', path: ['user', { key: 'names' }, 0] },
        { message: 'too many' },
        { message: 'c', path: [] },
        { message: 'd' },
      ];
      const schema = { '~standard': { version: 1 as const, vendor: 'test', validate: () => ({ issues }) } };
      const error = await rejectionOf<SchemaError>(session.get('http://a.test/').json(schema));
      assert.match(error.message, 'user.names[0]: expected a string; too many; c; and 1 more');
      assert.is(error.issues, issues);
    },
  ),
);

test.run();
