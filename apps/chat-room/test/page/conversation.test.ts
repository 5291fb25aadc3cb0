import { assert, suite } from '@oxbow/testkit';
import type { Said } from '../../src/chat-message.ts';
import { Conversation, MAX_TEXTS, TYPING_MS } from '../../src/page/conversation.ts';

const said = (id: string, room = 'lobby', from = 'Ann'): Said => ({
  kind: 'said',
  room,
  id,
  from,
  text: `text ${id}`,
  at: 0,
});

const test = suite('a conversation');

test('a text of ours waits at the end until it comes back', () => {
  const conversation = new Conversation();
  conversation.enter('lobby', [said('1')]);
  conversation.sending('lobby', '2', 'hello');
  conversation.said(said('3'));
  assert.equal(
    conversation.lines().map(({ kind }) => kind),
    ['said', 'said', 'sending'],
  );
  conversation.said(said('2'));
  assert.equal(conversation.lines().at(-1), { kind: 'said', said: said('2') });
  assert.is(conversation.lines().length, 3);
});

test('what was under way and stands in the history is under way no more', () => {
  const conversation = new Conversation();
  conversation.enter('lobby', []);
  conversation.sending('lobby', '1', 'hello');
  conversation.sending('garden', '2', 'there');
  conversation.enter('lobby', [said('1')]);
  assert.equal(conversation.lines(), [{ kind: 'said', said: said('1') }]);
  conversation.enter('garden', []);
  assert.equal(conversation.lines(), [{ kind: 'sending', id: '2', text: 'there' }]);
});

test('a refused text is gone', () => {
  const conversation = new Conversation();
  conversation.enter('lobby', []);
  conversation.sending('lobby', '1', 'hello');
  conversation.refused('1');
  assert.equal(conversation.lines(), []);
});

test('texts of other rooms are not shown', () => {
  const conversation = new Conversation();
  conversation.enter('lobby', []);
  conversation.said(said('1', 'garden'));
  assert.equal(conversation.lines(), []);
});

test('missing texts are told where they are missing; none is no line', () => {
  const conversation = new Conversation();
  conversation.enter('lobby', [said('1')]);
  conversation.missed(0);
  conversation.missed(7);
  conversation.said(said('9'));
  assert.equal(conversation.lines()[1], { kind: 'missing', count: 7 });
  assert.is(conversation.lines().length, 3);
});

test('keeps so many texts, and drops the oldest of one more', () => {
  const conversation = new Conversation();
  conversation.enter('lobby', []);
  for (let at = 1; at <= MAX_TEXTS + 1; at++) conversation.said(said(String(at)));
  assert.is(conversation.lines().length, MAX_TEXTS);
  assert.equal(conversation.lines()[0], { kind: 'said', said: said('2') });
});

test('who writes is told until a text comes, the time is up or the room is left', () => {
  const conversation = new Conversation();
  conversation.enter('lobby', []);
  conversation.typing('garden', 'Zoe', 0);
  assert.is(conversation.typingWords(0), '');
  conversation.typing('lobby', 'Ann', 0);
  assert.is(conversation.typingWords(TYPING_MS - 1), 'Ann is writing…');
  conversation.typing('lobby', 'Bob', 1);
  assert.is(conversation.typingWords(1), 'Ann and Bob are writing…');
  conversation.typing('lobby', 'Cid', 1);
  assert.is(conversation.typingWords(1), '3 people are writing…');
  conversation.said(said('1', 'lobby', 'Cid'));
  assert.is(conversation.typingWords(TYPING_MS), 'Bob is writing…');
  conversation.enter('garden', []);
  assert.is(conversation.typingWords(TYPING_MS), '');
});

test.run();
