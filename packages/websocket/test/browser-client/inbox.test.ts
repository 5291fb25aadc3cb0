import { assert, suite } from '@oxbow/testkit';
import { Inbox } from '../../src/browser-client/inbox.ts';

const test = suite('inbox');

test('a reader that leaves takes nothing with it', async () => {
  const inbox = new Inbox(10);
  for (const text of ['a', 'b']) inbox.push(text);
  for await (const message of inbox.read()) {
    assert.is(message, 'a');
    break;
  }
  inbox.end();
  const rest: unknown[] = [];
  for await (const message of inbox.read()) rest.push(message);
  assert.equal(rest, ['b']);
});

test('a reader waits for what is to come', async () => {
  const inbox = new Inbox(10);
  const reader = inbox.read();
  const first = reader.next();
  inbox.push('a');
  assert.equal(await first, { done: false, value: 'a' });
  assert.is(inbox.isRead, true);
});

test('a second reader beside the first is refused', async () => {
  const inbox = new Inbox(10);
  void inbox.read().next();
  const code = await inbox
    .read()
    .next()
    .then(
      () => 'no error',
      (error: { code: string }) => error.code,
    );
  assert.is(code, 'ERR_OXBOW_WS_BUSY');
});

test('keeps so many, and counts what it drops', async () => {
  const inbox = new Inbox(2);
  for (const text of ['a', 'b', 'c', 'd']) inbox.push(text);
  inbox.end();
  inbox.push('after the end');
  const got: unknown[] = [];
  for await (const message of inbox.read()) got.push(message);
  assert.equal([got, inbox.dropped], [['c', 'd'], 2]);
});

test.run();
