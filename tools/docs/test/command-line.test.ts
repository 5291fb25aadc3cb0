import { assert, suite } from '@oxbow/testkit';
import { CommandLineError, readCommandLine } from '../src/command-line.ts';

const test = suite('command line');

test('no word means Markdown', () => {
  assert.equal(readCommandLine([]), { form: 'markdown', help: false });
});

test('--html asks for HTML', () => {
  assert.equal(readCommandLine(['--html']), { form: 'html', help: false });
});

test('--help and -h ask for help', () => {
  assert.is(readCommandLine(['--html', '--help']).help, true);
  assert.is(readCommandLine(['-h']).help, true);
});

test('an unknown word is refused, with the usage', () => {
  assert.throws(
    () => readCommandLine(['--htm']),
    (error: Error) => error instanceof CommandLineError && /"--htm"[\s\S]*usage/.test(error.message),
  );
});

test.run();
