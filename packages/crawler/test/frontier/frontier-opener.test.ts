import { assert, suite } from '@oxbow/testkit';
import { isFrontierOpener } from '../../src/frontier/frontier-opener.ts';
import { MemoryFrontier } from '../../src/index.ts';

const test = suite('a frontier that stands elsewhere');

test('is told from one that is open', () => {
  assert.ok(isFrontierOpener({ name: 'x', open: async () => new MemoryFrontier() }));
  assert.not.ok(isFrontierOpener(new MemoryFrontier()));
});

test.run();
