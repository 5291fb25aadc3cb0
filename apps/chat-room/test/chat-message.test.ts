import { assert, suite } from '@oxbow/testkit';
import {
  faultOfName,
  faultOfRoom,
  MAX_NAME_CHARACTERS,
  MAX_TEXT_CHARACTERS,
  readRequest,
} from '../src/chat-message.ts';

const test = suite('the messages of the chat room');

test('every request is read, and nothing else of what was sent', () => {
  for (const request of [
    { kind: 'enter', room: 'lobby', isBack: true },
    { kind: 'typing', room: 'größe-2' },
    { kind: 'say', room: 'lobby', id: 'a', text: 'x'.repeat(MAX_TEXT_CHARACTERS) },
    { kind: 'restart' },
    { kind: 'kill' },
    { kind: 'race', policy: 'latest' },
    { kind: 'race', policy: null },
  ]) {
    assert.equal(readRequest({ ...request, stranger: 1 }), request);
  }
});

test('what is no request is told in words', () => {
  for (const [value, words] of [
    [undefined, 'a map'],
    ['enter', 'a map'],
    [{ kind: 'enter' }, 'a room has a name'],
    [{ kind: 'enter', room: '' }, 'letters, digits and hyphens'],
    [{ kind: 'enter', room: 'a b' }, 'letters, digits and hyphens'],
    [{ kind: 'dance', room: 'lobby' }, 'a request is'],
    [{ kind: 'say', room: 'lobby', text: 'x' }, 'an id'],
    [{ kind: 'say', room: 'lobby', id: 'x'.repeat(65), text: 'x' }, 'an id'],
    [{ kind: 'say', room: 'lobby', id: 'a', text: 7 }, 'a string'],
    [{ kind: 'say', room: 'lobby', id: 'a', text: '  ' }, 'nothing to say'],
    [{ kind: 'say', room: 'lobby', id: 'a', text: 'x'.repeat(2001) }, 'at most 2000 characters, not 2001'],
    [{ kind: 'race', policy: 'magic' }, 'a policy is one of'],
  ] as const) {
    assert.match(String(readRequest(value)), words);
  }
});

test('names at their limit, and one past it', () => {
  assert.is(faultOfName('x'.repeat(MAX_NAME_CHARACTERS)), undefined);
  assert.match(faultOfName('x'.repeat(MAX_NAME_CHARACTERS + 1)) ?? '', 'not 31');
  assert.match(faultOfName(' ') ?? '', 'at least one');
  assert.is(faultOfRoom('x'.repeat(MAX_NAME_CHARACTERS)), undefined);
  assert.match(faultOfRoom('x'.repeat(MAX_NAME_CHARACTERS + 1)) ?? '', 'at most 30');
});

test.run();
