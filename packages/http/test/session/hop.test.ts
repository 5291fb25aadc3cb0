import { assert, suite } from '@oxbow/testkit';
import type { Upload } from '../../src/body/upload.ts';
import { basic } from '../../src/guard/credentials.ts';
import { credentialOf, fieldsToSend, type Hop, type MetRedirect, nextHop } from '../../src/session/hop.ts';
import { targetOf } from '../../src/session/target.ts';

const test = suite('hops of a request');

/** Credentials of one value ask for nothing of it. */
const REQUEST = { method: 'GET', origin: 'http://a.test', path: '/' };

const uploadOf = (isReplayable: boolean): Upload => ({
  isReplayable,
  open: () => ({ payload: 'abc', contentType: 'text/plain', length: undefined }),
  close() {},
});
const ONCE = uploadOf(false);
const AGAIN = uploadOf(true);

const first = (changes: Partial<Hop> = {}): Hop => ({
  target: targetOf(new URL('https://a.test/x')),
  method: 'POST',
  fields: ['accept', '*/*', 'x-key', 'secret'],
  upload: AGAIN,
  credentials: [basic('me', 'pw')],
  homeOrigin: 'https://a.test',
  ...changes,
});

const met = (status: number, location: string): MetRedirect => ({ status, location });

/** Follows, or tells the code of the refusal. */
function follow(
  hop: Hop,
  redirect: MetRedirect,
  limit: number | 'error' = 10,
  followed = 0,
): Hop | undefined | string {
  const next = nextHop(hop, redirect, limit, followed);
  return next instanceof Error ? next.code : next;
}

const followed = (hop: Hop, redirect: MetRedirect): Hop => {
  const next = follow(hop, redirect);
  assert.type(next, 'object', String(next));
  return next as Hop;
};

test('the next hop of a 307 keeps method, body, headers and home', () => {
  const next = followed(first(), met(307, '/y'));
  assert.is(next.target.href, 'https://a.test/y');
  assert.is(next.method, 'POST');
  assert.is(next.upload, AGAIN);
  assert.equal(next.fields, first().fields);
  assert.is(credentialOf(next)?.authorization(REQUEST), credentialOf(first())?.authorization(REQUEST));
});

test('the next hop of a 303 leaves the body behind', () => {
  const next = followed(first(), met(303, '/y'));
  assert.is(next.method, 'GET');
  assert.is(next.upload, undefined);
});

test('a body that can be sent once is no obstacle where it stays behind', () => {
  assert.is(followed(first({ upload: ONCE }), met(303, '/y')).method, 'GET');
});

test('a body that can be sent once cannot follow a 307', () => {
  assert.is(follow(first({ upload: ONCE }), met(307, '/y')), 'ERR_OXBOW_HTTP_BODY_NOT_REPLAYABLE');
});

test('another origin gets neither credentials nor headers of the caller, and the way back is not home either', () => {
  const away = followed(first(), met(307, 'https://b.test/'));
  assert.is(credentialOf(away)?.authorization(REQUEST), undefined);
  assert.equal(away.fields, ['accept', '*/*']);
  const back = followed(away, met(307, 'https://a.test/'));
  assert.is(credentialOf(back)?.authorization(REQUEST), undefined);
});

test('a credential that names another origin goes there', () => {
  const named = basic('me', 'pw', { origins: ['https://b.test'] });
  const away = followed(first({ credentials: [named] }), met(307, 'https://b.test/'));
  assert.is(credentialOf(away)?.authorization(REQUEST), named.authorization(REQUEST));
});

test('the limit is the number of hops that may be followed', () => {
  assert.type(follow(first(), met(307, '/y'), 3, 2), 'object');
  assert.is(follow(first(), met(307, '/y'), 3, 3), 'ERR_OXBOW_HTTP_TOO_MANY_REDIRECTS');
});

test("with 'error' nothing is followed, and a Location that is no http(s) URL never is", () => {
  assert.is(follow(first(), met(307, '/y'), 'error'), 'ERR_OXBOW_HTTP_REDIRECT');
  assert.is(follow(first(), met(307, 'file:///etc/passwd')), 'ERR_OXBOW_HTTP_BAD_LOCATION');
});

test('fields are sent as they are unless something belongs to this sending alone', () => {
  const hop = first();
  assert.is(fieldsToSend(hop, undefined, undefined, undefined), hop.fields);
  assert.equal(fieldsToSend(hop, undefined, 'Basic x', undefined), [
    ...hop.fields,
    'authorization',
    'Basic x',
  ]);
  const withBody = fieldsToSend(hop, undefined, undefined, AGAIN.open());
  assert.equal(withBody, [...hop.fields, 'content-type', 'text/plain']);
});

test.run();
