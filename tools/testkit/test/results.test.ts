import { assert, suite } from '@oxbow/testkit';
import { readJournal } from '../src/ledger.ts';
import { lastLine } from '../src/report.ts';
import { sumUp, toJunit } from '../src/results.ts';

const test = suite('results');

const ledger = readJournal(
  [
    { kind: 'declared', id: 0, suite: 's', title: 'passes', as: 'test' },
    { kind: 'declared', id: 1, suite: 's', title: 'fails', as: 'test' },
    { kind: 'declared', id: 2, suite: 's', title: 'is skipped', as: 'test' },
    { kind: 'ended', id: 0, outcome: 'passed', ms: 1 },
    { kind: 'ended', id: 1, outcome: 'failed', ms: 2, message: 'a < b & "c"\n\u0000\ud800' },
    { kind: 'ended', id: 2, outcome: 'skipped', ms: 0, message: 'no browser' },
  ]
    .map((event) => `${JSON.stringify(event)}\n`)
    .join(''),
);
const problems = [
  { suite: 's', title: 'fails', message: 'a < b & "c"\n\u0000\ud800' },
  { suite: '', title: '<only>', message: 'was left' },
];
const results = sumUp('loop', 'v24.21.0', 3200, [
  { file: 'test/x.test.ts', ms: 3100, ledger, problems, log: '' },
]);

test('counts each test once, and each problem of the file', () => {
  assert.equal([results.passed, results.failed, results.skipped], [1, 2, 1]);
});

test('counts a file that was left out as one skipped', () => {
  const leftOut = { ...readJournal(''), skippedBecause: 'no network' };
  const { skipped } = sumUp('loop', 'v24.21.0', 1, [
    { file: 'x', ms: 1, ledger: leftOut, problems: [], log: '' },
  ]);
  assert.is(skipped, 1);
});

test('escapes what XML cannot hold', () => {
  const xml = toJunit(results);
  assert.match(xml, 'a &#60; b &#38; &#34;c&#34;\n\ufffd\ufffd</failure>');
  assert.match(xml, 'name="&#60;only&#62;"');
  assert.match(xml, '<testsuite name="test/x.test.ts" tests="4" failures="2" skipped="1"');
});

test('says the package in one line', () => {
  assert.is(lastLine(results), 'loop: 1 ok, 2 not ok, 1 skipped, 1 file, 3.2 s');
});

test.run();
