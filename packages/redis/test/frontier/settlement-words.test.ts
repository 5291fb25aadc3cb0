import { assert, suite } from '@oxbow/testkit';
import { checkSettlement, groupWords, settlementWords } from '../../src/frontier/settlement-words.ts';

const test = suite('a settlement in words');
const mark = () => ({ bucket: '7', fingerprint: '-1' });

test('says everything in the order of the script', () => {
  const words = settlementWords(
    {
      results: [
        { token: 'a', outcome: 'done', counts: true },
        { token: 'b', outcome: 'retry', afterMs: 10.4 },
        { token: 'c', outcome: 'failed', failure: { reason: 'network', message: 'a\tb' } },
        { token: 'a', outcome: 'failed' },
      ],
      hostDelays: { h: 5 },
      hostPauses: { o: 6 },
      output: 'o.jsonl',
      sequence: 3,
      checkpoint: { bytes: 1 },
      sums: { pages: -1 },
    },
    'w',
    mark,
    (host) => (host === 'h' ? 2 : undefined),
  );
  assert.equal(words, [
    ...['o.jsonl', '3', '{"bytes":1}', '3', '1', '1', '1', 'w'],
    ...['a', 'done', '', '1', '7', '-1', ''],
    ...['b', 'retry', '10', '0', '7', '-1', ''],
    ...['c', 'failed', '', '0', '7', '-1', 'network\ta b'],
    ...['h', '2', '5'],
    ...['o', '', '6'],
    ...['pages', '-1'],
  ]);
});

test('says what targets have in common once', () => {
  const target = (fingerprint: string, depth: string) => ({
    host: 'h',
    priority: '0',
    depth,
    bucket: '1',
    fingerprint,
    body: 'x',
  });
  assert.equal(
    groupWords([target('1', '0'), target('2', '1'), target('3', '0')], () => Number.POSITIVE_INFINITY),
    [
      ...['h', '1e9', '0', '0', '2', '1', '1', 'x', '1', '3', 'x'],
      ...['h', '1e9', '0', '1', '1', '1', '2', 'x'],
    ],
  );
});

test('is refused for a value that cannot be meant', () => {
  const codeOf = (settlement: object): string => {
    try {
      checkSettlement({ results: [], ...settlement });
      return 'none';
    } catch (error) {
      return (error as { code: string }).code;
    }
  };
  const bad = [
    { hostDelays: { h: -1 } },
    { hostPauses: { h: Number.NaN } },
    { sums: { x: Number.POSITIVE_INFINITY } },
    { results: [{ token: 'a', outcome: 'lost' }] },
    { results: [{ token: 'a', outcome: 'retry', afterMs: -1 }] },
  ];
  assert.equal(
    bad.map(codeOf),
    bad.map(() => 'ERR_OXBOW_CRAWLER_OPTION'),
  );
  assert.is(codeOf({ hostDelays: { h: 0 } }), 'none');
});

test.run();
