import { assert, suite } from '@oxbow/testkit';
import { FailureGroups, MAX_KINDS, MAX_LAST } from '../src/failure-groups.ts';

const test = suite('what went wrong, by kind');

test('each kind has its count, its words and advice, and its last URLs, the newest first', () => {
  const groups = new FailureGroups();
  for (let at = 0; at <= MAX_LAST; at += 1)
    groups.add({ kind: '404', url: `http://a/${at}`, reason: 'answered 404 Not Found' });
  groups.add({ kind: 'network', url: 'http://b/', reason: 'the network failed: refused' });
  const [first, second] = groups.list();
  assert.equal(
    [first?.kind, first?.words, first?.count, first?.last.length, first?.isWorthRetrying],
    ['404', 'answered 404 Not Found', MAX_LAST + 1, MAX_LAST, false],
  );
  assert.is(first?.last[0]?.url, `http://a/${MAX_LAST}`);
  assert.match(first?.advice ?? '', 'The link is dead');
  assert.equal([second?.kind, second?.count, second?.isWorthRetrying], ['network', 1, true]);
});

test('what is tried again is counted anew', () => {
  const groups = new FailureGroups();
  groups.add({ kind: 'network', url: 'http://b/', reason: 'refused' });
  groups.forget('network');
  assert.equal(groups.list(), []);
});

test('holds as many kinds as it may, and no further one', () => {
  const groups = new FailureGroups();
  for (let at = 0; at <= MAX_KINDS; at += 1)
    groups.add({ kind: String(500 + at), url: 'http://a/', reason: '' });
  assert.is(groups.list().length, MAX_KINDS);
  groups.add({ kind: '500', url: 'http://a/', reason: '' });
  assert.equal([groups.list()[0]?.kind, groups.list()[0]?.count], ['500', 2]);
});

test.run();
