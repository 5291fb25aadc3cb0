import { assert, suite } from '@oxbow/testkit';
import fc from 'fast-check';
import { CLOSE_TRANSITIONS, CloseHandshake } from '../../src/protocol/close-handshake.ts';

const test = suite('§7.1 the closing handshake');

test('we close first: the peer answers, and the close was clean', () => {
  const closing = new CloseHandshake();
  assert.is(closing.send(), true);
  assert.is(closing.maySend, false);
  assert.is(closing.receive(1000, 'bye'), false);
  closing.lose();
  assert.equal(closing.info, { code: 1000, reason: 'bye', wasClean: true, initiator: 'local' });
});

test('the peer closes first: we have to answer, and the close was clean', () => {
  const closing = new CloseHandshake();
  assert.is(closing.receive(4001, 'why'), true);
  assert.is(closing.send(), true);
  closing.lose(new Error('a reset after the fact'));
  assert.equal(closing.info, { code: 4001, reason: 'why', wasClean: true, initiator: 'remote' });
});

test('§7.1.5 a Close frame without a code counts as 1005', () => {
  const closing = new CloseHandshake();
  closing.receive(undefined, '');
  assert.is(closing.info.code, 1005);
});

test('§7.1.5 a connection that goes away without a Close frame counts as 1006', () => {
  const closing = new CloseHandshake();
  const error = new Error('reset');
  closing.lose(error);
  assert.equal(closing.info, { code: 1006, reason: '', wasClean: false, initiator: 'network', error });
});

test('a peer that never answers our Close frame leaves 1006', () => {
  const closing = new CloseHandshake();
  closing.send();
  closing.lose();
  assert.equal(closing.info, { code: 1006, reason: '', wasClean: false, initiator: 'local' });
});

test('§7.1.7 failing tells our own code, and no answer is awaited', () => {
  const closing = new CloseHandshake();
  const error = new Error('too big');
  assert.is(closing.fail(1009, 'too big', error), true);
  assert.is(closing.receive(1000, ''), false);
  closing.lose();
  assert.equal(closing.info, { code: 1009, reason: 'too big', wasClean: false, initiator: 'local', error });
});

test('failing after our Close frame sends no second one', () => {
  const closing = new CloseHandshake();
  closing.send();
  assert.is(closing.fail(1002, '', undefined), false);
});

test('each Close frame counts once', () => {
  const closing = new CloseHandshake();
  assert.is(closing.send(), true);
  assert.is(closing.send(), false);
  closing.receive(1000, 'first');
  closing.receive(1001, 'second');
  assert.is(closing.info.reason, 'first');
});

test('from every state the loss of the transport ends all', () => {
  for (const [state, steps] of Object.entries(CLOSE_TRANSITIONS)) {
    assert.is(steps.lose, state === 'gone' ? undefined : 'gone');
  }
});

test('whatever happens, the close is clean exactly when both Close frames went and nothing failed', () => {
  const anySteps = fc.array(fc.constantFrom('send', 'receive', 'fail'), { maxLength: 6 });
  fc.assert(
    fc.property(anySteps, (steps) => {
      const closing = new CloseHandshake();
      for (const step of steps) {
        if (step === 'send') closing.send();
        else if (step === 'receive') closing.receive(1000, '');
        else closing.fail(1002, '', undefined);
      }
      closing.lose();
      const fail = steps.indexOf('fail');
      const before = fail === -1 ? steps : steps.slice(0, fail);
      const both = before.includes('send') && before.includes('receive');
      // A failure counts only before the peer's Close frame; after it the closing goes on.
      const goesOn = before.includes('receive') && steps.includes('send');
      assert.is(closing.info.wasClean, both || goesOn);
    }),
  );
});

test.run();
