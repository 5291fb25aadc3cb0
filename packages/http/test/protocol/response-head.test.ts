import { assert, everySplit, suite } from '@oxbow/testkit';
import { ResponseHeadFilter } from '../../src/protocol/response-head.ts';

const test = suite('the head of a response');

/** What passes of a response, and how many 100s were taken out. */
function passed(chunks: readonly Uint8Array[]): { text: string; swallowed: number } {
  const filter = new ResponseHeadFilter();
  filter.expectHead();
  const text = Buffer.concat(chunks.map((chunk) => filter.pass(Buffer.from(chunk)))).toString('latin1');
  return { text, swallowed: filter.swallowed };
}

const HEAD = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-A: b c\r\n\r\n';
for (const [what, given, expected, swallowed] of [
  ['nothing to put right', `${HEAD}ok`, `${HEAD}ok`, 0],
  [
    'blanks behind values (RFC 9110 §5.5)',
    'HTTP/1.1 200 OK\r\nContent-Length: 2  \t\r\nX-A: b c \r\nX-B:  \r\n\r\nok',
    'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-A: b c\r\nX-B:\r\n\r\nok',
    0,
  ],
  ['blanks in the body', `${HEAD}a \r\nb\t\r\n`, `${HEAD}a \r\nb\t\r\n`, 0],
  ['an empty reason phrase', 'HTTP/1.1 200 \r\nX-A: 1\r\n\r\n', 'HTTP/1.1 200 \r\nX-A: 1\r\n\r\n', 0],
  ['an unasked 100 (RFC 9110 §15.2)', `HTTP/1.1 100 Continue\r\n\r\n${HEAD}ok`, `${HEAD}ok`, 1],
  ['two 100s with fields', `HTTP/1.1 100 \r\nX-A: 1\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n${HEAD}`, HEAD, 2],
  [
    'early hints, which pass, and a 100 behind them',
    `HTTP/1.1 103 Early Hints\r\nLink: </a> \r\n\r\nHTTP/1.1 100 Continue\r\n\r\n${HEAD}`,
    `HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${HEAD}`,
    1,
  ],
  [
    'a body that looks like a 100',
    `${HEAD}HTTP/1.1 100 Continue\r\n\r\n`,
    `${HEAD}HTTP/1.1 100 Continue\r\n\r\n`,
    0,
  ],
  [
    'a line of blanks, which must not become the end of the head',
    'HTTP/1.1 200 OK\r\n  \t\r\nX-A: 1\r\n\r\n',
    'HTTP/1.1 200 OK\r\n \r\nX-A: 1\r\n\r\n',
    0,
  ],
  ['bare line feeds', 'HTTP/1.1 200 OK\nX-A: 1 \n\nok \r\n', 'HTTP/1.1 200 OK\nX-A: 1\n\nok \r\n', 0],
  ['what is not HTTP', 'SSH-2.0-OpenSSH_9.6\r\n', 'SSH-2.0-OpenSSH_9.6\r\n', 0],
] as const) {
  test(`${what}, at every cut`, () => {
    everySplit(Buffer.from(given, 'latin1'), (chunks) => {
      assert.equal(passed(chunks), { text: expected, swallowed });
    });
  });
}

test('a head that needs nothing is passed on as it is', () => {
  const filter = new ResponseHeadFilter();
  filter.expectHead();
  const head = Buffer.from(HEAD);
  assert.is(filter.pass(head), head);
  const body = Buffer.from('HTTP/1.1 100 \r\n\r\n');
  assert.is(filter.pass(body), body);
});

test('each request has a head of its own', () => {
  const filter = new ResponseHeadFilter();
  for (let i = 0; i < 2; i++) {
    filter.expectHead();
    assert.is(filter.pass(Buffer.from(`HTTP/1.1 100 Continue\r\n\r\n${HEAD}ok`)).toString(), `${HEAD}ok`);
    assert.is(filter.swallowed, 1);
  }
});

test.run();
