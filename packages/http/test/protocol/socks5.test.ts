import { assert, everySplit, suite } from '@oxbow/testkit';
import { Socks5Handshake, type Socks5Target } from '../../src/protocol/socks5.ts';

const test = suite('SOCKS 5 (RFC 1928)');

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const NAMED: Socks5Target = { host: 'a.test', port: 443 };
const NAMED_CONNECT = '0501000306612e74657374' + '01bb';

/** What a client sends to a proxy that answers with these bytes, cut as given, and how it ends. */
function talk(target: Socks5Target, chunks: readonly Uint8Array[], username = '', password = '') {
  const handshake = new Socks5Handshake(target, username, password);
  const sent = [hex(handshake.greeting())];
  let rest: string | undefined;
  let fault: string | undefined;
  for (const chunk of chunks) {
    const step = handshake.receive(chunk);
    if (step.send !== undefined) sent.push(hex(step.send));
    if (step.rest !== undefined) rest = hex(step.rest);
    if (step.fault !== undefined) fault = step.fault;
  }
  return { sent, rest, fault };
}

// A real proxy answers one question at a time: its bytes are cut at the borders of its answers, and anywhere within.
function everyTalk(
  target: Socks5Target,
  answers: readonly string[],
  expected: object,
  user = '',
  password = '',
) {
  const bytes = answers.map((answer) => Buffer.from(answer, 'hex'));
  bytes.forEach((answer, i) => {
    everySplit(answer, (chunks) => {
      const all = [...bytes.slice(0, i), ...chunks, ...bytes.slice(i + 1)];
      assert.equal(talk(target, all, user, password), expected);
    });
  });
}

test('without credentials: greeting, CONNECT by name, tunnel', () => {
  everyTalk(NAMED, ['0500', '05000001c0000201' + '1f90'], {
    sent: ['050100', NAMED_CONNECT],
    rest: '',
    fault: undefined,
  });
});

test('CONNECT by address of either family, whatever kind of address the reply names', () => {
  const v4 = { host: Uint8Array.from([192, 0, 2, 1]), port: 80 };
  everyTalk(v4, ['0500', '0500000304' + '686f7374' + '0050'], {
    sent: ['050100', '05010001c00002010050'],
    rest: '',
    fault: undefined,
  });
  const v6 = { host: new Uint8Array(16).fill(1), port: 80 };
  everyTalk(v6, ['0500', `05000004${'00'.repeat(16)}0050`], {
    sent: ['050100', `05010004${'01'.repeat(16)}0050`],
    rest: '',
    fault: undefined,
  });
});

test('with credentials (RFC 1929)', () => {
  const expected = { sent: ['05020002', '0101750170', NAMED_CONNECT], rest: '', fault: undefined };
  everyTalk(NAMED, ['0502', '0100', '05000001000000000000'], expected, 'u', 'p');
});

test('what the host says right behind the reply belongs to the tunnel', () => {
  assert.is(
    talk(NAMED, [Buffer.from('0500', 'hex'), Buffer.from('05000001000000000000abcd', 'hex')]).rest,
    'abcd',
  );
});

for (const [what, answers, fault] of [
  ['not SOCKS', ['4854'], 'does not speak SOCKS 5'],
  ['wants credentials', ['0502'], 'credentials'],
  ['takes no method', ['05ff'], 'credentials'],
  ['refuses by rule', ['0500', '0502000100'], 'not allowed'],
  ['cannot reach the host', ['0500', '0504000100'], 'unreachable'],
  ['refused', ['0500', '0505000100'], 'refused'],
  ['an unknown reply', ['0500', '0563000100'], 'reply 99'],
  ['an unknown kind of address', ['0500', '0500000900'], 'no kind of address'],
] as const) {
  test(`a proxy that says: ${what}`, () => {
    const got = talk(
      NAMED,
      answers.map((answer) => Buffer.from(answer, 'hex')),
    );
    assert.match(got.fault ?? '', fault);
    assert.is(got.rest, undefined);
  });
}

test('refused credentials, and what is too long, are faults', () => {
  const refused = talk(NAMED, [Buffer.from('0502', 'hex'), Buffer.from('0101', 'hex')], 'u', 'p');
  assert.match(refused.fault ?? '', 'refuses the credentials');
  const long = { host: 'x'.repeat(256), port: 1 };
  assert.match(talk(long, [Buffer.from('0500', 'hex')]).fault ?? '', '255');
  assert.match(talk(NAMED, [Buffer.from('0502', 'hex')], 'u'.repeat(256), 'p').fault ?? '', '255');
});

test.run();
