import { assert, suite } from '@oxbow/testkit';
import { chooseTestFiles, divideIntoBatches } from '../src/test-files.ts';

const test = suite('test files');

const all = ['test/a.test.ts', 'test/b.test.ts', 'test/endurance/e.test.ts', 'test/integration/i.test.ts'];
const everything = { patterns: [], integration: true, endurance: false };

test('are chosen without those for endurance, or those alone', () => {
  assert.equal(chooseTestFiles(all, everything), [
    'test/a.test.ts',
    'test/b.test.ts',
    'test/integration/i.test.ts',
  ]);
  assert.equal(chooseTestFiles(all, { ...everything, endurance: true }), ['test/endurance/e.test.ts']);
  assert.equal(chooseTestFiles(all, { ...everything, integration: false }), [
    'test/a.test.ts',
    'test/b.test.ts',
  ]);
  assert.equal(chooseTestFiles(all, { ...everything, patterns: ['/i.'] }), ['test/integration/i.test.ts']);
});

test('share a process with their neighbours, unless they say why not; integration tests are alone and last', () => {
  const heads: Record<string, string> = { 'test/b.test.ts': '// alone: it counts every timer\n' };
  const files = [
    'test/a.test.ts',
    'test/b.test.ts',
    'test/c.test.ts',
    'test/d.test.ts',
    'test/integration/i.test.ts',
  ];
  const batches = (size: number) =>
    divideIntoBatches(files, size, (file) => heads[file] ?? '').map(
      ({ kind, files: ofBatch }) => `${kind} ${ofBatch.map((file) => file.slice(5, -8)).join(' ')}`,
    );
  assert.equal(batches(2), ['unit a c', 'unit d', 'unit b', 'integration integration/i']);
  assert.equal(batches(1), ['unit a', 'unit c', 'unit d', 'unit b', 'integration integration/i']);
});

test.run();
