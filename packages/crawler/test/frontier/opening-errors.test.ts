import { assert, suite } from '@oxbow/testkit';
import { FrontierError } from '../../src/errors.ts';
import { openingError, Refused, refusing } from '../../src/frontier/opening-errors.ts';

const test = suite('what an opening failed with');

test('says who holds the file, or why it is none', () => {
  const locked = openingError('/x/crawl.db', 'database is locked');
  assert.instance(locked, FrontierError);
  assert.is(locked.code, 'ERR_OXBOW_CRAWLER_FRONTIER_LOCKED');
  assert.match(locked.message, '/x/crawl.db');
  const foreign = openingError('/x/locked.db', 'file is not a database');
  assert.is(foreign.code, 'ERR_OXBOW_CRAWLER_FRONTIER_FILE');
  assert.match(foreign.message, 'file is not a database');
});

test('marks what the file itself was refused for', () => {
  assert.is(
    refusing(() => 1),
    1,
  );
  const reason = new Error('newer');
  try {
    refusing(() => {
      throw reason;
    });
    assert.unreachable();
  } catch (error) {
    assert.instance(error, Refused);
    assert.is((error as Refused).reason, reason);
  }
});

test.run();
