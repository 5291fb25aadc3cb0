// covers: src/header-fields.ts
import { assert, suite } from '@oxbow/testkit';
import { rawField } from '../../src/header-fields.ts';
import { ResponseHeaders } from '../../src/session/response-headers.ts';

const test = suite('response headers');

const headers = new ResponseHeaders({
  'content-type': 'text/html',
  vary: ['a', 'b'],
  'set-cookie': ['x=1', 'y=2, z'],
});

test('names are case-insensitive', () => {
  assert.is(headers.get('Content-Type'), 'text/html');
  assert.ok(headers.has('CONTENT-TYPE'));
  assert.is(headers.get('missing'), null);
});

test('repeated fields are joined, Set-Cookie is not', () => {
  assert.is(headers.get('vary'), 'a, b');
  assert.equal(headers.getAll('vary'), ['a', 'b']);
  assert.equal(headers.getSetCookie(), ['x=1', 'y=2, z']);
});

test('it lists names and values like a Headers object', () => {
  assert.equal(
    [...headers],
    [
      ['content-type', 'text/html'],
      ['vary', 'a, b'],
      ['set-cookie', 'x=1'],
      ['set-cookie', 'y=2, z'],
    ],
  );
  assert.equal([...headers.keys()], ['content-type', 'vary', 'set-cookie']);
  assert.equal([...headers.values()], ['text/html', 'a, b', 'x=1', 'y=2, z']);
  const seen: string[] = [];
  headers.forEach((value, name) => {
    seen.push(`${name}=${value}`);
  });
  assert.is(seen.length, 4);
});

test('what is not there is not found on the prototype', () => {
  assert.is(headers.get('constructor'), null);
  assert.not(headers.has('__proto__'));
  assert.is(rawField({}, 'tostring'), undefined);
  assert.equal(headers.getAll('constructor'), []);
});

test('it becomes plain data', () => {
  assert.is(JSON.parse(JSON.stringify(headers))['content-type'], 'text/html');
});

test.run();
