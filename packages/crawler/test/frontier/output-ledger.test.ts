import { assert, suite } from '@oxbow/testkit';
import { OutputLedger } from '../../src/frontier/output-ledger.ts';

const REPORT = { accepted: 1, duplicates: 0, refused: 0 };

const test = suite('OutputLedger');
test('goes on after a restart where it was', () => {
  const first = new OutputLedger();
  assert.ok(
    first.apply({ results: [], output: 'o', sequence: 1, checkpoint: 5, sums: { pages: 2 } }, 2, REPORT),
  );
  assert.not.ok(first.apply({ results: [] }, 0, REPORT));
  const second = new OutputLedger();
  second.restore(JSON.parse(JSON.stringify(first.record())));
  assert.equal(second.output('o'), { checkpoint: 5, sequence: 1 });
  assert.equal([second.sums, second.counted, second.outputs], [{ pages: 2 }, 2, ['o']]);
  assert.equal(
    [1, 2, 3].map((sequence) => second.orderOf({ results: [], output: 'o', sequence })),
    ['repeat', 'next', 'gap'],
  );
});
test('takes number 0 and any number of an unknown output but 1 for a gap', () => {
  const ledger = new OutputLedger();
  assert.equal(
    [0, 1, 2].map((sequence) => ledger.orderOf({ results: [], sequence })),
    ['gap', 'next', 'gap'],
  );
});
test.run();
