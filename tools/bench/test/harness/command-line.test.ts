import { assert, suite } from '@oxbow/testkit';
import { CommandLineError, readCommandLine } from '../../src/harness/command-line.ts';

const read = (...words: string[]): ReturnType<typeof readCommandLine> =>
  readCommandLine(words, ['loop', 'stream']);

const test = suite('command line');

test('no word means every suite', () => {
  assert.equal(read(), {
    suites: ['loop', 'stream'],
    tables: [],
    quick: false,
    write: false,
    plots: false,
    jsonFile: undefined,
    help: false,
  });
});

test('a suite is named with or without the scope, and runs once', () => {
  assert.equal(read('stream', '@oxbow/stream').suites, ['stream']);
});

test('options go anywhere', () => {
  const request = read('--quick', 'loop', '--table', 'spawn', '--table', 'queue', '--json', 'out.json');
  assert.equal(request.tables, ['spawn', 'queue']);
  assert.is(request.jsonFile, 'out.json');
  assert.is(request.quick, true);
});

test('an unknown word is refused, with the suites there are', () => {
  assert.throws(
    () => read('lop'),
    (error: Error) => error instanceof CommandLineError && /loop, stream/.test(error.message),
  );
});

test('an option without its value is refused', () => {
  assert.throws(() => read('--json'), /--json wants a value/);
  assert.throws(() => read('--table', '--quick'), /--table wants a value/);
});

test('part of a suite is not written', () => {
  assert.throws(() => read('--write', '--table', 'spawn'), /whole suites/);
});

test.run();
