import { assert, suite, until } from '@oxbow/testkit';
import { MAX_WAITING_TEXTS, Outgoing, type OutgoingText } from '../../src/page/outgoing.ts';

const text = (id: string): OutgoingText => ({ room: 'lobby', id, text: id });

/** A server that answers the n-th attempt with `answers[n]`; an Error is no answer. */
function carrier(answers: readonly (string | undefined | Error)[], mayTryAgain = true) {
  const tried: string[] = [];
  const refused: string[] = [];
  return {
    tried,
    refused,
    outgoing: new Outgoing({
      say: async ({ id }) => {
        const answer = answers[tried.push(id) - 1];
        if (answer instanceof Error) throw answer;
        return answer;
      },
      again: async () => mayTryAgain,
      refused: ({ id }, why) => refused.push(`${id}: ${why}`),
    }),
  };
}

const test = suite('texts on their way');

test('go one after the other, and again until an answer came', async () => {
  const { outgoing, tried, refused } = carrier([new Error('lost'), undefined, 'too loud', undefined]);
  for (const id of ['a', 'b', 'c']) assert.ok(outgoing.put(text(id)));
  await until('all to be sent', () => tried.length === 4);
  assert.equal(tried, ['a', 'a', 'b', 'c']);
  assert.equal(refused, ['b: too loud']);
});

test('are not tried again where it is of no use', async () => {
  const { outgoing, tried } = carrier([new Error('closed')], false);
  outgoing.put(text('a'));
  await until('the first to fail', () => tried.length === 1);
  assert.equal(tried, ['a']);
});

test('as many as may wait, and one more', () => {
  const { outgoing } = carrier([]);
  for (let at = 0; at < MAX_WAITING_TEXTS; at++) assert.ok(outgoing.put(text(String(at))));
  assert.not(outgoing.put(text('more')));
});

test.run();
