import { OxbowError } from '@oxbow/loop';
import { assert, suite } from '@oxbow/testkit';
import * as http from '../src/index.ts';

const test = suite('errors');

const classes = Object.entries(http).filter(
  (entry): entry is [string, typeof http.HttpError] =>
    typeof entry[1] === 'function' && entry[0].endsWith('Error'),
);

test('every class is an HttpError, and so an OxbowError, under its own name', () => {
  assert.is(classes.length, 30);
  for (const [name, errorClass] of classes) {
    assert.is(errorClass.prototype.name, name);
    assert.ok(errorClass === http.HttpError || errorClass.prototype instanceof http.HttpError, name);
  }
  assert.ok(http.HttpError.prototype instanceof OxbowError);
});

test('an error has a code, a cause, and what it was about', () => {
  const cause = new Error('below');
  const error = new http.ConnectError('ERR_OXBOW_HTTP_CONNECT', 'no', {
    cause,
    url: 'http://a.test/',
    method: 'GET',
  });
  assert.is(error.code, 'ERR_OXBOW_HTTP_CONNECT');
  assert.is(error.cause, cause);
  assert.is(error.url, 'http://a.test/');
  assert.equal(error.attempts, []);
  assert.ok(error instanceof http.TransportError);
});

test('limits are in the message, with what was met', () => {
  assert.match(new http.BodyTooLargeError(10, 11).message, /11 bytes.*limit.*10/);
  assert.match(new http.ExpansionError(200, 5, 2000).message, /5 bytes.*2000.*200 to 1/);
  assert.match(new http.QueueFullError(7).message, /7 requests.*maxQueued/);
  assert.match(new http.TooManyRedirectsError(10).message, /10 redirects/);
  assert.match(new http.BlockedAddressError('a.test', ['10.0.0.1']).message, /a\.test \(10\.0\.0\.1\)/);
});

test('the attempts do not drown what is printed', () => {
  assert.not.match(Object.keys(new http.HttpError('X', 'y')).join(), 'attempts');
});

test.run();
