import { assert, suite } from '@oxbow/testkit';
import { parseChallenges } from '../../src/protocol/challenge.ts';

const test = suite('WWW-Authenticate');

const read = (value: string | readonly string[] | null | undefined) =>
  parseChallenges(value).map(({ scheme, parameters }) => [scheme, { ...parameters }]);

test('several challenges in one field, or in several (RFC 9110 §11.6.1)', () => {
  const expected = [
    ['basic', { realm: 'simple' }],
    ['newauth', { realm: 'apps', type: '1', title: 'Login to "apps"' }],
  ];
  assert.equal(
    read('Basic realm="simple", Newauth realm="apps", type=1, title="Login to \\"apps\\""'),
    expected,
  );
  assert.equal(
    read(['Basic realm="simple"', 'Newauth realm="apps", type=1, title="Login to \\"apps\\""']),
    expected,
  );
});

test('commas in quotes, blanks around the sign, names in any case, empty parts', () => {
  assert.equal(read('Digest  QOP="auth, auth-int" , , realm = "a,b"'), [
    ['digest', { qop: 'auth, auth-int', realm: 'a,b' }],
  ]);
});

test('a scheme alone, and one with a token', () => {
  assert.equal(read('Negotiate, Basic realm="x"'), [
    ['negotiate', {}],
    ['basic', { realm: 'x' }],
  ]);
  assert.equal(read('Negotiate abc==, Basic realm="x"'), [
    ['negotiate', {}],
    ['basic', { realm: 'x' }],
  ]);
});

test('of a parameter that comes twice the first counts', () => {
  assert.equal(read('Basic realm="a", realm="b"'), [['basic', { realm: 'a' }]]);
});

test('nothing, and what is malformed', () => {
  for (const none of [undefined, null, '', ' , ', '"quoted"', 'realm="no scheme"'])
    assert.equal(read(none), []);
  assert.equal(read('Basic realm="never ended'), [['basic', {}]]);
});

test.run();
