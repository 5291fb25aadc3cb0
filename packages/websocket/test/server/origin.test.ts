import { assert, suite } from '@oxbow/testkit';
import { SocketInputError } from '../../src/errors.ts';
import { originCheck } from '../../src/server/origin.ts';

const test = suite('§10.2 the Origin header');

test('pages of the same host are allowed, others are not', () => {
  const check = originCheck(undefined);
  assert.is(check('https://example.org', 'example.org'), true);
  assert.is(check('http://example.org:8080', 'example.org:8080'), true);
  assert.is(check('https://EXAMPLE.org', 'example.ORG:443'), true);
  assert.is(check('https://evil.example', 'example.org'), false);
  assert.is(check('https://example.org', 'example.org:8080'), false);
  assert.is(check('https://example.org.evil.example', 'example.org'), false);
  assert.is(check('https://example.org', undefined), false);
});

test('listed origins are allowed too, exactly', () => {
  const check = originCheck(['https://app.example', 'http://localhost:5173/']);
  assert.is(check('https://app.example', 'api.example'), true);
  assert.is(check('http://localhost:5173', 'api.example'), true);
  assert.is(check('http://app.example', 'api.example'), false);
  assert.is(check('https://api.example', 'api.example'), true);
});

test('what is no single origin is refused, even where the host would match', () => {
  const check = originCheck(undefined);
  for (const odd of [
    'null',
    '',
    'example.org',
    'https://example.org, https://example.org',
    'https://user@example.org',
    'https://example.org/path',
    'file:///x',
    '__proto__',
  ]) {
    assert.is(check(odd, 'example.org'), false, odd);
  }
});

test('all, or a function of one’s own', () => {
  assert.is(originCheck('*')('https://any.example', 'example.org'), true);
  assert.is(originCheck((origin) => origin.endsWith('.trusted'))('https://a.trusted', undefined), true);
});

test('an entry that is no origin is refused at the door', () => {
  for (const bad of ['example.org', 'https://example.org/app', 3 as never]) {
    assert.throws(
      () => originCheck([bad]),
      (error: unknown) => error instanceof SocketInputError,
    );
  }
  assert.throws(() => originCheck({} as never), /origins/);
});

test.run();
