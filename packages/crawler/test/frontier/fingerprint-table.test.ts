import { assert, suite } from '@oxbow/testkit';
import fc from 'fast-check';
import { FingerprintTable } from '../../src/frontier/fingerprint-table.ts';

const test = suite('FingerprintTable');
test('keeps a state for each string, through growth', () => {
  const table = new FingerprintTable();
  for (let index = 0; index < 5000; index++) table.set(`http://h/${index}`, 1 + (index % 3));
  assert.is(table.size, 5000);
  for (let index = 0; index < 5000; index++) assert.is(table.get(`http://h/${index}`), 1 + (index % 3));
  assert.is(table.get('http://h/5000'), 0);
});
test('behaves as a Map does', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.string({ maxLength: 3 }), fc.integer({ min: 1, max: 3 }))),
      (entries) => {
        const table = new FingerprintTable('key');
        const map = new Map<string, number>();
        for (const [text, state] of entries) {
          table.set(text, state);
          map.set(text, state);
        }
        assert.is(table.size, map.size);
        for (const [text, state] of map) assert.is(table.get(text), state);
      },
    ),
  );
});
test.run();
