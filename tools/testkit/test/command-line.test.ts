import { assert, suite } from '@oxbow/testkit';
import { readArguments } from '../src/command-line.ts';

const test = suite('the command line');

test('takes words for parts of file paths', () => {
  assert.equal(readArguments(['sleep', 'task/'], {}), {
    patterns: ['sleep', 'task/'],
    integration: true,
    endurance: false,
    isolated: false,
    help: false,
  });
});

test('runs the endurance tests, or a process for every file, by option or by environment', () => {
  assert.is(readArguments(['--endurance'], {}).endurance, true);
  assert.is(readArguments([], { OXBOW_ENDURANCE: '1' }).endurance, true);
  assert.is(readArguments(['--isolated'], {}).isolated, true);
  assert.is(readArguments([], { OXBOW_ISOLATED: '1' }).isolated, true);
});

test('leaves out integration tests by option or by environment', () => {
  assert.is(readArguments(['--no-integration'], {}).integration, false);
  assert.is(readArguments([], { OXBOW_NO_INTEGRATION: '1' }).integration, false);
  assert.is(readArguments([], { OXBOW_NO_INTEGRATION: '' }).integration, true);
});

test('knows when it is asked for help', () => {
  assert.is(readArguments(['--help'], {}).help, true);
  assert.is(readArguments(['-h'], {}).help, true);
});

test('refuses an option it does not know, and shows those it knows', () => {
  assert.throws(() => readArguments(['--fast'], {}), /unknown option --fast[\s\S]*--no-integration/);
});

test.run();
