import { assert, suite } from '@oxbow/testkit';
import { readCommandLine } from '../src/command-line.ts';
import type { CreateError } from '../src/errors.ts';

const test = suite('the words after npm create oxbow');

test('no word leaves everything open', () => {
  assert.equal(readCommandLine([]), {
    folder: undefined,
    template: undefined,
    yes: false,
    install: true,
    help: false,
    version: false,
  });
});

test('a folder, a template, no questions and no install', () => {
  const { folder, template, yes, install } = readCommandLine([
    'app',
    '-t',
    'crawler',
    '--yes',
    '--no-install',
  ]);
  assert.equal(
    { folder, template, yes, install },
    { folder: 'app', template: 'crawler', yes: true, install: false },
  );
  assert.is(readCommandLine(['--template=crawler']).template, 'crawler');
});

test('what is not known is refused with the usage', () => {
  for (const words of [['--templat', 'crawler'], ['--template'], ['a', 'b']]) {
    assert.throws(
      () => readCommandLine(words),
      (error: CreateError) =>
        error.code === 'ERR_OXBOW_CREATE_USAGE' &&
        /usage: npm create oxbow[\s\S]*worker-pool/.test(error.message),
      words.join(' '),
    );
  }
});

test.run();
