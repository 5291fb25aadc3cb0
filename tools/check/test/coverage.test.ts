import { pathToFileURL } from 'node:url';
import { assert, suite } from '@oxbow/testkit';
import { addReport, type CalledFunctions, type CoverageReport } from '../src/coverage.ts';

const test = suite('coverage');

const reportOf = (
  path: string,
  ...counts: readonly (readonly [string, number, number, number])[]
): CoverageReport => ({
  result: [
    {
      url: pathToFileURL(path).href,
      functions: counts.map(([functionName, startOffset, endOffset, count]) => ({
        functionName,
        ranges: [{ startOffset, endOffset, count }],
      })),
    },
  ],
});

test('a function was called if it was in any process; the module itself is none', () => {
  const known: CalledFunctions = new Map();
  addReport(known, reportOf('/a.ts', ['', 0, 100, 1], ['one', 10, 20, 0], ['two', 30, 40, 3]));
  addReport(
    known,
    reportOf('/a.ts', ['', 0, 100, 1], ['one', 10, 20, 1], ['two', 30, 40, 0], ['', 50, 60, 0]),
  );
  assert.equal(Object.fromEntries(known.get('/a.ts')!), {
    '10-20': { name: 'one', called: true },
    '30-40': { name: 'two', called: true },
    '50-60': { name: 'a function without a name', called: false },
  });
});

test('what is no file is left out', () => {
  const known: CalledFunctions = new Map();
  addReport(known, { result: [{ url: 'node:fs', functions: [] }] });
  assert.is(known.size, 0);
});

test.run();
