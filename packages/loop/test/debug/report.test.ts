import { assert, suite } from '@oxbow/testkit';
import {
  blockEnded,
  neverStartedReport,
  slowCallbackReport,
  unavailableReport,
  unhandledFailureReport,
} from '../../src/debug/report.ts';

const test = suite('debug reports');

const block = {
  task: 'parser',
  createdAt: 'main (/app/main.ts:1:2)',
  blockedMs: 130.4,
  slowCallbackMs: 100,
  stack: ['scan (/app/scan.ts:3:4)', 'parse (/app/parse.ts:5:6)'],
  ongoing: true,
  note: undefined,
};

test('a block names who, how long, where that was created and what is running', () => {
  assert.is(
    slowCallbackReport(block).text,
    '[oxbow] The loop is blocked: task "parser" has held it for 130 ms (limit 100 ms) and still does\n' +
      '  created at main (/app/main.ts:1:2)\n' +
      '  running\n' +
      '    at scan (/app/scan.ts:3:4)\n' +
      '    at parse (/app/parse.ts:5:6)\n',
  );
});

test('a block that is over speaks of the past; a note says what is missing', () => {
  const text = slowCallbackReport({
    ...block,
    task: undefined,
    createdAt: undefined,
    stack: [],
    ongoing: false,
    note: 'no stack',
  }).text;
  assert.is(
    text,
    '[oxbow] The loop was blocked: a callback held it for 130 ms (limit 100 ms)\n  note: no stack\n',
  );
  assert.is(blockEnded('parser', 412.6), '[oxbow] The loop goes on: task "parser" held it for 413 ms\n');
});

test('an Op never started and a failure never looked at name where they were made', () => {
  assert.is(
    neverStartedReport('sleep', 'main (/app/main.ts:1:2)').text,
    '[oxbow] Never started: sleep was made, but nobody awaited it or yielded it by yield*\n  created at main (/app/main.ts:1:2)\n',
  );
  const failure = {
    message: 'A failure was never looked at',
    name: 'job',
    error: 'gone',
    createdAt: 'f (/a:1:1)',
  };
  assert.is(
    unhandledFailureReport(failure).text,
    '[oxbow] A failure was never looked at (task or future "job"): gone\n  created at f (/a:1:1)\n',
  );
  assert.match(
    unhandledFailureReport({ ...failure, error: new RangeError('x') }).text,
    'RangeError: x\n      at ',
  );
});

test('what cannot be done is said', () => {
  assert.is(unavailableReport('No watchdog').text, '[oxbow] No watchdog\n');
});

test.run();
