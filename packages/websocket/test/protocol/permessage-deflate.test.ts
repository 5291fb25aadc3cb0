import { assert, suite } from '@oxbow/testkit';
import {
  acceptDeflate,
  type DeflateTerms,
  judgeDeflate,
  offerDeflate,
} from '../../src/protocol/permessage-deflate.ts';

const terms = (given: Partial<DeflateTerms> = {}): DeflateTerms => ({
  windowBits: 15,
  peerWindowBits: 15,
  contextTakeover: true,
  peerContextTakeover: true,
  ...given,
});
const answerTo = (offer: string, given: Partial<DeflateTerms> = {}) =>
  acceptDeflate(offer, terms(given))?.answer;

const server = suite('§7.1 a server answers an offer');

server('agrees to all that it is offered', () => {
  assert.is(answerTo('permessage-deflate'), 'permessage-deflate');
  assert.is(
    answerTo('permessage-deflate; server_no_context_takeover; client_no_context_takeover'),
    'permessage-deflate; server_no_context_takeover; client_no_context_takeover',
  );
  assert.equal(
    acceptDeflate('permessage-deflate; server_max_window_bits=10; client_max_window_bits=9', terms()),
    {
      agreement: { windowBits: 10, peerWindowBits: 9, contextTakeover: true, peerContextTakeover: true },
      answer: 'permessage-deflate; server_max_window_bits=10; client_max_window_bits=9',
    },
  );
});

server('says what it wants itself, as far as it may', () => {
  const wishes = { windowBits: 12, peerWindowBits: 11, contextTakeover: false, peerContextTakeover: false };
  assert.is(
    answerTo('permessage-deflate; client_max_window_bits', wishes),
    'permessage-deflate; server_no_context_takeover; client_no_context_takeover; server_max_window_bits=12; client_max_window_bits=11',
  );
  // §7.1.2.2: a client that did not offer it cannot be told, and may use the largest window.
  const untold = acceptDeflate('permessage-deflate', terms({ peerWindowBits: 9 }))!;
  assert.equal([untold.answer, untold.agreement.peerWindowBits], ['permessage-deflate', 15]);
});

server('every number of window bits, both ways', () => {
  for (let bits = 8; bits <= 15; bits += 1) {
    const offer = `permessage-deflate; server_max_window_bits=${bits}; client_max_window_bits=${bits}`;
    const { agreement } = acceptDeflate(offer, terms())!;
    assert.equal([agreement.windowBits, agreement.peerWindowBits], [bits, bits]);
  }
});

server('declines offers with bad parameters and takes the next', () => {
  for (const bad of [
    'server_max_window_bits',
    'server_max_window_bits=7',
    'server_max_window_bits=16',
    'server_max_window_bits=08',
    'client_max_window_bits=7',
    'server_no_context_takeover=1',
    'unknown',
    'client_max_window_bits; client_max_window_bits',
  ]) {
    assert.is(answerTo(`permessage-deflate; ${bad}`), undefined, bad);
    assert.is(answerTo(`permessage-deflate; ${bad}, permessage-deflate`), 'permessage-deflate');
  }
});

server('other extensions, a malformed header and none mean none', () => {
  for (const header of [undefined, '', 'x-webkit-deflate-frame', 'permessage-deflate;']) {
    assert.is(acceptDeflate(header, terms()), undefined);
  }
});

server.run();

const client = suite('§7.1 a client offers, and judges the answer');

client('offers what it wants', () => {
  assert.is(offerDeflate(terms()), 'permessage-deflate; client_max_window_bits');
  assert.is(
    offerDeflate(
      terms({ windowBits: 12, peerWindowBits: 11, contextTakeover: false, peerContextTakeover: false }),
    ),
    'permessage-deflate; server_no_context_takeover; client_no_context_takeover; server_max_window_bits=11; client_max_window_bits=12',
  );
});

client('both sides come to the same agreement, whatever each wants', () => {
  const bools = [true, false];
  for (const contextTakeover of bools)
    for (const peerContextTakeover of bools)
      for (const windowBits of [9, 15])
        for (const peerWindowBits of [8, 12, 15]) {
          const ours = terms({ contextTakeover, peerContextTakeover, windowBits, peerWindowBits });
          for (const theirs of [terms(), terms({ contextTakeover: false, peerWindowBits: 10 })]) {
            const { agreement, answer } = acceptDeflate(offerDeflate(ours), theirs)!;
            assert.equal(judgeDeflate(answer, ours), {
              windowBits: agreement.peerWindowBits,
              peerWindowBits: agreement.windowBits,
              contextTakeover: agreement.peerContextTakeover,
              peerContextTakeover: agreement.contextTakeover,
            });
          }
        }
});

client('refuses what was not offered, bad parameters and less than it asked for', () => {
  const problem = (header: string, given: DeflateTerms | undefined = terms()) => {
    const judged = judgeDeflate(header, given);
    return judged !== undefined && 'problem' in judged;
  };
  assert.is(judgeDeflate(undefined, terms()), undefined);
  assert.is(problem('permessage-deflate', undefined), false, 'default parameter');
  const none = judgeDeflate('permessage-deflate', undefined);
  assert.ok(none !== undefined && 'problem' in none);
  for (const bad of [
    'other',
    'permessage-deflate, permessage-deflate',
    'permessage-deflate; client_max_window_bits',
    'permessage-deflate;',
  ]) {
    assert.is(problem(bad), true, bad);
  }
  assert.is(problem('permessage-deflate', terms({ peerContextTakeover: false })), true);
  assert.is(problem('permessage-deflate', terms({ peerWindowBits: 10 })), true);
  assert.is(problem('permessage-deflate; server_max_window_bits=11', terms({ peerWindowBits: 10 })), true);
});

client.run();
