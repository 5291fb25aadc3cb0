import { assert, suite } from '@oxbow/testkit';
import { renderReport, renderTable, renderVerdicts } from '../../src/harness/report.ts';
import type { TableResult } from '../../src/harness/results.ts';

const TABLE: TableResult = {
  id: 'spawn',
  title: 'Spawn',
  about: 'What is done.',
  unit: 'ns',
  reference: 'ours',
  rows: [
    { name: 'ours', samples: [100, 90, 120] },
    { name: 'theirs', samples: [250, 200, 300] },
    { name: 'absent', samples: [], missing: 'no python3 here' },
  ],
};

const test = suite('report');

test('a table shows median, spread and ratio, and why a row is empty', () => {
  assert.is(
    renderTable(TABLE),
    [
      '|        | median, ns |         min–max | ÷ ours |',
      '| ------ | ---------: | --------------: | -----: |',
      '| ours   |        100 |          90–120 |      1 |',
      '| theirs |        250 |         200–300 |    2.5 |',
      '| absent |          – | no python3 here |        |',
    ].join('\n'),
  );
});

test('without its reference a table has no ratios', () => {
  const table = { ...TABLE, reference: 'absent', rows: TABLE.rows.slice(1) };
  assert.match(renderTable(table), /theirs \|\s+250 \|\s+200–300 \|\s+\|/);
});

test('a bar in a name does not end its cell', () => {
  const table = { ...TABLE, rows: [{ name: 'a|b', samples: [1] }] };
  assert.match(renderTable(table), /a\\\|b/);
});

test('a missed target stands out', () => {
  const text = renderVerdicts([
    { text: 'speed', wanted: 'at least 2×', measured: '1×', outcome: 'missed' },
    { text: 'memory', wanted: 'at most 2×', measured: '1×', outcome: 'met' },
  ]);
  assert.match(text, /\| speed .*\*\*missed\*\* \|/);
  assert.match(text, /\| memory .* met \|/);
});

test('a report names its command and its conditions', () => {
  const text = renderReport({
    title: 'Loop',
    command: 'npm run bench',
    conditions: ['one', 'two'],
    tables: [TABLE],
    verdicts: [],
  });
  assert.match(
    text,
    /^## Loop\n\nWritten by `npm run bench`\.\n\n- one\n- two\n\n### Spawn\n\nWhat is done\./,
  );
  assert.not.match(text, /Targets/);
});

test.run();
