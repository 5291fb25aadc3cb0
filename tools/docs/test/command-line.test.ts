import { assert, suite } from '@oxbow/testkit';
import { CommandLineError, readCommandLine } from '../src/command-line.ts';

const test = suite('command line');

test('no word means the reference and the site around it', () => {
  assert.equal(readCommandLine([]), { form: 'markdown', site: true, serve: false, help: false });
});

test('--serve shows the site afterwards', () => {
  assert.equal(readCommandLine(['--serve']), { form: 'markdown', site: true, serve: true, help: false });
});

test('--reference and --html make only the reference', () => {
  assert.equal(readCommandLine(['--reference']), {
    form: 'markdown',
    site: false,
    serve: false,
    help: false,
  });
  assert.equal(readCommandLine(['--html']), { form: 'html', site: false, serve: false, help: false });
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

test('words that exclude each other are refused', () => {
  assert.throws(() => readCommandLine(['--html', '--serve']), /--serve and --html exclude each other/);
});

test.run();
