import { assert, suite } from '@oxbow/testkit';
import {
  headerOf,
  judgeReply,
  judgeRequest,
  pathOf,
  readTarget,
  refuse,
  requestHeaders,
} from '../../src/protocol/handshake.ts';
import { sha1Base64 } from '../../src/transport/sha1.ts';

const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';
const ACCEPT = 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=';

const good = {
  host: 'server.example.com',
  upgrade: 'websocket',
  connection: 'Upgrade',
  'sec-websocket-key': KEY,
  'sec-websocket-version': '13',
};

function judge(
  change: Record<string, string | undefined> = {},
  method = 'GET',
  spoken: readonly string[] = [],
) {
  const headers = { ...good, ...change };
  return judgeRequest({ method, httpVersion: '1.1', hosts: 1, headers }, spoken, sha1Base64);
}

const server = suite('§4.2 a server receives a handshake');

server('accepts the one of §1.2 and answers its key', () => {
  const verdict = judge({ 'sec-websocket-protocol': 'chat, superchat' }, 'GET', ['superchat', 'chat']);
  assert.equal(verdict, {
    ok: true,
    subprotocol: 'chat',
    offered: ['chat', 'superchat'],
    headers: [
      ['Upgrade', 'websocket'],
      ['Connection', 'Upgrade'],
      ['Sec-WebSocket-Accept', ACCEPT],
      ['Sec-WebSocket-Protocol', 'chat'],
    ],
    deflate: undefined,
  });
});

server('takes lists and any case in Upgrade and Connection', () => {
  assert.is(judge({ connection: 'keep-alive, UPGRADE', upgrade: 'h2c, WebSocket' }).ok, true);
});

server('ignores extensions it does not know, however odd', () => {
  const odd = `__proto__; constructor=${' '.repeat(50_000)}, permessage-deflate; =; ;;`;
  const verdict = judge({ 'sec-websocket-extensions': odd });
  assert.is(verdict.ok, true);
  assert.is(
    verdict.headers.some(([name]) => name === 'Sec-WebSocket-Extensions'),
    false,
  );
});

const refusals: readonly (readonly [string, number, Record<string, string | undefined>, string?])[] = [
  ['another method', 405, {}, 'POST'],
  ['no Upgrade header', 426, { upgrade: undefined }],
  ['another upgrade', 426, { upgrade: 'h2c' }],
  ['no Connection: Upgrade', 426, { connection: 'keep-alive' }],
  ['another version', 426, { 'sec-websocket-version': '8' }],
  ['two versions', 426, { 'sec-websocket-version': '13, 13' }],
  ['no version', 426, { 'sec-websocket-version': undefined }],
  ['no key', 400, { 'sec-websocket-key': undefined }],
  ['an odd key', 400, { 'sec-websocket-key': 'x' }],
  ['two keys', 400, { 'sec-websocket-key': `${KEY}, ${KEY}` }],
  ['a malformed list of subprotocols', 400, { 'sec-websocket-protocol': 'a, a' }],
];

for (const [what, status, change, method] of refusals) {
  server(`refuses ${what} with ${status}`, () => {
    const verdict = judge(change, method);
    assert.is(verdict.ok ? 101 : verdict.status, status);
  });
}

server('§4.4 names the version it speaks', () => {
  const verdict = judge({ 'sec-websocket-version': '7' });
  assert.equal(
    verdict.headers.find(([name]) => name === 'Sec-WebSocket-Version'),
    ['Sec-WebSocket-Version', '13'],
  );
});

server('does not take inherited properties for headers', () => {
  assert.is(headerOf({}, 'constructor'), undefined);
  assert.is(headerOf(Object.create({ upgrade: 'websocket' }), 'upgrade'), undefined);
});

server('a refusal has a status, a sentence and headers', () => {
  assert.equal(refuse(503, 'Later.'), { ok: false, status: 503, reason: 'Later.', headers: [] });
});

server('refuses HTTP/1.0, no Host and two of them with 400 (RFC 9112 §3.2)', () => {
  const request = { method: 'GET', httpVersion: '1.1', hosts: 1, headers: good };
  for (const odd of [{ httpVersion: '1.0' }, { httpVersion: '0.9' }, { hosts: 0 }, { hosts: 2 }]) {
    const verdict = judgeRequest({ ...request, ...odd }, [], sha1Base64);
    assert.is(verdict.ok ? 101 : verdict.status, 400);
  }
  assert.is(judgeRequest({ ...request, httpVersion: '2.0' }, [], sha1Base64).ok, true);
});

server('reads a target that is a path, and one that is a whole address (RFC 9112 §3.2.2)', () => {
  assert.equal(readTarget('/chat?room=7'), { pathAndQuery: '/chat?room=7', authority: undefined });
  assert.equal(readTarget('http://x:80/chat?a'), { pathAndQuery: '/chat?a', authority: 'x:80' });
  assert.equal(readTarget('WSS://x'), { pathAndQuery: '/', authority: 'x' });
  assert.equal(readTarget('ws://x?a'), { pathAndQuery: '/?a', authority: 'x' });
  for (const bad of ['*', 'x:80', 'ftp://x/', 'http:///p', 'http://user@x/'])
    assert.is(readTarget(bad), undefined);
  assert.equal([pathOf('/a?b?c'), pathOf('/a')], ['/a', '/a']);
});

server.run();

const client = suite('§4.1 a client sends a handshake and receives the reply');

const reply = { upgrade: 'websocket', connection: 'Upgrade', 'sec-websocket-accept': ACCEPT };

client('sends what the server accepts', () => {
  const headers = Object.fromEntries(
    requestHeaders(KEY, ['chat']).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const request = { method: 'GET', httpVersion: '1.1', hosts: 1, headers };
  assert.is(judgeRequest(request, ['chat'], sha1Base64).ok, true);
});

client('takes a good reply, with and without a subprotocol', () => {
  assert.equal(judgeReply(reply, KEY, [], sha1Base64), { subprotocol: undefined, deflate: undefined });
  const chosen = judgeReply({ ...reply, 'sec-websocket-protocol': 'chat' }, KEY, ['chat'], sha1Base64);
  assert.equal(chosen, { subprotocol: 'chat', deflate: undefined });
});

const problems: readonly (readonly [string, Record<string, string | undefined>, string])[] = [
  ['no upgrade', { upgrade: undefined }, 'upgrade'],
  ['no connection', { connection: undefined }, 'Connection'],
  ['a wrong accept value', { 'sec-websocket-accept': 'x' }, 'Accept'],
  ['no accept value', { 'sec-websocket-accept': undefined }, 'Accept'],
  ['an extension nobody offered', { 'sec-websocket-extensions': 'permessage-deflate' }, 'extension'],
  ['a subprotocol nobody offered', { 'sec-websocket-protocol': 'other' }, 'subprotocol'],
];

for (const [what, change, word] of problems) {
  client(`refuses a reply with ${what}`, () => {
    const verdict = judgeReply({ ...reply, ...change }, KEY, ['chat'], sha1Base64);
    assert.match('problem' in verdict ? verdict.problem : '', word);
  });
}

client.run();
