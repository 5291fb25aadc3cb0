import { createHash } from 'node:crypto';
import { assert, suite } from '@oxbow/testkit';
import { parseChallenges } from '../../src/protocol/challenge.ts';
import { chooseDigest, type DigestChallenge, digestAuthorization } from '../../src/protocol/digest.ts';

const test = suite('Digest (RFC 7616)');

const hash = (algorithm: string, text: string) => createHash(algorithm).update(text).digest('hex');

const chosen = (field: string | string[]) => chooseDigest(parseChallenges(field)) as DigestChallenge;

// RFC 7616 §3.9.1
const CHALLENGE = (algorithm: string) =>
  `Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=${algorithm}, ` +
  'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"';
const REQUEST = {
  method: 'GET',
  path: '/dir/index.html',
  username: 'Mufasa',
  password: 'Circle of Life',
  cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
  count: 1,
};

for (const [algorithm, response] of [
  ['MD5', '8ca523f5e9506fed4657c9700eebdbec'],
  ['SHA-256', '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
] as const) {
  test(`the example of §3.9.1 with ${algorithm}`, () => {
    assert.is(
      digestAuthorization(chosen(CHALLENGE(algorithm)), REQUEST, hash),
      'Digest username="Mufasa", realm="http-auth@example.org", ' +
        'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", uri="/dir/index.html", ' +
        `algorithm=${algorithm}, response="${response}", qop=auth, nc=00000001, ` +
        'cnonce="f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", ' +
        'opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"',
    );
  });
}

test('without qop, as RFC 2069 has it: the example of RFC 2617 as Wikipedia and curl compute it', () => {
  const value = digestAuthorization(
    chosen('Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093"'),
    { ...REQUEST, password: 'Circle Of Life' },
    hash,
  );
  assert.match(value, 'response="670fd8c2df070c60b045671b8b24ff02"');
  assert.not.match(value, 'nc=');
  assert.not.match(value, 'cnonce');
});

test('the session form hashes nonce and cnonce in', () => {
  const value = digestAuthorization(chosen(CHALLENGE('MD5-sess')), REQUEST, hash);
  const a1 = hash('md5', 'Mufasa:http-auth@example.org:Circle of Life');
  const session = hash('md5', `${a1}:7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v:${REQUEST.cnonce}`);
  const a2 = hash('md5', 'GET:/dir/index.html');
  const expected = hash(
    'md5',
    `${session}:7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v:00000001:${REQUEST.cnonce}:auth:${a2}`,
  );
  assert.match(value, `response="${expected}"`);
  assert.match(value, 'algorithm=MD5-sess');
});

test('the strongest algorithm is chosen; what cannot be met is passed over', () => {
  const weak = CHALLENGE('MD5');
  assert.is(chosen([weak, CHALLENGE('SHA-256'), CHALLENGE('SHA-512-256')]).algorithm.hash, 'sha512-256');
  assert.is(chosen([CHALLENGE('SHA-999'), weak]).algorithm.hash, 'md5');
  for (const none of [
    'Basic realm="x"',
    'Digest realm="x"',
    'Digest nonce="x"',
    CHALLENGE('SHA-999'),
    'Digest realm="x", nonce="y", qop="auth-int"',
  ]) {
    assert.is(chosen(none), undefined, none);
  }
});

test('names: hashed where the server wants it (§3.4.4), encoded where quotes cannot hold them', () => {
  const hashed = chosen(
    'Digest realm="api@example.org", nonce="n", algorithm=SHA-256, qop="auth", userhash=true',
  );
  const value = digestAuthorization(hashed, { ...REQUEST, username: 'Jäsøn Doe' }, hash);
  assert.match(value, `username="${hash('sha256', 'Jäsøn Doe:api@example.org')}"`);
  assert.match(value, 'userhash=true');
  const plain = chosen('Digest realm="a", nonce="n", qop="auth"');
  assert.match(
    digestAuthorization(plain, { ...REQUEST, username: 'Jäsøn Doe' }, hash),
    "username*=UTF-8''J%C3%A4s%C3%B8n%20Doe",
  );
  assert.match(digestAuthorization(plain, { ...REQUEST, username: 'a"b\\c' }, hash), 'username="a\\"b\\\\c"');
});

test.run();
