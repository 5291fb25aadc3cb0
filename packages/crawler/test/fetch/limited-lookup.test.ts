import { assert, suite } from '@oxbow/testkit';
import { limitedLookup, MAX_LOOKUPS } from '../../src/fetch/limited-lookup.ts';

const test = suite('limitedLookup');
test('asks for two names at a time, the others in order, and hands answers on', () => {
  const answers: (() => void)[] = [];
  const asked: string[] = [];
  const lookup = limitedLookup((hostname, _options, callback) => {
    asked.push(hostname);
    answers.push(() => callback(null, [{ address: hostname, family: 4 }]));
  });
  const got: string[] = [];
  for (const name of ['a', 'b', 'c', 'd'])
    lookup(name, { all: true }, (_error, [first]) => got.push(first?.address ?? 'none'));
  assert.equal([asked, MAX_LOOKUPS], [['a', 'b'], 2]);
  answers.shift()!();
  assert.equal([asked, got], [['a', 'b', 'c'], ['a']]);
  while (answers.length > 0) answers.shift()!();
  assert.equal([asked.length, got], [4, ['a', 'b', 'c', 'd']]);
});
test.run();
