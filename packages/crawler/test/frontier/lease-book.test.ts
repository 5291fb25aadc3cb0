import { assert, suite } from '@oxbow/testkit';
import { LeaseBook, MAX_LOST_TOKENS } from '../../src/frontier/lease-book.ts';

const test = suite('LeaseBook');
test('knows a token while it is leased and after it was settled, and not when it was lost or never given', () => {
  const book = new LeaseBook<string>('p');
  const settled = book.give('a', 'w', 100);
  const lost = book.give('b', 'w', 100);
  assert.is(book.end(settled), 'a');
  assert.equal(book.takeExpired(99), []);
  assert.equal(book.takeExpired(100), ['b']);
  assert.equal(
    [settled, lost, 'p-3', 'q-1', 'p-0', 'p-x'].map((token) => book.isKnown(token)),
    [true, false, false, false, false, false],
  );
  assert.not.ok(book.renew(lost, 200));
});
test('forgets the token lost first when 100,000 are lost', () => {
  const book = new LeaseBook<number>('p');
  const first = book.give(0, 'w', 0);
  for (let count = 1; count < MAX_LOST_TOKENS; count++) book.give(count, 'w', 0);
  book.takeExpired(0);
  assert.not.ok(book.isKnown(first));
  book.give(1, 'w', 0);
  book.takeExpired(0);
  assert.ok(book.isKnown(first));
});
test.run();
